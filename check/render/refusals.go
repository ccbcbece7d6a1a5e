package render

import (
	"strconv"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// heldBack tells of a login that was not tried, since the server has refused it
// too often; "" for other faults.
func (p page) heldBack(f verdict.Finding) string {
	r := p.Report.Refusals
	if r == nil || !r.Held || f.Phase != "login" || f.Fault.Kind != fault.Auth {
		return ""
	}
	return "; " + refused(p.Report)
}

// refused says how often the server has refused the secret, and when the login
// is tried again.
func refused(r *report.Report) string {
	known, now := r.Refusals, r.Start
	words := "refused " + fault.Count(known.Count, "time")
	if known.Last.After(now) { // in this run
		now = known.Last
	} else {
		words += ", last " + fault.Age(now.Sub(known.Last)) + " ago"
	}
	if known.Next.IsZero() {
		return words
	}
	return words + "; next try in " + fault.Age(roundUp(known.Next.Sub(now))) + ", or when the " + secretName(r.Login) + " changes"
}

// roundUp returns d in whole units of those that Age shows: not less than its
// whole seconds, and at least one.
func roundUp(d time.Duration) time.Duration {
	unit := time.Second
	switch d = max(d.Truncate(unit), unit); {
	case d > 2*time.Hour:
		unit = time.Hour
	case d > 2*time.Minute:
		unit = time.Minute
	}
	return (d + unit - 1).Truncate(unit)
}

// secretName is what the user logs in with.
func secretName(l *report.Login) string {
	switch {
	case l == nil:
	case l.Token:
		return "token"
	case l.Mechanism == "GSSAPI":
		return "ticket"
	case l.Source == "":
		return "certificate"
	}
	return "password"
}

// refusals are the lines of -v about refused logins.
func refusals(r *report.Report) (lines []string) {
	known := r.Refusals
	if known == nil {
		return nil
	}
	if known.Count > 0 {
		lines = append(lines, refused(r))
	}
	if known.Held {
		lines = append(lines, "no login was tried in this run")
	}
	if known.Unkept != "" {
		lines = append(lines, "refusals are not counted between runs: "+fault.Shorten(known.Unkept, maxText))
	}
	return lines
}

// An inLogin is a hint to a refusal that a password could be blamed for, unless it
// was accepted before.
type inLogin string

func (h inLogin) words(c cause) string {
	if c.phase == "login" {
		return string(h) + "; the password is not the reason"
	}
	return string(h)
}

// tooMany is for a limit of sessions: of a user's, or of all if no user is known
// yet.
func tooMany(c cause) string {
	if c.phase == "greeting" {
		return "raise the server's limits, for all and for one host (Dovecot: client_limit, process_limit of pop3-login)"
	}
	return "let others end, or raise the server's limit (Dovecot: mail_max_userip_connections)"
}

// banned is for a server that refuses this host, which may be listed for another
// reason than its logins.
func banned(c cause) string {
	if c.phase == "greeting" {
		return "have the ban of this host lifted, and find out what it is for"
	}
	return "find what logs in with an old password, then wait or have the ban lifted"
}

// loginDelay tells how long the server wants clients to wait (LOGIN-DELAY,
// RFC 2449, section 6.5).
func loginDelay(c cause) string {
	for _, capability := range c.report.Capabilities {
		words := strings.Fields(capability)
		if len(words) < 2 || !strings.EqualFold(words[0], "LOGIN-DELAY") {
			continue
		}
		if n, err := strconv.ParseUint(words[1], 10, 32); err == nil && n > 0 {
			return "the server asks for " + strconv.FormatUint(n, 10) + " s between logins; " + lessOften
		}
	}
	return lessOften
}

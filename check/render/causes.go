package render

import (
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// A cause is a fault with all that a hint to it may depend on.
type cause struct {
	phase   string
	options []string // those that asked for what is unjudged
	fault   *fault.Error
	report  *report.Report
	budget  time.Duration // the whole
	verbose bool          // -v is given
}

// hint is what to try after a fault, or "".
func (p page) hint(f verdict.Finding) string {
	hint := hintTo(f.Fault.Problem, problemHints)
	if hint == nil {
		hint = hintTo(f.Fault.Kind, kindHints)
	}
	if hint == nil {
		return ""
	}
	return hint.words(cause{f.Phase, f.Options, f.Fault, p.Report, wholeBudget(p.Metrics), p.Verbose > 0})
}

// hintTo finds a row of a table; nil if there is none.
func hintTo[T comparable](what T, rows []hintRow[T]) hint {
	for _, row := range rows {
		if row.to == what {
			return row.hint
		}
	}
	return nil
}

// wholeBudget is the maximum of the metric time; 0 if there is none.
func wholeBudget(metrics []verdict.Metric) time.Duration {
	for _, m := range metrics {
		if m.Label == "time" && m.Max != nil {
			return time.Duration(*m.Max * float64(time.Second))
		}
	}
	return 0
}

// drop is for what could not be judged, and cannot be.
func drop(c cause) string {
	return "drop " + fault.JoinAnd(c.options) + " or use --state unjudged=ok"
}

// clientExpired tells if it is the client certificate that is out of date.
func clientExpired(c cause) string {
	t := c.report.TLS
	if t == nil || t.Client == nil || t.Client.Shown == nil || t.Client.Shown.NotAfter.After(c.report.Start) {
		return ""
	}
	return "it ended " + t.Client.Shown.NotAfter.UTC().Format(time.DateOnly)
}

// startTLS begins a hint to a login that was refused without TLS.
const startTLS = "the server wants TLS before login, try "

// noSTLS says what the server offers instead of STLS.
func noSTLS(c cause) string {
	const try = "try --tls on port 995"
	switch {
	case c.fault.Kind == fault.TLSRequired:
		return startTLS + "--tls on port 995"
	case len(c.report.Capabilities) == 0:
		return try
	}
	return "the server offers " + strings.Join(c.report.Capabilities, ", ") + "; " + try
}

// helperFailed is for a program that was asked for the password and had more to
// say than its exit code.
func helperFailed(c cause) string {
	if c.verbose {
		return ""
	}
	return "-v shows what it said"
}

// offeredLogins says how the server would let a user in.
func offeredLogins(c cause) string {
	var names []string
	for _, capability := range c.report.Capabilities {
		switch words := strings.Fields(capability); {
		case len(words) == 0:
		case strings.EqualFold(words[0], "SASL"):
			names = append(names, words[1:]...)
		case strings.EqualFold(words[0], "USER"):
			names = append(names, "USER")
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "the server offers " + strings.Join(names, ", ")
}

// refusedLogin says what else than the password may be wrong, by the mechanism.
func refusedLogin(c cause) string {
	l := c.report.Login
	if c.phase != "login" || l == nil {
		return ""
	}
	switch {
	case strings.HasSuffix(l.Mechanism, "-PLUS"):
		return "the server may know another channel binding (Cyrus 3.6: tls-unique), --channel-binding names it, or something on the way ends TLS"
	case l.Mechanism == "EXTERNAL":
		return "the server has to trust the authority of the client certificate and to find the user in it; without -u it takes whom it finds"
	case l.Token:
		return "the token may have expired, be for another user or scope, or POP be switched off for the mailbox"
	case l.Mechanism == "APOP":
		return "some servers keep a secret of its own for APOP, --auth names another way"
	}
	return providerHint(c.report)
}

// otherForm names another way to log in after one that the server did not
// understand.
func otherForm(c cause) string {
	l := c.report.Login
	switch {
	case l == nil:
		return ""
	case l.Token && l.Mechanism == "XOAUTH2":
		return "the server does not understand this command, try --auth oauthbearer"
	case l.Token:
		return "the server does not understand this command, try --auth xoauth2"
	case l.Mechanism == "USER":
		return "the server does not understand this command, try --auth plain"
	}
	return "the server does not understand this command, try --auth user"
}

// apopRefused is for a login that --auth auto chose APOP for.
func apopRefused(c cause) string {
	const why = "many servers show a timestamp without supporting APOP for each user, try --auth user"
	if c.report.Security == report.Clear {
		return why + " over TLS"
	}
	return why
}

// timeout is for a server that did not answer in time.
func timeout(c cause) string {
	switch c.phase {
	case "greeting":
		return silentGreeting(c)
	case "capa":
		return "some servers do not answer a command that they do not know, --no-capa leaves CAPA out"
	case "login":
		return slowLogin(c)
	case "list", "uidl", "top":
		return "a large mailbox takes its time, try -t 30s"
	}
	return ""
}

// slowLogin names the budgets that are too small for the slowest answers. If other
// phases had used the time up, the login is not to blame.
func slowLogin(c cause) string {
	const enough = 20 * time.Second
	if took, ok := timeOf(c.report.Phases, "login"); ok && took < c.fault.Within/2 {
		return ""
	}
	whole, try := max(c.budget, c.fault.Within), ""
	if c.fault.Within < whole {
		try += " --phase-timeout login=20s"
	}
	if whole < enough {
		try += " -t 30s"
	}
	if try == "" {
		return ""
	}
	return "servers answer up to 17 s late after wrong passwords or while the mailbox is in use, try" + try
}

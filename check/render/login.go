package render

import (
	"strings"
	"unicode/utf8"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// A refusalRow is what a refusal of the server means, by its problem or its kind.
type refusalRow struct {
	phase   string        // "": any
	kind    fault.Kind    // "": any
	problem fault.Problem // "": any
	words   string        // USER stands for who was to be logged in
}

// refusalRows is the table of refusals that are told in our own words, the first
// that fits.
var refusalRows = []refusalRow{
	{"", "", fault.AppPassword, "the server wants an application password for USER"},
	{"", "", fault.WebLogin, "USER has to log in with a web browser first"},
	{"", "", fault.AccountClosed, "the account of USER is locked, disabled or expired"},
	{"", "", fault.POP3Off, "POP3 is switched off for USER"},
	{"", "", fault.NameRefused, "the server refused the user name USER"},
	{"", "", fault.TooManySessions, "too many sessions are open for USER"},
	{"", "", fault.TooOften, "USER logs in too often"},
	{"", "", fault.Banned, "the server takes no logins from this host for now"},
	{"", "", fault.NoRoom, "the server has no room for the mailbox of USER"},
	{"", "", fault.MailboxClosed, "the server cannot open the mailbox of USER"},
	{"", "", fault.OtherBinding, "the server sees another TLS session than this check"},
	{"", "", fault.NoBinding, "the server does not take this channel binding"},
	{"login", "", fault.SyntaxRefused, "the server does not understand MECHANISM"},
	{"login", "", fault.MechanismRefused, "the server refused MECHANISM"},
	{"login", fault.TLSRequired, "", "the server wants TLS before a login"},
	{"", fault.InUse, "", "the mailbox of USER is in use"},
	{"", fault.LoginDelay, "", "USER logs in too often"},
	{"login", fault.Temporary, "", "the server could not log in USER"},
	{"login", fault.Permanent, "", "the server could not log in USER"},
}

// refusal says in our words what a refusal means; "" if that is not known. A token
// server's is worded where it is understood.
func (p page) refusal(f verdict.Finding) string {
	if f.Fault.Kind == fault.Token || f.Fault.Kind == fault.Ticket {
		return ""
	}
	for _, row := range refusalRows {
		if (row.phase == "" || row.phase == f.Phase) && (row.kind == "" || row.kind == f.Fault.Kind) && (row.problem == "" || row.problem == f.Fault.Problem) {
			return p.named(row.words)
		}
	}
	return ""
}

// named has the user and the mechanism instead of the words that stand for them.
// Nobody is named before a login.
func (p page) named(words string) string {
	l := p.Report.Login
	if l == nil {
		return strings.NewReplacer(" of USER", "", " for USER", "", "USER", "the user", "MECHANISM", "the login").Replace(words)
	}
	return strings.NewReplacer("USER", user(l), "MECHANISM", l.Mechanism).Replace(words)
}

// loginRefused says whose login the server refused, how, and where the secret came
// from.
func (p page) loginRefused() string {
	l := p.Report.Login
	if l == nil {
		return "the server refused the login"
	}
	who, how, subject := user(l), l.Mechanism, p.subject()
	switch {
	case l.Source != "":
		how += ", " + secretName(l) + " from " + end(l.Source, maxPlace)
	case subject == "":
	case l.User == "":
		who += " of " + subject
	default:
		how += ", certificate of " + subject
	}
	return who + " was refused (" + how + ")"
}

// subject is whose the client certificate is; "" without one.
func (p page) subject() string {
	if t := p.Report.TLS; t != nil && t.Client != nil && t.Client.Shown != nil {
		return end(t.Client.Shown.Subject, maxPlace)
	}
	return ""
}

// The bounds of names in a line of which what to do has to end within 160
// characters.
const (
	maxUser  = 40
	maxPlace = 22 // of a secret; its end tells more than its beginning
	minPlace = 5
)

// user is who was to be logged in; a certificate may be all that says it.
func user(l *report.Login) string {
	if l.User == "" {
		return "the client certificate"
	}
	return fault.Shorten(l.User, maxUser)
}

// end cuts text to its last characters, the first of which is "…": at a word or a
// part of a path, if one begins there.
func end(text string, max int) string {
	more := utf8.RuneCountInString(text) - max
	if more <= 0 {
		return text
	}
	rest := string([]rune(text)[more+1:])
	if at := strings.IndexAny(rest, "/ "); at >= 0 && at < len(rest)-minPlace {
		rest = strings.TrimPrefix(rest[at:], " ")
	}
	return "…" + rest
}

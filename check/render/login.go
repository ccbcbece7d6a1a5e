package render

import (
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// loginRefused says in our words what a refusal means, and whose login it was. l
// is nil if it did not come to one.
func loginRefused(f *fault.Error, l *report.Login) string {
	switch {
	case f.Kind == fault.TLSRequired:
		return "the server wants TLS before a login"
	case l == nil:
		return "the server refused the login"
	}
	switch who := user(l); f.Kind {
	case fault.Mechanism:
		return mechanismRefused(f, l)
	case fault.InUse:
		if f.Problem == fault.TooManySessions {
			return who + " has too many sessions"
		}
		return "the mailbox of " + who + " is in use"
	case fault.LoginDelay:
		return who + " logs in too often"
	case fault.Temporary, fault.Permanent:
		return "the server could not log in " + who
	}
	return user(l) + " was refused" + how(l)
}

// mechanismRefused is for a way to log in that the server does not take.
func mechanismRefused(f *fault.Error, l *report.Login) string {
	switch f.Problem {
	case fault.SyntaxRefused:
		return "the server does not understand " + l.Mechanism
	case fault.MechanismRefused:
		return "the server refuses " + l.Mechanism
	}
	return user(l) + " was refused" + how(l)
}

// user is who was to be logged in; a certificate may be all that says it.
func user(l *report.Login) string {
	if l.User == "" {
		return "the client certificate"
	}
	return fault.Shorten(l.User, maxWord)
}

// how is the mechanism, and where the secret came from.
func how(l *report.Login) string {
	from := ""
	if l.Source != "" {
		from = ", " + secretName(l) + " from " + fault.Shorten(l.Source, maxWord)
	}
	return " (" + l.Mechanism + from + ")"
}

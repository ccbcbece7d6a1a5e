package probe

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

// problemOf names the problem behind a fault of a phase if what the session has
// learned before tells it, and not the fault alone. It returns "" if nothing does.
func problemOf(phase string, f *fault.Error, r *report.Report) fault.Problem {
	switch p := clientProblem(phase, f, r); {
	case f.Problem != "" && f.Problem != fault.Reset && f.Problem != fault.HelperSilent:
		return f.Problem
	case p != "":
		return p
	case phase == "password" && len(r.Helper) > 0:
		return fault.HelperFailed
	case f.Problem == fault.HelperSilent:
		return f.Problem
	}
	switch f.Kind {
	case fault.Closed:
		return closedAt(phase, f, r)
	case fault.STLS:
		return in(phase, withoutSTLS(r), "stls")
	case fault.TLSRequired:
		if r.Capabilities != nil {
			return withoutSTLS(r)
		}
	case fault.Command:
		return refusedCommand(phase, f, r)
	}
	return f.Problem
}

// closedAt is the problem of a connection that ended. CAPA was too much for it if it
// said nothing to it, or refused it and said nothing more.
func closedAt(phase string, f *fault.Error, r *report.Report) fault.Problem {
	if r.Capabilities == nil && f.Said == "" && !errors.Is(f, pop3.ErrUnsent) && (phase == "capa" && lastAnswered(r) != "CAPA" || phase == "login" && lastAnswered(r) == "CAPA") {
		return fault.ClosedAtCAPA
	}
	return cmp.Or(in(phase, fault.ClosedAtOnce, "greeting"), f.Problem, in(phase, fault.ClosedAtLogin, "login"))
}

// lastAnswered returns the last command that the server has answered; "" is none.
func lastAnswered(r *report.Report) (command string) {
	for i, line := range r.Transcript {
		if i > 0 && line.From == report.FromServer && r.Transcript[i-1].From == report.FromClient {
			command = *r.Transcript[i-1].Text
		}
	}
	return command
}

// ran reports whether a phase ran.
func ran(phase string, r *report.Report) bool {
	return slices.ContainsFunc(r.Phases, func(p report.Phase) bool { return p.Name == phase })
}

// refusedCommand is the problem of a command that was refused after login.
func refusedCommand(phase string, f *fault.Error, r *report.Report) fault.Problem {
	switch {
	case phase == "uidl" && !offers(r, "UIDL", f.Said):
		return fault.NoUIDL
	case phase == "top" && !offers(r, "TOP", f.Said):
		return fault.NoTOP
	}
	return in(phase, fault.MessageGone, "retr")
}

// offers reports whether a server that refused an optional command offers it. A
// server without CAPA does, unless it says that it does not know the command.
func offers(r *report.Report, command, said string) bool {
	if r.Capabilities == nil {
		return !containsAny(said, []string{"unknown", "unrecognized", "unrecognised", "not recognized", "invalid command", "not implemented", "unimplemented", "not supported", "unsupported", "bad command", "not understood"})
	}
	return slices.ContainsFunc(r.Capabilities, func(c string) bool {
		word, _, _ := strings.Cut(c, " ")
		return strings.EqualFold(word, command)
	})
}

// in returns the problem if the phase is one of those.
func in(phase string, p fault.Problem, phases ...string) fault.Problem {
	if slices.Contains(phases, phase) {
		return p
	}
	return ""
}

// clientProblem is that of a server that asked for a client certificate and then
// hung up, or complained in words about certificates.
func clientProblem(phase string, f *fault.Error, r *report.Report) fault.Problem {
	complains := (f.Kind == fault.Auth || f.Kind == fault.Greeting) && strings.Contains(strings.ToLower(f.Said), "certificate")
	switch {
	case r.TLS == nil || r.TLS.Client == nil || f.Kind != fault.Closed && !complains:
		return ""
	case r.TLS.Client.Shown == nil:
		return in(phase, fault.MaybeClientWanted, "greeting", "capa", "stls", "login")
	}
	return in(phase, fault.MaybeClientRefused, "greeting", "capa", "stls", "login")
}

// withoutSTLS is the problem of a server that does not offer STLS, or "".
func withoutSTLS(r *report.Report) fault.Problem {
	switch {
	case r.Capabilities == nil && ran("capa", r):
		return fault.NoCAPA
	case slices.ContainsFunc(r.Capabilities, func(c string) bool { return strings.EqualFold(c, "STLS") }):
		return ""
	}
	return fault.NoSTLS
}

package probe

import (
	"fmt"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
)

// meaning returns what a look tells about a silence: how "no answer within 10 s"
// goes on, and what the server said. It is nothing if the look did not succeed.
func meaning(l transport.Peek, seen transport.Sight) (problem fault.Problem, text, said string) {
	switch {
	case l.Way == transport.Knock:
		problem, text = elsewhere(l.Address.Port(), seen)
	case seen.Said != "":
		return spoken(l, seen.Said)
	case seen.Kind() == fault.Refused:
		return "", "and a second connection was refused", ""
	case seen.Kind() == fault.Timeout && !seen.Connected:
		return fault.SilentInBoth, "nor to a second connection", ""
	case seen.Kind() == fault.Timeout && l.Way == transport.Hello:
		return fault.SilentInBoth, "nor to the start of TLS", ""
	case seen.Kind() == fault.Timeout:
		return fault.SilentInBoth, "nor a greeting without TLS", ""
	case seen.Kind() == fault.Closed && l.Way == transport.Hello:
		return fault.HungUpAtTLS, "and the server hung up at the start of TLS", ""
	}
	return problem, text, ""
}

// elsewhere is what another port tells about a host that is silent on the one of
// the check.
func elsewhere(port uint16, seen transport.Sight) (fault.Problem, string) {
	switch {
	case seen.Connected:
		return fault.PortSilent, fmt.Sprintf("but port %d answers", port)
	case seen.Kind() == fault.Refused:
		return fault.HostUp, fmt.Sprintf("but port %d refuses at once", port)
	case seen.Kind() == fault.Timeout:
		return fault.HostSilent, fmt.Sprintf("nor from port %d", port)
	}
	return "", ""
}

// spoken is what the first words on the second connection tell.
func spoken(l transport.Peek, words string) (fault.Problem, string, string) {
	f := (&fault.Error{}).Spoken(words)
	port := fmt.Sprintf("but port %d speaks ", l.Address.Port())
	switch {
	case f.Problem == "" && len(words) < len("-ERR"): // it may become anything
		return "", "", ""
	case f.Problem == "":
		return fault.OtherService, "but something other than POP3 answers", f.Said
	case f.Problem == fault.SpeaksTLS:
		return f.Problem, port + "TLS from the first byte", f.Said
	case f.Problem != fault.InClear:
		return f.Problem, port + f.Problem.Protocol(), f.Said
	case l.Way == transport.Hello && strings.HasPrefix(words, "-ERR"): // which other servers say as well, such as Redis
		return "", "and a second connection was answered with -ERR", f.Said
	case l.Way == transport.Hello:
		return fault.AnsweredAnother, "but a second connection was answered in POP3", f.Said
	}
	return f.Problem, port + "POP3 without TLS", f.Said
}

// look records the second look. If the phase was not late, the look was given up
// for its answer.
func (r *recorder) look(l transport.Peek, seen transport.Sight, late bool) {
	result := seen.Outcome()
	if !late && seen.Kind() == fault.Timeout {
		result = "given up for the answer on the first connection"
	}
	f := (&fault.Error{}).Spoken(seen.Said)
	if f.Problem == fault.SpeaksTLS {
		result = "answered in TLS"
	}
	r.report.Look = &report.Look{
		Address: l.Address.String(), Hello: l.Way == transport.Hello, Time: seen.Time,
		Result: r.said(result), Said: r.said(f.Said),
	}
}

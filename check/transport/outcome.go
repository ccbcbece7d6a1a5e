package transport

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"check_pop3x/check/fault"
)

// An outcome is what the network did to a connection: its kind, and how that is
// said of an address.
type outcome struct {
	kind fault.Kind
	text string
}

// lostFault is the fault of a connection that failed in use. What the operating
// system has no number for comes back as it is: the end of the data, and a
// deadline, whose reason is for the caller to say.
func lostFault(err error, remote netip.AddrPort) error {
	o, known := outcomeOf(err)
	cause := systemError(err)
	switch {
	case known && o.kind == fault.Closed:
		return &fault.Error{Kind: o.kind, Text: "the server hung up", Err: err}
	case known:
		return &fault.Error{Kind: o.kind, Text: fmt.Sprintf(o.text, remote), Err: err}
	case cause != nil:
		return &fault.Error{Kind: fault.Unreachable, Text: "the connection failed (" + cause.Error() + ")", Err: err}
	}
	return err
}

// systemError is what the operating system says in err, or nil.
func systemError(err error) error {
	if e, ok := errors.AsType[*os.SyscallError](err); ok {
		return e.Err
	}
	return nil
}

// isReset reports whether err says that the peer cut the connection.
func isReset(err error) bool {
	o, known := outcomeOf(err)
	return known && o.kind == fault.Closed
}

// dialOutcome is what became of one attempt to connect.
func dialOutcome(err error) outcome {
	if o, known := outcomeOf(err); known {
		return o
	}
	text := "cannot connect to %s"
	if cause := systemError(err); cause != nil {
		text += " (" + strings.ReplaceAll(cause.Error(), "%", "%%") + ")"
	}
	return outcome{fault.Unreachable, text}
}

// dialFault is the error of a Dial none of whose attempts connected.
func dialFault(attempts []Attempt) error {
	outcomes := make([]outcome, len(attempts))
	for i, a := range attempts {
		if f, ok := a.Err.(*fault.Error); ok {
			return f // a defect of the plugin
		}
		outcomes[i] = dialOutcome(a.Err)
	}
	return &fault.Error{Kind: commonKind(outcomes), Text: dialText(attempts, outcomes), Err: attempts[0].Err}
}

func commonKind(outcomes []outcome) fault.Kind {
	kind := outcomes[0].kind
	for _, o := range outcomes[1:] {
		switch {
		case o.kind == kind:
		case o.kind == fault.Timeout || kind == fault.Timeout:
			kind = fault.Timeout
		default:
			kind = fault.Unreachable
		}
	}
	return kind
}

// dialText names the first address of each outcome and counts the others:
// "connection refused by 192.0.2.1:110 and 2 more; no route to …".
func dialText(attempts []Attempt, outcomes []outcome) string {
	count := make(map[string]int)
	for _, o := range outcomes {
		count[o.text]++
	}
	var parts []string
	for i, o := range outcomes {
		n := count[o.text]
		if n == 0 {
			continue
		}
		count[o.text] = 0
		part := fmt.Sprintf(o.text, attempts[i].Address)
		if n > 1 {
			part += fmt.Sprintf(" and %d more", n-1)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

package transport

import (
	"fmt"
	"strings"

	"check_pop3x/check/fault"
)

// An outcome is how a connect failed: its kind and how that is said of an
// address (errno_*.go).
type outcome struct {
	kind fault.Kind
	text string
}

// dialFault is the error of a Dial none of whose attempts connected.
func dialFault(attempts []Attempt) error {
	outcomes := make([]outcome, len(attempts))
	for i, a := range attempts {
		if f, ok := a.Err.(*fault.Error); ok {
			return f // a defect of the plugin
		}
		outcomes[i] = outcomeOf(a.Err)
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

//go:build unix || windows

package transport

import (
	"errors"
	"syscall"

	"check_pop3x/check/fault"
)

// An errnoOutcome is what an error number means.
type errnoOutcome struct {
	errno   syscall.Errno
	kind    fault.Kind
	problem fault.Problem
	text    string
}

// outcomeOf looks up the error number in err. It reports false if there is none,
// or one that the table of this system does not have.
func outcomeOf(err error) (outcome, bool) {
	errno, _ := errors.AsType[syscall.Errno](err)
	for _, o := range outcomes {
		if o.errno == errno {
			return outcome{o.kind, o.problem, o.text}, true
		}
	}
	return outcome{}, false
}

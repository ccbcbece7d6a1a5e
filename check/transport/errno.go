//go:build unix || windows

package transport

import (
	"errors"
	"syscall"
)

// outcomeOf looks up the error number in err. It reports false if there is none,
// or one that the table of this system does not have.
func outcomeOf(err error) (outcome, bool) {
	errno, _ := errors.AsType[syscall.Errno](err)
	o, known := outcomes[errno]
	return o, known
}

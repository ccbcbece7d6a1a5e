//go:build !unix && !windows

package transport

import "check_pop3x/check/fault"

// outcomeOf cannot tell more where errors have no numbers.
func outcomeOf(error) outcome {
	return outcome{fault.Unreachable, "cannot connect to %s"}
}

func hungUp(error) bool { return false }

//go:build !unix && !windows

package transport

// outcomeOf knows of no error numbers on this system.
func outcomeOf(error) (outcome, bool) { return outcome{}, false }

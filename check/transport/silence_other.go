//go:build !linux

package transport

import "check_pop3x/check/fault"

// Explain returns f, as nothing is known about a silence on this system.
func (*Conn) Explain(f *fault.Error) *fault.Error { return f }

// tries has no way to know.
func (*Conn) tries() int { return 0 }

// isUnheard has no way to know.
func (*Conn) isUnheard() bool { return false }

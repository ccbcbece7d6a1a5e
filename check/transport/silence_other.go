//go:build !linux

package transport

import "check_pop3x/check/fault"

// Explain returns f, as nothing is known about a silence on this system.
func (c *Conn) Explain(f *fault.Error) *fault.Error { return f }

// tries has no way to know.
func (c *Conn) tries() int { return 0 }

// isUnheard has no way to know.
func (c *Conn) isUnheard() bool { return false }

package pop3

import (
	"io"
	"strings"

	"check_pop3x/check/fault"
)

// Ahead writes commands in one write before they are given (RFC 2449, section
// 6.8). They have to be given in that order then, and nothing else between: each
// only reads its answer. It is for commands after login that hold no secret and
// change nothing, where the server says PIPELINING.
func (c *Conn) Ahead(lines ...string) error {
	idle := len(c.ahead) == 0
	if idle {
		if err := c.quiet(lines[0]); err != nil {
			return err
		}
	}
	for _, line := range lines {
		c.trace(true, line)
	}
	_, err := io.WriteString(c.w, strings.Join(lines, "\r\n")+"\r\n")
	switch {
	case err != nil && idle:
		return c.unwritten(lines[0], err)
	case err != nil:
		return received(err)
	}
	c.ahead = append(c.ahead, lines...)
	return nil
}

// Outstanding is how many commands were written ahead and are still to be given.
func (c *Conn) Outstanding() int { return len(c.ahead) }

// given takes a command off those that were written ahead.
func (c *Conn) given(line string) error {
	if c.ahead[0] != line {
		return fault.New(fault.Internal, "%s given where %s was written ahead", line, c.ahead[0])
	}
	c.ahead = c.ahead[1:]
	return nil
}

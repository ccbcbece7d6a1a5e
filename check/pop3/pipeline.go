package pop3

import (
	"io"
	"strings"

	"check_pop3x/check/fault"
)

// A Command is a command that may be pipelined: it holds no secret and changes
// nothing.
type Command string

// The commands without arguments that may be pipelined. Their methods are Stat,
// List and UIDL.
const (
	STAT Command = "STAT"
	LIST Command = "LIST"
	UIDL Command = "UIDL"
)

// TOP returns the command that the method Top sends.
func TOP(message, lines int64) Command {
	return Command("TOP " + itoa(message) + " " + itoa(lines))
}

// Pipeline sends commands in one write (RFC 2449, section 6.8). The next methods
// called have to be those of the commands, in the same order: each then only
// reads its reply. It is for sessions that are logged in to a server with the
// capability PIPELINING.
func (c *Conn) Pipeline(commands ...Command) error {
	idle := len(c.pipelined) == 0
	if idle {
		if err := c.quiet(string(commands[0])); err != nil {
			return err
		}
	}
	var text strings.Builder
	for _, command := range commands {
		c.trace(true, string(command))
		text.WriteString(string(command) + "\r\n")
	}
	_, err := io.WriteString(c.w, text.String())
	switch {
	case err != nil && idle:
		return c.writeFailed(string(commands[0]), err)
	case err != nil:
		return ended(err, beforeSent(string(commands[0])))
	}
	c.pipelined = append(c.pipelined, commands...)
	return nil
}

// Pending returns how many pipelined commands have not got their reply yet.
func (c *Conn) Pending() int { return len(c.pipelined) }

// takePipelined removes the command from those that were pipelined.
func (c *Conn) takePipelined(line string) error {
	if string(c.pipelined[0]) != line {
		return fault.New(fault.Internal, "%s was called, but %s was pipelined", line, c.pipelined[0])
	}
	c.pipelined = c.pipelined[1:]
	return nil
}

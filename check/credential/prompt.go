package credential

import (
	"context"
	"io"
	"os"

	"golang.org/x/term"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// IsTerminal reports whether f is a terminal, where a person may be.
func IsTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Terminal returns a source that asks the person at the terminal for the user's
// password.
func Terminal(terminal *os.File, user string) *Source {
	return &Source{Name: "the terminal", Interactive: true, Read: func(ctx context.Context) (string, error) {
		return prompt(ctx, terminal, user)
	}}
}

// prompt asks for a password without echo. Echo is off before the question is
// shown, so that a quick answer is not echoed either. The terminal is left as
// it was, also when ctx ends.
func prompt(ctx context.Context, terminal *os.File, user string) (string, error) {
	fd := int(terminal.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return "", fault.Wrap(fault.Usage, files.Unreadable("the terminal", err))
	}
	defer term.Restore(fd, before)
	out, done := screen(terminal)
	defer done()
	secret, err := fault.Await(ctx, func() (string, error) {
		line := term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{terminal, out}, "")
		typed, err := line.ReadPassword("Password for " + fault.Clean(user) + ": ")
		if err == io.EOF { // Ctrl-C or Ctrl-D
			return "", fault.New(fault.Interrupted, "no password was typed")
		}
		return typed, fault.Wrap(fault.Usage, files.Unreadable("the terminal", err))
	})
	if err != nil {
		io.WriteString(out, "\r\n")
		return "", err
	}
	return secret, Usable("the terminal", secret)
}

// Tell shows text to the person at the terminal.
func Tell(terminal *os.File, text string) {
	out, done := screen(terminal)
	defer done()
	_, _ = io.WriteString(out, text)
}

// screen returns where the person reads: not stdout, which may be a file and is
// for the status line alone.
func screen(terminal *os.File) (out *os.File, done func()) {
	tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
	if err != nil {
		return terminal, func() {}
	}
	return tty, func() { tty.Close() }
}

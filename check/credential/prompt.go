package credential

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/term"

	"check_pop3x/check/fault"
)

// IsTerminal says whether a person may be typing there.
func IsTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Terminal is the person at the terminal, who would have typed the password
// into telnet.
func Terminal(terminal *os.File, user string) *Source {
	return &Source{Name: "the terminal", Interactive: true, Read: func(ctx context.Context) (string, error) {
		return prompt(ctx, terminal, user)
	}}
}

// prompt asks the person at the terminal for a password without echo. It waits
// until ctx ends; whatever happens, the terminal is left as it was. The
// question goes to the terminal itself: stdout is for the status line alone.
func prompt(ctx context.Context, terminal *os.File, user string) (string, error) {
	fd := int(terminal.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", Unreadable("the terminal", err)
	}
	defer term.Restore(fd, before)
	out := terminal
	if tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0); err == nil {
		defer tty.Close()
		out = tty
	}
	fmt.Fprintf(out, "Password for %s: ", user)
	defer fmt.Fprintln(out)
	secret, err := fault.Await(ctx, func() (string, error) {
		typed, err := term.ReadPassword(fd)
		if err != nil {
			return "", Unreadable("the terminal", err)
		}
		return string(typed), nil
	})
	if err != nil {
		return "", err
	}
	return secret, Usable("the terminal", secret)
}

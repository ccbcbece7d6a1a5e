package credential

import (
	"io"
	"os"
)

// Tell shows text to the person at the terminal. It goes there itself: stdout is
// for the last line alone, and may be a file.
func Tell(terminal *os.File, text string) {
	out := terminal
	if tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0); err == nil {
		defer tty.Close()
		out = tty
	}
	_, _ = io.WriteString(out, text)
}

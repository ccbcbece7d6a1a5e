package files

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"
)

// A Secret is what is read of a file that holds one.
type Secret struct {
	Line    string    // the first line
	Comment string    // the second line, if it begins with #
	Changed time.Time // when the file was changed
}

// ReadSecret reads a safe file. The lines behind the first are for people: pass(1)
// and others keep a name and an address there. A FIFO is read up to the end of its
// first line, as whoever writes it may wait.
func ReadSecret(path string) (s Secret, err error) {
	f, err := os.Open(path)
	if err != nil {
		return s, Unreadable(path, err)
	}
	defer f.Close()
	if err := Safe(path, f); err != nil {
		return s, err
	}
	info, err := f.Stat()
	if err != nil {
		return s, Unreadable(path, err)
	}
	s.Changed = info.ModTime()
	s.Line, s.Comment, err = readLines(path, f, info.Mode().IsRegular())
	return s, err
}

// FirstLine returns the first line of a file that holds a secret.
func FirstLine(path string) (string, error) {
	s, err := ReadSecret(path)
	return s.Line, err
}

// ReadLine returns the first line of r, without its line end (LF, CR LF or the end
// of r) and without a byte-order mark. It reads at most MaxSize octets, and clears
// its buffers. Errors call r by name.
func ReadLine(name string, r io.Reader) (string, error) {
	line, _, err := readLines(name, r, false)
	return line, err
}

// readLines is ReadLine, and with both returns the second line as well if that is a
// comment. What else is there may be another secret.
func readLines(name string, r io.Reader, both bool) (line, comment string, err error) {
	text := make([]byte, 0, 4096)
	defer func() { clear(text[:cap(text)]) }()
	for len(text) <= MaxSize {
		text = grow(text)
		n, err := r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		first, rest, whole := bytes.Cut(text, []byte("\n"))
		switch second, _, ended := bytes.Cut(rest, []byte("\n")); {
		case len(first) > MaxSize:
		case err == io.EOF, whole && (!both || ended || err != nil || len(text) > MaxSize):
			if whole {
				first = bytes.TrimSuffix(first, []byte("\r"))
			}
			if second = bytes.TrimSpace(second); both && bytes.HasPrefix(second, []byte("#")) {
				comment = string(second)
			}
			line, err = withoutMark(name, first)
			return line, comment, err
		case err != nil:
			return "", "", Unreadable(name, err)
		}
	}
	return "", "", fmt.Errorf("%s has no line end in the first %d KiB", name, MaxSize>>10)
}

// withoutMark returns a line without the byte-order mark that some editors put at
// the beginning of a file.
func withoutMark(name string, line []byte) (string, error) {
	if bytes.HasPrefix(line, []byte("\xff\xfe")) || bytes.HasPrefix(line, []byte("\xfe\xff")) {
		return "", fmt.Errorf("%s is in UTF-16, save it as UTF-8", name)
	}
	return string(bytes.TrimPrefix(line, []byte(byteOrderMark))), nil
}

// grow returns text with room for more, and clears the array that it leaves.
func grow(text []byte) []byte {
	if len(text) < cap(text) {
		return text
	}
	larger := append(make([]byte, 0, 2*cap(text)), text...)
	clear(text)
	return larger
}

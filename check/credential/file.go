// Package credential knows where a user name and a secret come from, and hides
// the secret wherever a server repeats it.
package credential

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"check_pop3x/check/fault"
)

// maxFile bounds a file that holds a secret, in octets.
const maxFile = 64 << 10

// A Source is a place that a secret comes from.
type Source struct {
	Name string // for people: "POP3X_PASSWORD", never the secret
	Read func(ctx context.Context) (string, error)

	Interactive bool // waits for a person, whose time does not count

	// Aside is what was said besides the secret until Read returned, a line each,
	// without the secret; nil where nothing can be.
	Aside func() []string

	Token *Token // what an access token has besides; nil for a password
}

// Text is a secret that is at hand already.
func Text(name, secret string) *Source {
	return &Source{Name: name, Read: func(context.Context) (string, error) {
		return secret, Usable(name, secret)
	}}
}

// File is the first line of a file. Read fails with kind usage where the file
// cannot be read or is unsafe: others can read it, or group or others can write
// it. Group read is the field's usual layout (root:nagios 0640) and allowed.
func File(path string) *Source {
	return &Source{Name: path, Read: func(ctx context.Context) (string, error) {
		return fault.Await(ctx, func() (string, error) {
			line, err := lineOf(path)
			return usable(path, line, err)
		})
	}}
}

// Stdin is the first line of in.
func Stdin(in io.Reader) *Source {
	const name = "standard input"
	return &Source{Name: name, Read: func(ctx context.Context) (string, error) {
		return fault.Await(ctx, func() (string, error) {
			line, err := readLine(name, in)
			return usable(name, line, err)
		})
	}}
}

// lineOf is the first line of a file that may hold a secret. The others are for
// people: pass and its like keep a name and an address there.
func lineOf(path string) (string, error) {
	f, err := open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return readLine(path, f)
}

// open opens a file that holds a secret. It blocks on a FIFO that nobody writes
// to.
func open(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Unreadable(path, err)
	}
	if err := Safe(path, f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Safe fails with kind usage where the rule of File forbids f, which was opened
// at path, to hold a secret.
func Safe(path string, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return Unreadable(path, err)
	}
	return unsafe(path, info)
}

// unsafe says what is wrong with a file for a secret, or nil. Windows has no
// mode bits to judge.
func unsafe(path string, info fs.FileInfo) error {
	mode := info.Mode()
	switch {
	case !mode.IsRegular() && mode&fs.ModeNamedPipe == 0:
		return fault.New(fault.Usage, "%s is neither a file nor a FIFO", path)
	case mode.IsRegular() && info.Size() > maxFile:
		return fault.New(fault.Usage, "%s is larger than %d KiB", path, maxFile>>10)
	case runtime.GOOS == "windows":
		return nil
	case mode.Perm()&0o004 != 0:
		return fault.New(fault.Usage, "%s can be read by everyone, type: chmod o= %s", path, path)
	case mode.Perm()&0o022 != 0:
		return fault.New(fault.Usage, "%s can be written by others than its owner, type: chmod go-w %s", path, path)
	}
	return nil
}

// Unreadable is the fault of a file that cannot be read, with the reason once.
func Unreadable(path string, err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	return &fault.Error{Kind: fault.Usage, Text: "cannot read " + path + ": " + err.Error(), Err: err}
}

// readLine reads up to the first line end, which may be missing or be CR LF,
// and not beyond maxFile. The reader may never end. What was read is cleared.
func readLine(name string, r io.Reader) (string, error) {
	text := make([]byte, 0, 4096)
	defer func() { clear(text[:cap(text)]) }()
	for len(text) <= maxFile {
		text = roomy(text)
		n, err := r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if i := bytes.IndexByte(text, '\n'); i >= 0 && i <= maxFile {
			return string(bytes.TrimSuffix(text[:i], []byte("\r"))), nil
		}
		if err == io.EOF {
			return string(text), nil
		}
		if err != nil {
			return "", Unreadable(name, err)
		}
	}
	return "", fault.New(fault.Usage, "%s has no line end within %d KiB", name, maxFile>>10)
}

// roomy is text with room for more; the array that it leaves is cleared.
func roomy(text []byte) []byte {
	if len(text) < cap(text) {
		return text
	}
	larger := append(make([]byte, 0, 2*cap(text)), text...)
	clear(text)
	return larger
}

// usable is a secret that was read without err, and can be sent.
func usable(source, secret string, err error) (string, error) {
	if err == nil {
		err = Usable(source, secret)
	}
	return secret, err
}

// Usable refuses a secret that cannot be sent: empty, or with CR, LF or NUL.
// source names where it came from.
func Usable(source, secret string) error {
	if secret == "" {
		return fault.New(fault.Usage, "the password in %s is empty", source)
	}
	if strings.ContainsAny(secret, "\r\n\x00") {
		return fault.New(fault.Usage, "the password in %s holds CR, LF or NUL, which cannot be sent", source)
	}
	return nil
}

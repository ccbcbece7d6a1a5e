package credential

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// file writes content to a new file that only its owner can read.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkRefused fails unless err is a usage fault that contains these words and
// no secret.
func checkRefused(t *testing.T, err error, words ...string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Usage {
		t.Errorf("got %v, want a usage fault", err)
		return
	}
	for _, word := range words {
		if !strings.Contains(f.Text, word) {
			t.Errorf("%q does not say %q", f.Text, word)
		}
	}
	if strings.Contains(f.Text, "hunter") || strings.Contains(f.Text, "%!") {
		t.Errorf("%q", f.Text)
	}
}

// contents are what a file may contain, and the password in it, or why it is
// refused.
var contents = []struct{ name, content, want, refusal string }{
	{"LF", "hunter2\n", "hunter2", ""},
	{"CR LF", "hunter2\r\n", "hunter2", ""},
	{"no line end", "hunter2", "hunter2", ""},
	{"first line", "hunter2\nuser: alice\n", "hunter2", ""},
	{"first line, CR LF", "hunter2\r\nhunter3\r\n", "hunter2", ""},
	{"binary after it", "hunter2\n\x00\x00", "hunter2", ""},
	{"blanks", "  hunter 2\t \n", "  hunter 2\t ", ""},
	{"quotes and percent signs", `"hun%ter$2'` + "\n", `"hun%ter$2'`, ""},
	{"UTF-8", "hünter2\n", "hünter2", ""},
	{"not UTF-8", "h\xfcnter2\n", "h\xfcnter2", ""},
	{"other controls", "hun\x01\x1bter2\n", "hun\x01\x1bter2", ""},

	{"empty", "", "", "empty"},
	{"empty line", "\nhunter2\n", "", "empty"},
	{"empty line, CR LF", "\r\nhunter2\n", "", "empty"},
	{"CR inside", "hun\rter2\n", "", "CR, LF or NUL"},
	{"two CR", "hunter2\r\r\n", "", "CR, LF or NUL"},
	{"CR for a line end", "hunter2\r", "", "CR, LF or NUL"},
	{"NUL", "hun\x00ter2\n", "", "CR, LF or NUL"},
	{"UTF-16", "h\x00u\x00n\x00\r\x00\n\x00", "", "CR, LF or NUL"},
}

func TestFileContents(t *testing.T) {
	for _, s := range contents {
		path := file(t, s.content)
		source := File(path)
		got, err := source.Read(t.Context())
		switch {
		case source.Name != path || source.Interactive:
			t.Errorf("%+v", source)
		case s.refusal != "":
			checkRefused(t, err, s.refusal, path)
		case err != nil || got != s.want:
			t.Errorf("%s: %q, %v", s.name, got, err)
		}
	}
}

// It does not matter how the octets arrive.
func TestStdin(t *testing.T) {
	readers := map[string]func(io.Reader) io.Reader{
		"whole":             func(r io.Reader) io.Reader { return r },
		"an octet a read":   iotest.OneByteReader,
		"end with the text": iotest.DataErrReader,
	}
	for _, s := range contents {
		for how, reader := range readers {
			source := Stdin(reader(strings.NewReader(s.content)))
			got, err := source.Read(t.Context())
			switch {
			case source.Name != "standard input" || source.Interactive:
				t.Errorf("%+v", source)
			case s.refusal != "":
				checkRefused(t, err, s.refusal, "standard input")
			case err != nil || got != s.want:
				t.Errorf("%s, %s: %q, %v", s.name, how, got, err)
			}
		}
	}
}

func TestText(t *testing.T) {
	for secret, refusal := range map[string]string{
		"hunter2": "", " ": "", "hun\tter2": "", "": "empty", "hunter2\n": "CR, LF or NUL", "hun\rter2": "CR, LF or NUL", "hunter2\x00": "CR, LF or NUL",
	} {
		source := Text("POP3X_PASSWORD", secret)
		got, err := source.Read(t.Context())
		switch {
		case source.Name != "POP3X_PASSWORD" || source.Interactive:
			t.Errorf("%+v", source)
		case refusal != "":
			checkRefused(t, err, refusal, "POP3X_PASSWORD")
		case err != nil || got != secret:
			t.Errorf("%q: %q, %v", secret, got, err)
		}
	}
}

// A file that holds a secret has at most 64 KiB.
func TestLargeFiles(t *testing.T) {
	for _, content := range []string{strings.Repeat("x", files.MaxSize), strings.Repeat("x", files.MaxSize-1) + "\n", "hunter2\n" + strings.Repeat("x", files.MaxSize-8)} {
		if got, err := File(file(t, content)).Read(t.Context()); err != nil || !strings.HasPrefix(content, got) {
			t.Errorf("%d octets: %d, %v", len(content), len(got), err)
		}
	}
	for _, content := range []string{strings.Repeat("x", files.MaxSize+1), "hunter2\n" + strings.Repeat("x", files.MaxSize-7)} {
		_, err := File(file(t, content)).Read(t.Context())
		checkRefused(t, err, "is larger than 64 KiB")
	}
}

// At most 64 KiB are read from what has no size.
func TestEndlessStdin(t *testing.T) {
	_, err := Stdin(endless{}).Read(t.Context())
	checkRefused(t, err, "no line end in the first 64 KiB")
	if got, err := Stdin(strings.NewReader(strings.Repeat("x", files.MaxSize-1) + "\n")).Read(t.Context()); err != nil || len(got) != files.MaxSize-1 {
		t.Error(len(got), err)
	}
}

// A line that ends after more than 64 KiB is refused.
func TestOverlongLineOnStdin(t *testing.T) {
	for how, reader := range map[string]func(io.Reader) io.Reader{
		"whole":           func(r io.Reader) io.Reader { return r },
		"an octet a read": iotest.OneByteReader,
	} {
		got, err := Stdin(reader(strings.NewReader(strings.Repeat("x", files.MaxSize+100) + "\n"))).Read(t.Context())
		if err == nil {
			t.Errorf("%s: a password of %d octets was accepted", how, len(got))
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "100%s")
	_, err := File(path).Read(t.Context())
	checkRefused(t, err, "cannot read "+path+": ")
	if !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if said := fault.Of(err).Text; strings.Count(said, path) != 1 || strings.Contains(said, "open") {
		t.Error(said)
	}
}

func TestFailingStdin(t *testing.T) {
	_, err := Stdin(iotest.ErrReader(os.ErrClosed)).Read(t.Context())
	checkRefused(t, err, "cannot read standard input: file already closed")
	_, err = Stdin(io.MultiReader(strings.NewReader("hunter"), iotest.ErrReader(os.ErrClosed))).Read(t.Context())
	checkRefused(t, err, "cannot read standard input")
}

// Reading standard input ends with the context, whose cause is the error.
func TestStdinThatNeverEnds(t *testing.T) {
	reader, writer := io.Pipe()
	defer writer.Close() // lets the reader go
	late := &fault.Error{Kind: fault.Timeout, Within: 3 * time.Second}
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		writer.Write([]byte("hunter")) // returns once it has been read
		cancel(late)
	}()
	if got, err := Stdin(reader).Read(ctx); err != error(late) || got != "" {
		t.Errorf("%q, %v", got, err)
	}
}

type panics struct{}

func (panics) Read([]byte) (int, error) { panic("a defect") }

// A panic in another goroutine is a fault as well.
func TestPanicInAReader(t *testing.T) {
	got, err := Stdin(panics{}).Read(t.Context())
	if f := fault.Of(err); got != "" || f == nil || f.Kind != fault.Internal || !strings.Contains(f.Text, "a defect") {
		t.Errorf("%q, %v", got, err)
	}
}

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

// newFile creates a file and returns its path.
func newFile(t *testing.T, content string, mode fs.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkError fails unless err says want, or is nil if want is "".
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

// A secret has to be kept; everyone may read what is none.
func TestRead(t *testing.T) {
	isSecret := func(data []byte) bool { return strings.Contains(string(data), "KEY") }
	for name, c := range map[string]struct {
		content string
		mode    fs.FileMode
		want    string // FILE stands for the path
	}{
		"certificate": {"CERTIFICATE", 0o644, ""},
		"key":         {"KEY", 0o640, ""},
		"open":        {"KEY", 0o644, "FILE can be read by everyone, type: chmod o= FILE"},
		"shared":      {"KEY", 0o660, "FILE can be written by group or others, type: chmod go-w FILE"},
		"full":        {strings.Repeat("x", MaxSize), 0o644, ""},
		"over":        {strings.Repeat("x", MaxSize+1), 0o644, "FILE is larger than 64 KiB, name another file"},
	} {
		if strings.Contains(c.want, "chmod") && runtime.GOOS == "windows" {
			continue
		}
		path := newFile(t, c.content, c.mode)
		data, err := Read(path, isSecret)
		checkError(t, err, strings.ReplaceAll(c.want, "FILE", path))
		if err == nil && string(data) != c.content {
			t.Errorf("%s: read %d octets", name, len(data))
		}
	}
}

// The errors of the system name the file once.
func TestUnreadable(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "100%s")
	_, err := Read(missing, func([]byte) bool { return false })
	checkError(t, err, "cannot read "+missing+": no such file or directory")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not ErrNotExist", err)
	}
	_, err = FirstLine(missing)
	checkError(t, err, "cannot read "+missing+": no such file or directory")
	_, err = ReadAll("standard input", iotest.ErrReader(os.ErrClosed))
	checkError(t, err, "cannot read standard input: file already closed")
	_, err = ReadLine("standard input", iotest.ErrReader(os.ErrClosed))
	checkError(t, err, "cannot read standard input: file already closed")
}

func TestSafeClosedFile(t *testing.T) {
	f, err := os.Open(newFile(t, "hunter2\n", 0o600))
	if err != nil {
		t.Fatal(err)
	}
	checkError(t, Safe(f.Name(), f), "")
	f.Close()
	checkError(t, Safe(f.Name(), f), "cannot read "+f.Name()+": file already closed")
}

func TestFirstLine(t *testing.T) {
	long := strings.Repeat("x", MaxSize)
	for content, want := range map[string]string{
		"": "", "a": "a", "a\n": "a", "a\r\nb": "a", "\na": "", "a\rb\n": "a\rb", long: long, long[1:] + "\n": long[1:],
	} {
		got, err := FirstLine(newFile(t, content, 0o600))
		if err != nil || got != want {
			t.Errorf("%.20q: %.20q, %v", content, got, err)
		}
	}
	dir := t.TempDir()
	_, err := FirstLine(dir)
	checkError(t, err, dir+" is neither a file nor a FIFO, name another")
	path := newFile(t, long+"x", 0o600)
	_, err = FirstLine(path)
	checkError(t, err, path+" is larger than 64 KiB, name another file")
	_, err = ReadLine("standard input", strings.NewReader(long+"x\n"))
	checkError(t, err, "standard input has no line end in the first 64 KiB")
}

// The second line counts if it is a comment. A FIFO is not read so far.
func TestReadSecret(t *testing.T) {
	long := strings.Repeat("x", MaxSize/2)
	for content, want := range map[string]string{
		"a\n# b\nc": "# b", "a\r\n#b\r\n": "#b", "a\n# b": "# b", "a\nb\n# c\n": "", "a\n": "", "a": "", "": "", "# a\n": "",
		"a\n\n# b\n": "", long + "\n# b": "# b", "a\n# " + long: "# " + long,
	} {
		s, err := ReadSecret(newFile(t, content, 0o600))
		line, _, _ := strings.Cut(content, "\n")
		if err != nil || s.Comment != want || s.Line != strings.TrimSuffix(line, "\r") || s.Changed.IsZero() {
			t.Errorf("%.20q: %.20q, %.20q, %v", content, s.Line, s.Comment, err)
		}
	}
}

func TestOpenRegular(t *testing.T) {
	path := newFile(t, strings.Repeat("x", 1<<20), 0o644)
	file, err := OpenRegular(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	if err := os.Truncate(path, 1<<20+1); err != nil {
		t.Fatal(err)
	}
	_, err = OpenRegular(path, 1)
	checkError(t, err, "not a regular file of at most 1 MiB")
	if !errors.Is(err, ErrIrregular) {
		t.Errorf("%v is not ErrIrregular", err)
	}
	dir := t.TempDir()
	_, err = OpenRegular(dir, 1)
	checkError(t, err, "is a directory")
	_, err = OpenRegular(filepath.Join(dir, "missing"), 1)
	checkError(t, err, "no such file or directory")
}

// Some editors put a byte-order mark at the beginning of a file.
func TestByteOrderMark(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	for content, want := range map[string]string{
		mark + "secret\n": "secret", mark + "secret": "secret", mark: "", "se" + mark + "cret\n": "se" + mark + "cret", mark + mark + "x": mark + "x",
	} {
		if line, err := ReadLine("file", strings.NewReader(content)); line != want || err != nil {
			t.Errorf("%q: %q, %v", content, line, err)
		}
	}
	for _, utf16 := range []string{"\xff\xfes\x00e\x00\n\x00", "\xfe\xff\x00s\x00e\x00\n"} {
		_, err := ReadLine("file", strings.NewReader(utf16))
		checkError(t, err, "file is in UTF-16, save it as UTF-8")
	}
	if data, err := ReadAll("file", strings.NewReader(mark+"{}")); string(data) != "{}" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
}

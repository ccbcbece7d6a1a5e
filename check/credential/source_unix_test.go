//go:build unix

package credential

import (
	"context"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// Modes are judged by their bits, so the table holds for root too.
func TestModes(t *testing.T) {
	for mode, refusal := range map[fs.FileMode]string{
		0o600: "", 0o640: "", 0o400: "", 0o440: "", 0o700: "", 0o750: "", 0o641: "",
		0o644: "can be read by everyone, type: chmod o= ",
		0o604: "can be read by everyone, type: chmod o= ",
		0o444: "can be read by everyone, type: chmod o= ",
		0o666: "can be read by everyone, type: chmod o= ",
		0o606: "can be read by everyone, type: chmod o= ",
		0o660: "can be written by group or others, type: chmod go-w ",
		0o620: "can be written by group or others, type: chmod go-w ",
		0o602: "can be written by group or others, type: chmod go-w ",
		0o622: "can be written by group or others, type: chmod go-w ",
		0o642: "can be written by group or others, type: chmod go-w ",
	} {
		path := file(t, "hunter2\n")
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{path, link} {
			got, err := File(name).Read(t.Context())
			switch {
			case refusal != "":
				checkRefused(t, err, name+" "+refusal+name)
			case err != nil || got != "hunter2":
				t.Errorf("%o: %q, %v", mode, got, err)
			}
			if refusal != "" && got != "" {
				t.Errorf("%o: refused, but read", mode)
			}
		}
	}
}

// The suggested chmod commands make a file safe, whatever its mode.
func TestSuggestedModes(t *testing.T) {
	path := file(t, "hunter2\n")
	for first := fs.FileMode(0o400); first <= 0o777; first++ {
		mode := first
		for tries := 0; mode != 0; tries++ {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			_, err := File(path).Read(t.Context())
			if err == nil {
				break
			}
			switch said := err.Error(); {
			case tries == 2:
				t.Fatalf("%o: still %s", first, said)
			case strings.Contains(said, "type: chmod o= "+path):
				mode &^= 0o007
			case strings.Contains(said, "type: chmod go-w "+path):
				mode &^= 0o022
			default:
				t.Fatalf("%o: %s", first, said)
			}
		}
		if mode&0o026 != 0 {
			t.Errorf("%o was accepted as %o", first, mode)
		}
	}
}

func TestNotAFile(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, "/dev/zero", "/dev/null"} {
		_, err := File(path).Read(t.Context())
		checkRefused(t, err, path+" is neither a file nor a FIFO")
	}
	listener, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, path := range []string{filepath.Join(dir, "s"), filepath.Join(dir, "missing"), filepath.Join(dir, "s", "x"), "", "a\x00b"} {
		_, err := File(path).Read(t.Context())
		checkRefused(t, err, "cannot read "+path+": ")
	}
}

// fifo creates a FIFO and, if text is not "", writes it there.
func fifo(t *testing.T, mode uint32, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, fs.FileMode(mode)); err != nil {
		t.Fatal(err)
	}
	if text != "" {
		go func() {
			if w, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
				w.WriteString(text)
				w.Close()
			}
		}()
	}
	return path
}

func TestFIFO(t *testing.T) {
	for text, want := range map[string]string{
		"hunter2\n": "hunter2", "hunter2": "hunter2", "hunter2\r\nmore": "hunter2", "\n": "", strings.Repeat("x", 2*files.MaxSize): "",
	} {
		got, err := File(fifo(t, 0o600, text)).Read(t.Context())
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%.20q: %q, %v", text, got, err)
		}
		if want == "" {
			checkRefused(t, err)
		}
	}
	_, err := File(fifo(t, 0o644, "hunter2\n")).Read(t.Context())
	checkRefused(t, err, "can be read by everyone")
	_, err = File(fifo(t, 0o620, "hunter2\n")).Read(t.Context())
	checkRefused(t, err, "can be written by group or others")
}

// Opening a FIFO that nobody writes to ends with the context.
func TestFIFOThatNobodyWritesTo(t *testing.T) {
	path := fifo(t, 0o600, "")
	late := &fault.Error{Kind: fault.Timeout, Within: 3 * time.Second}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, late)
	defer cancel()
	if got, err := File(path).Read(ctx); err != error(late) || got != "" {
		t.Errorf("%q, %v", got, err)
	}
	w, err := os.OpenFile(path, os.O_WRONLY, 0) // releases the reader, which still waits
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
}

// So does reading from one whose writer is silent.
func TestFIFOWithASilentWriter(t *testing.T) {
	path := fifo(t, 0o600, "")
	w, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.WriteString("hunter")
	ended := fault.New(fault.Interrupted, "terminated")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(ended)
	if got, err := File(path).Read(ctx); err != error(ended) || got != "" {
		t.Errorf("%q, %v", got, err)
	}
}

// A credential that everyone can read is not from systemd.
func TestUnsafeSystemdCredentials(t *testing.T) {
	dir := credentials(t, map[string]string{SystemdPassword: "hunter2", SystemdUser: "hunter"})
	for _, name := range []string{SystemdPassword, SystemdUser} {
		path := filepath.Join(dir, name)
		for mode, refusal := range map[fs.FileMode]string{0o444: "can be read by everyone", 0o660: "can be written by group or others"} {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			source, err := Systemd(name)
			if err != nil {
				t.Fatal(err)
			}
			_, err = source.Read(t.Context())
			checkRefused(t, err, path+" "+refusal)
		}
	}
	_, _, err := SystemdName()
	checkRefused(t, err, filepath.Join(dir, SystemdUser)+" can be ")
	if err := os.Chmod(filepath.Join(dir, SystemdPassword), 0o440); err != nil { // with an access list
		t.Fatal(err)
	}
	source, _ := Systemd(SystemdPassword)
	if got, err := source.Read(t.Context()); err != nil || got != "hunter2" {
		t.Errorf("%q, %v", got, err)
	}
}

package credential

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// What is secret must be kept so; what is not may be read by all.
func TestWhole(t *testing.T) {
	dir := t.TempDir()
	secret := func(data []byte) bool { return strings.Contains(string(data), "KEY") }
	for _, c := range []struct {
		name, content string
		mode          os.FileMode
		want          string // behind the file's name; "" for no error
	}{
		{"certificate", "CERTIFICATE", 0o644, ""},
		{"key", "KEY", 0o640, ""},
		{"open", "KEY", 0o644, " can be read by everyone, type: chmod o= "},
		{"shared", "KEY", 0o660, " can be written by others than its owner, type: chmod go-w "},
		{"full", strings.Repeat("x", maxFile), 0o644, ""},
		{"over", strings.Repeat("x", maxFile+1), 0o644, " is larger than 64 KiB"},
	} {
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		data, err := Whole(path, secret)
		switch {
		case strings.Contains(c.want, "chmod") && runtime.GOOS == "windows":
		case c.want == "" && (err != nil || string(data) != c.content):
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.HasPrefix(fault.Of(err).Text, path+c.want)):
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := Whole(filepath.Join(dir, "none"), secret); err == nil || fault.Of(err).Kind != fault.Usage {
		t.Error(err)
	}
	if _, err := Whole(dir, secret); err == nil || fault.Of(err).Kind != fault.Usage {
		t.Error(err)
	}
}

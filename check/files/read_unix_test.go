//go:build unix

package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestObeyed obeys only files that nobody but the caller and root can have written.
func TestObeyed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "options.ini")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused := func() string {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := Obeyed(path, f); err != nil {
			return strings.ReplaceAll(err.Error(), path, "FILE")
		}
		return ""
	}
	for mode, want := range map[os.FileMode]string{
		0o600: "", 0o644: "", 0o400: "",
		0o620: "FILE can be written by group or others, type: chmod go-w FILE",
		0o602: "FILE can be written by group or others, type: chmod go-w FILE",
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if got := refused(); got != want {
			t.Errorf("mode %o: %q, want %q", mode, got, want)
		}
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if !Root() {
		t.Skip("only root can give a file away")
	}
	if err := os.Chown(path, 65534, 0); err != nil {
		t.Fatal(err)
	}
	if got, want := refused(), "FILE belongs neither to you nor to root, type: chown root FILE"; got != want {
		t.Errorf("another's file: %q, want %q", got, want)
	}
}

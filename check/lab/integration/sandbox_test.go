//go:build integration

// What the programs of these tests find in their sandboxes: the users of testdata, and files of it.

package integration

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"check_pop3x/check/lab/integration/debian"
)

// sandbox is one running program with its directory.
type sandbox struct{ *debian.Sandbox }

// newSandbox makes the directory of a program, with the users of testdata/passwd.
func newSandbox(name string) (*sandbox, error) {
	passwd, err := os.ReadFile(filepath.Join("testdata", "passwd"))
	group, e := os.ReadFile(filepath.Join("testdata", "group"))
	if err := errors.Join(err, e); err != nil {
		return nil, err
	}
	box, err := debian.New(workDir, name, debian.Users{Passwd: string(passwd), Group: string(group)})
	return &sandbox{box}, err
}

// copyIn copies files of testdata into the directory.
func (b *sandbox) copyIn(names ...string) error {
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			return err
		}
		if err := b.Write(name, string(text), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// mustRun runs a command beside it.
func (b *sandbox) mustRun(t *testing.T, command ...string) {
	t.Helper()
	if out, err := b.Command(command...).CombinedOutput(); err != nil {
		t.Fatalf("%q: %v\n%s", command, err, out)
	}
}

// mustAwait waits for what has to come.
func (b *sandbox) mustAwait(t *testing.T, ready func() bool) {
	t.Helper()
	if err := b.Await(ready); err != nil {
		t.Fatal(err)
	}
}

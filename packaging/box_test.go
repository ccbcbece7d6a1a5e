//go:build integration

package packaging

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"check_pop3x/check/lab/integration/debian"
)

// A box is a shell for programs of Debian that are not installed. What it writes outside of its directory is gone
// afterwards.
type box struct {
	*debian.Sandbox
	packaging string // this directory
}

func startBox(t *testing.T, tree string) box {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	users := debian.Users{Passwd: read(t, "/etc/passwd"), Group: read(t, "/etc/group")}
	s, err := debian.New(filepath.Dir(one.root), tree, users)
	if err != nil {
		t.Fatal(err)
	}
	ready := filepath.Join(s.Dir, "ready")
	if err := s.Start(tree, "sh", "-c", "touch ready; exec sleep infinity"); err != nil {
		t.Fatal(err)
	}
	endsWith(t, tree, s)
	if err := s.Await(func() bool { _, err := os.Stat(ready); return err == nil }); err != nil {
		t.Fatal(err)
	}
	return box{s, here}
}

// shell runs commands, in the directory of the box until they change that.
func (b box) shell(commands string) (said string, err error) {
	cmd := b.Command("sh", "-ec", "cd "+b.Dir+"\n"+commands)
	cmd.Env = append(slices.Clone(cmd.Env), "HOME="+b.Dir, "DEBIAN_FRONTEND=noninteractive")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// wants fails the test if the commands fail.
func (b box) wants(t *testing.T, commands string) (said string) {
	t.Helper()
	said, err := b.shell(commands)
	if err != nil {
		t.Fatalf("%s\n%v\n%s", commands, err, said)
	}
	return said
}

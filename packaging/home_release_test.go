//go:build integration && homes

package packaging

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestHomeRelease makes a release of what is committed, twice, and verifies and runs what a user downloads.
func TestHomeRelease(t *testing.T) {
	r, root := releaser{t.TempDir()}, t.TempDir()
	sources, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	r.do(t, `git clone -q "$0" . && ssh-keygen -q -t ed25519 -N "" -f .git/key
sed -i '0,/^## .*/s//## 9.0.0 (2026-12-01)/' CHANGELOG.md
git commit -q -a -m 'CHANGELOG: release 9.0.0' && git tag v9.0.0`, sources)
	command := "make -s release SSH_KEY=.git/key HOMEPAGE=https://check.example.org"
	r.do(t, command)
	r.do(t, `umask 077 && git clone -q . .git/clone && cp .git/key* .git/clone/.git && cd .git/clone
`+command+` VERSION=1.2.3 && diff -r build/release ../../build/release`)

	if said, code := r.verify(t, r.do(t, "cat .git/key.pub"), ""); code != 0 || strings.Count(said, ": OK\n") < 28 {
		t.Errorf("exit %d\n%s", code, said)
	}
	statement, _ := r.provenance(t)
	if len(statement.Subject) < 27 {
		t.Errorf("the origin of %v", statement.Subject)
	}
	r.do(t, `tar -xzf build/release/*-linux-amd64.tar.gz --strip-components=1 -C "$0"`, root)
	if said, _ := plugin(t, root, "/check_pop3x", "--version"); said != "check_pop3x 9.0.0\n" {
		t.Errorf("--version: %q", said)
	}
}

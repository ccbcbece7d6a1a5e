package packaging

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/in-toto/attestation/go/predicates/provenance/v1"
	intoto "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

// A releaser is a repository in which packages and the image are built in no time, because they are none.
type releaser struct{ dir string }

func newReleaser(t *testing.T) releaser {
	t.Helper()
	needs(t, "git", "go", "make", "jq", "tar", "gzip", "zip", "awk", "fold", "sha256sum", "dpkg-source", "ssh-keygen")
	scripts, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	r := releaser{t.TempDir()}
	r.do(t, `mkdir packaging && cp "$0"/release.sh "$0"/common.sh "$0"/version.sh packaging
echo 'echo a program >"$1/check_pop3x.tar.gz"' >packaging/build.sh
echo 'echo an image >"$1/image.tar"' >packaging/image.sh
echo 'echo sources >"$1/check_pop3x.dsc"' >packaging/source.sh
chmod +x packaging/*.sh
echo build >.gitignore
printf '# Changelog\n\nFirst\n\n## 1.0.0 (2026-12-01)\n\n- new\n\n## 0.9.0\n\n- old\n' >CHANGELOG.md
git init -q && git add . && git commit -q -m 'CHANGELOG: release 1.0.0' && git tag v1.0.0
ssh-keygen -q -t ed25519 -N "" -C releases -f .git/key`, scripts)
	return r
}

// do runs commands, which have to succeed.
func (r releaser) do(t *testing.T, commands string, args ...string) (said string) {
	t.Helper()
	said, code := r.try(t, commands, args...)
	if code != 0 {
		t.Fatalf("%s\n%s", commands, said)
	}
	return said
}

func (r releaser) try(t *testing.T, commands string, args ...string) (said string, code int) {
	t.Helper()
	cmd := exec.Command("sh", append([]string{"-e", "-c", commands}, args...)...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CEILING_DIRECTORIES="+filepath.Dir(r.dir), "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.org", "GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.org")
	out, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// verify does what the document says with a download, after something was done to that.
func (r releaser) verify(t *testing.T, key, done string) (said string, code int) {
	t.Helper()
	document, err := os.ReadFile("doc/releasing.md")
	if err != nil {
		t.Fatal(err)
	}
	_, commands, _ := strings.Cut(string(document), "```\n")
	commands, _, _ = strings.Cut(commands, "```\n")
	before, after, found := strings.Cut(commands, "ssh-ed25519 AAAA…")
	if !found {
		t.Fatalf("these commands do not verify:\n%s", commands)
	}
	return r.try(t, "rm -rf build/download; cp -r build/release build/download; cd build/download\n"+done+"\n"+before+strings.TrimSpace(key)+after)
}

const release = "SSH_KEY=.git/key HOMEPAGE=https://check.example.org packaging/release.sh"

// TestReleaseRefused: one line, and nothing is made.
func TestReleaseRefused(t *testing.T) {
	for done, want := range map[string]string{
		"echo >>CHANGELOG.md":              `not committed: CHANGELOG\.md`,
		"echo >packaging/stray.md":         `not committed: packaging/stray\.md`,
		"git tag -d v1.0.0 >&-":            `this commit does not have the tag v1\.0\.0`,
		"git commit -q --allow-empty -m x": `this commit is 1\.0\.1-dev\.1\+g[0-9a-f]{7}, and none that names a release in CHANGELOG\.md`,
		"git commit -q --allow-empty -m x; git tag v1.0.1; export VERSION=1.0.1":    `this commit is 1\.0\.1-dev\.1\+.*`,
		"git commit -q --amend -m 'CHANGELOG: release 1.0.0, with another message'": `this commit does not have the tag v1\.0\.0`,
		"rm -rf .git":            `this is no clone of the repository`,
		"export SSH_KEY=nowhere": `SSH_KEY, nowhere, cannot be read`,
		"set -- .":               `/.* is not empty`,
	} {
		r := newReleaser(t)
		said, code := r.try(t, done+"\n"+`packaging/release.sh "$@"`)
		if code != 1 || !regexp.MustCompile(`^No release: `+want+`\n$`).MatchString(said) {
			t.Errorf("%s: exit %d\n%s", done, code, said)
		}
		if _, err := os.Stat(filepath.Join(r.dir, "build")); err == nil {
			t.Errorf("%s: something was built", done)
		}
	}
}

// TestRelease: the document's commands accept what was signed, and nothing else.
func TestRelease(t *testing.T) {
	r := newReleaser(t)
	r.do(t, release)
	key := r.do(t, "cat .git/key.pub")
	if said, code := r.verify(t, key, ""); code != 0 || !strings.HasPrefix(said, `Good "file" signature for releases `) ||
		!strings.Contains(said, "check_pop3x.tar.gz: OK") {
		t.Errorf("exit %d\n%s", code, said)
	}
	for done, want := range map[string]string{
		"echo another program >check_pop3x.tar.gz":                             "check_pop3x.tar.gz: FAILED",
		"echo another program >check_pop3x.tar.gz; sha256sum *.gz >SHA256SUMS": "incorrect signature",
		"sed -i s/gitCommit/gitTree/ *.intoto.json":                            "intoto.json: FAILED",
		"rm SHA256SUMS.sig": "Could not verify signature",
		"rm *.sig; ssh-keygen -q -Y sign -n email -f ../../.git/key SHA256SUMS": "Could not verify signature",
	} {
		if said, code := r.verify(t, key, done); code == 0 || !strings.Contains(said, want) {
			t.Errorf("%s: exit %d\n%s", done, code, said)
		}
	}
	foreign := r.do(t, `ssh-keygen -q -t ed25519 -N "" -f .git/foreign; cat .git/foreign.pub`)
	if said, code := r.verify(t, foreign, ""); code == 0 || !strings.Contains(said, "Could not verify signature") {
		t.Errorf("another key: exit %d\n%s", code, said)
	}
}

// TestReleaseFails if a part fails, and leaves no sums that would make it look whole.
func TestReleaseFails(t *testing.T) {
	for _, part := range []string{"packaging/build.sh", "packaging/image.sh", "packaging/source.sh", ".git/bin/jq"} {
		r := newReleaser(t)
		said, code := r.try(t, `mkdir .git/bin
printf '#!/bin/sh\necho broken >&2\nexit 1\n' >$0 && chmod +x $0
git commit -q --all --amend --allow-empty -m 'CHANGELOG: release 1.0.0' && git tag -f v1.0.0 >.git/log
export PATH=$PWD/.git/bin:$PATH
`+release, part)
		if _, err := os.Stat(filepath.Join(r.dir, "build/release/SHA256SUMS")); code == 0 || said != "broken\n" || err == nil {
			t.Errorf("%s: exit %d, sums: %v\n%s", part, code, err, said)
		}
	}
}

// TestReleaseTwice gives the same bytes at another place and time, with the key in an agent.
func TestReleaseTwice(t *testing.T) {
	r := newReleaser(t)
	needs(t, "ssh-agent")
	r.do(t, release+`
git clone -q . .git/clone && cp .git/key.pub .git/clone/.git
cd .git/clone
umask 077
export TZ=Asia/Tokyo VERSION=2.0.0 GOFLAGS=-v SOURCE_DATE_EPOCH=1 PLATFORMS=plan9/386
ssh-agent sh -c 'ssh-add -q ../key && `+strings.Replace(release, "/key", "/key.pub", 1)+` ../../build/second'
diff -r ../../build/release ../../build/second`)
}

// TestReleaseFiles: notes of this release alone, and where each of the other files comes from.
func TestReleaseFiles(t *testing.T) {
	r := newReleaser(t)
	if said := r.do(t, "packaging/release.sh"); said != "not signed, because SSH_KEY names no key\n" {
		t.Error(said)
	}
	if notes := r.do(t, "cat build/release/*-notes.md"); notes != "## 1.0.0 (2026-12-01)\n\n- new\n\n" {
		t.Errorf("notes: %q", notes)
	}
	var subjects, want []string
	statement, build := r.provenance(t)
	for _, s := range statement.Subject {
		subjects = append(subjects, s.Digest["sha256"]+"  "+s.Name)
	}
	for line := range strings.Lines(r.do(t, "cat build/release/SHA256SUMS")) {
		if !strings.Contains(line, "intoto.json") {
			want = append(want, strings.TrimSpace(line))
		}
	}
	if len(want) != 4 || !slices.Equal(subjects, want) {
		t.Errorf("%q instead of %q", subjects, want)
	}
	source := build.ResolvedDependencies[0]
	if commit := strings.TrimSpace(r.do(t, "git rev-parse HEAD")); source.Digest["gitCommit"] != commit ||
		source.Uri != "git+https://check-pop3x.invalid@refs/tags/v1.0.0" {
		t.Errorf("%v instead of %s", source, commit)
	}
	for _, tool := range build.ResolvedDependencies[1:] {
		if !regexp.MustCompile(`^pkg:golang/[a-zA-Z0-9./-]+@(go|v)\d+\.[0-9a-z.-]+(#cmd/[a-z-]+)?$`).MatchString(tool.Uri) {
			t.Errorf("not a package URL: %s", tool.Uri)
		}
	}
}

// provenance reads the statement as in-toto and SLSA define it, without a member that they do not know.
func (r releaser) provenance(t *testing.T) (*intoto.Statement, *v1.BuildDefinition) {
	t.Helper()
	statement, predicate := new(intoto.Statement), new(v1.Provenance)
	if err := protojson.Unmarshal([]byte(r.do(t, "cat build/release/*.intoto.json")), statement); err != nil {
		t.Fatal(err)
	}
	text, err := protojson.Marshal(statement.Predicate)
	if err != nil {
		t.Fatal(err)
	}
	if err := protojson.Unmarshal(text, predicate); err != nil {
		t.Fatal(err)
	}
	if err := statement.Validate(); err != nil || statement.PredicateType != "https://slsa.dev/provenance/v1" {
		t.Errorf("%s, %v", statement.PredicateType, err)
	}
	if err := predicate.Validate(); err != nil {
		t.Error(err)
	}
	return statement, predicate.BuildDefinition
}

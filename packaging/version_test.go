package packaging

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// needs skips a test without one of these programs.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
}

// versionSteps are what is done in a repository, and its version afterwards.
var versionSteps = []struct{ do, want string }{
	{"commit", `1\.0\.0-dev\.1\+g[0-9a-f]{7}`},
	{"commit", `1\.0\.0-dev\.2\+g[0-9a-f]{7}`},
	{"echo >>CHANGELOG.md", `1\.0\.0-dev\.2\+g[0-9a-f]{7}\.dirty`},
	{"commit", `1\.0\.0-dev\.3\+g[0-9a-f]{7}`},
	{"heading 's/1.0.0 (to come)/1.0.0 (2026-12-01)/'; commit", `1\.0\.0`},
	{"commit", `1\.0\.1-dev\.1\+g[0-9a-f]{7}`},
	{"heading 's/## 1.0.0/## 1.1.0 (to come)\\n\\n## 1.0.0/'; commit", `1\.1\.0-dev\.2\+g[0-9a-f]{7}`},
	{"heading 's/1.1.0 (to come)/1.1.0/'; commit", `1\.1\.0`},
	{"heading 's/Changelog/Changes/'; commit", `1\.1\.1-dev\.1\+g[0-9a-f]{7}`},
	{"rm -r .git", `1\.1\.0`},
	{"heading 's/1.1.0/1.2.0 (to come)/'", `1\.2\.0-dev\.0`},
	{"export VERSION=2.0.0-rc.1", `2\.0\.0-rc\.1`},
}

// versions returns what version.sh prints after each of the steps.
func versions(t *testing.T, args ...string) []string {
	t.Helper()
	needs(t, "git", "sh", "sed")
	dir := t.TempDir()
	script, err := os.ReadFile("version.sh")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "packaging"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "packaging/version.sh"), script, 0o755); err != nil {
		t.Fatal(err)
	}
	var steps strings.Builder
	steps.WriteString(`set -e
printf '# Changelog\n\n## 1.0.0 (to come)\n' >CHANGELOG.md
git init -q
commit() { git add -A; git commit -q --allow-empty -m test; }
heading() { sed "$1" CHANGELOG.md >new; mv new CHANGELOG.md; }
`)
	for _, step := range versionSteps {
		steps.WriteString(step.do + "\npackaging/version.sh " + strings.Join(args, " ") + "\n")
	}
	cmd := exec.Command("sh", "-c", steps.String())
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CEILING_DIRECTORIES=" + filepath.Dir(dir), "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.org", "GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.org",
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.Fields(string(out))
}

func TestVersion(t *testing.T) {
	all := versions(t)
	if len(all) != len(versionSteps) {
		t.Fatalf("%d versions after %d steps: %q", len(all), len(versionSteps), all)
	}
	for i, step := range versionSteps {
		if !regexp.MustCompile("^" + step.want + "$").MatchString(all[i]) {
			t.Errorf("after step %d, %s: %s, want %s", i+1, step.do, all[i], step.want)
		}
	}
}

// TestVersionOfThisTree: the newest heading of CHANGELOG.md can be read.
func TestVersionOfThisTree(t *testing.T) {
	needs(t, "sh", "sed")
	out, err := exec.Command("sh", "version.sh").Output()
	if err != nil || !regexp.MustCompile(`^\d+\.\d+\.\d+(-dev\.\d+)?(\+[0-9a-z.]+)?\n$`).Match(out) {
		t.Errorf("%q, %v", out, err)
	}
}

// TestBuildNamesMissingTools, all of them at once, before it has done anything.
func TestBuildNamesMissingTools(t *testing.T) {
	needs(t, "/bin/sh")
	cmd := exec.Command("/bin/sh", "./build.sh", "no-such-directory")
	cmd.Env = []string{"PATH=" + t.TempDir()}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.HasPrefix(string(out), "To build packages, install first: go make jq ") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := os.Stat("no-such-directory"); err == nil {
		t.Error("it has made the directory")
	}
}

//go:build integration

// The packages are built once, from the working tree, and installed below a
// directory of their own, from which the tests run what is in them.

package packaging

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A build is what packaging/build.sh has made, and where the .deb of it is
// installed.
type build struct{ dir, root string }

// one is the build that the tests look at.
var one build

// only names the one file that fits.
func (b build) only(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(b.dir, pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %q, %v", pattern, found, err)
	}
	return found[0]
}

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (code int, err error) {
	if os.Geteuid() != 0 {
		return 1, fmt.Errorf("needs root, to install packages below a directory")
	}
	dir, err := os.MkdirTemp("", "check_pop3x-packages-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		return 1, err
	}
	one = build{filepath.Join(dir, "built"), filepath.Join(dir, "root")}
	for _, script := range []string{"./build.sh", "./image.sh"} {
		cmd := exec.Command(script, one.dir)
		cmd.Env = append(os.Environ(), "PLATFORMS=linux/amd64 linux/arm64 windows/amd64")
		if out, err := cmd.CombinedOutput(); err != nil {
			return 1, fmt.Errorf("%s: %v\n%s", script, err, out)
		}
	}
	debs, err := filepath.Glob(one.dir + "/*_amd64.deb")
	if err != nil || len(debs) != 1 {
		return 1, fmt.Errorf("build.sh has made %q", debs)
	}
	if err := dpkgIn(one.root, "-i", debs[0]); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// run fails the test where the program does, and returns what it said.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	return runIn(t, "", name, args...)
}

func runIn(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// silent is run for a program that has nothing to say when all is well.
func silent(t *testing.T, name string, args ...string) {
	t.Helper()
	if out := run(t, name, args...); strings.TrimSpace(out) != "" {
		t.Errorf("%s %s:\n%s", name, strings.Join(args, " "), out)
	}
}

// dpkgIn runs dpkg on a directory as if that were the root of a system.
func dpkgIn(root string, args ...string) error {
	base := filepath.Join(root, "var/lib/dpkg")
	for _, name := range []string{"info", "updates"} {
		if err := os.MkdirAll(filepath.Join(base, name), 0o755); err != nil {
			return err
		}
	}
	status, err := os.OpenFile(filepath.Join(base, "status"), os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	status.Close()
	if out, err := exec.Command("dpkg", append([]string{"--root=" + root}, args...)...).CombinedOutput(); err != nil {
		return fmt.Errorf("dpkg %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// plugin runs the installed program as root sees it below there.
func plugin(t *testing.T, root, path string, args ...string) (said string, code int) {
	t.Helper()
	cmd := exec.Command("chroot", append([]string{root, path}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	if stderr.Len() > 0 {
		t.Errorf("%s on stderr", stderr.String())
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// works proves that the program runs where it was installed.
func works(t *testing.T, root, path string) {
	t.Helper()
	if said, code := plugin(t, root, path, "--version"); code != 3 || !strings.HasPrefix(said, "check_pop3x ") {
		t.Errorf("--version: %q, %d", said, code)
	}
	said, code := plugin(t, root, path, "-H", "127.0.0.1", "-p", "1")
	if code != 2 || !strings.HasPrefix(said, "POP3 CRITICAL - connect: connection refused") {
		t.Errorf("a closed port: %q, %d", said, code)
	}
}

// files lists what is below a directory, without what a package manager keeps.
func files(t *testing.T, root string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case name == "var" || name == "root":
			return filepath.SkipDir
		case !entry.IsDir():
			all = append(all, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

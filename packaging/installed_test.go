//go:build integration

package packaging

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// notInstalled says of files in packaging why no package has them.
var notInstalled = map[string]string{
	"*.go":             "programs and tests for those who build it",
	"*.in":             "templates, of which the results are installed",
	"build.sh":         "builds the packages",
	"common.sh":        "for the build",
	"go.mod":           "of a program for the tests",
	"image.sh":         "builds the image",
	"install.sh":       "installs from the archive, and lays out the packages",
	"install-tools.sh": "for the tests",
	"repositories.sh":  "for those who publish packages",
	"source.sh":        "builds the source package",
	"control":          "describes the source package",
	"rules":            "builds it",
	"format":           "of the source package",
	"release.sh":       "builds a release",
	"version.sh":       "for the build",
	"nfpm.yaml":        "describes the packages",
	"rpmlint.toml":     "for the tests",
}

// TestEachFileIsInstalled: each file here is in the .deb, or the table above
// says why not.
func TestEachFileIsInstalled(t *testing.T) {
	var texts, names []string
	for _, file := range files(t, one.root) {
		texts, names = append(texts, plain(t, filepath.Join(one.root, file))), append(names, filepath.Base(file))
	}
	used := map[string]bool{}
	for _, file := range strings.Fields(run(t, "git", "ls-files", "-co", "--exclude-standard")) {
		if reason, ok := unwanted(file); ok {
			used[reason] = true
		} else if document := path.Ext(file) == ".md"; document && slices.Contains(names, path.Base(file)) {
			continue // with other links
		} else if !slices.Contains(texts, plain(t, file)) {
			t.Errorf("packaging/%s is not installed, and the table of notInstalled does not say why", file)
		}
	}
	for pattern := range notInstalled {
		if !used[pattern] {
			t.Errorf("there is no %s to be left out", pattern)
		}
	}
}

// unwanted finds the row of a file that is not to be installed.
func unwanted(file string) (pattern string, ok bool) {
	for pattern := range notInstalled {
		if ok, _ := path.Match(pattern, path.Base(file)); ok {
			return pattern, true
		}
	}
	return "", false
}

// plain is a file's text, uncompressed.
func plain(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return string(text)
	}
	text, err = io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestManPage: neither of the two that show manuals has anything to say of it.
func TestManPage(t *testing.T) {
	page := filepath.Join(t.TempDir(), "check_pop3x.8")
	write(t, page, plain(t, filepath.Join(one.root, "usr/share/man/man8/check_pop3x.8.gz")))
	silent(t, "mandoc", "-Tlint", page)
	silent(t, "sh", "-c", `groff -ww -z -man -Tutf8 "$0" 2>&1`, page)
	out := run(t, "sh", "-c", `mandoc -Tutf8 "$0" | col -b`, page)
	for _, want := range []string{"NAME", "EXIT STATUS", "--hostname HOST", "SECURITY"} {
		if !strings.Contains(out, want) {
			t.Errorf("the manual does not show %q", want)
		}
	}
}

// TestUnits has systemd read the units, with the program where it is below root.
func TestUnits(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"usr/lib/systemd/system/check_pop3x@.service", "usr/lib/systemd/system/check_pop3x@.timer",
		"usr/share/doc/" + name + "/examples/systemd/check_pop3x-failed@.service",
	} {
		text := read(t, filepath.Join(one.root, name))
		write(t, filepath.Join(dir, filepath.Base(name)), strings.ReplaceAll(text, debPlugin, one.root+debPlugin))
	}
	drop := filepath.Join(dir, "check_pop3x@.service.d")
	if err := os.Mkdir(drop, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(drop, "onfailure.conf"), read(t, "systemd/examples/onfailure.conf"))
	for _, unit := range []string{"check_pop3x@mail.service", "check_pop3x@mail.timer", "check_pop3x-failed@mail.service"} {
		silent(t, "systemd-analyze", "verify", "--man=no", filepath.Join(dir, unit))
	}
	// 0 is safe and 10 is not: 2 is what systemd calls OK
	run(t, "systemd-analyze", "security", "--offline=yes", "--threshold=20", filepath.Join(dir, "check_pop3x@mail.service"))
}

// TestOptionsInFiles runs what the examples say with --help behind it: the parser
// takes what stands there, whatever it is for.
func TestOptionsInFiles(t *testing.T) {
	program := filepath.Join(one.root, debPlugin)
	found := 0
	for _, file := range files(t, one.root) {
		if !strings.HasPrefix(file, "etc/") && !strings.Contains(file, "/examples/") {
			continue
		}
		for line := range strings.Lines(read(t, filepath.Join(one.root, file))) {
			before, args, ok := strings.Cut(strings.Replace(line, "$plugin", "check_pop3x", 1), "check_pop3x -")
			if !ok {
				continue
			}
			found++
			if strings.Count(before, `"`)%2 == 1 {
				args, _, _ = strings.Cut(args, `"`) // the command is in quotes
			}
			args, _, _ = strings.Cut(args, ")")
			args, _, _ = strings.Cut(args, " </")
			args = strings.NewReplacer("$HOSTADDRESS$", "h", "$ARG1$", "a", "$ARG2$", "30,7", "$ARG3$", "f", "$ARG4$", "").Replace(args)
			out, _ := exec.Command("sh", "-c", program+" -"+strings.TrimSpace(args)+" --help").Output()
			if !strings.HasPrefix(string(out), "Usage:") && !strings.Contains(string(out), `"a" is not an option`) {
				t.Errorf("%s: %s\n%s", file, line, out)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d commands were found", found)
	}
}

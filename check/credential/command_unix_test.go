//go:build unix

package credential

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/files"
)

// needs skips a test if the system lacks a program that it runs.
func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skip(err)
	}
}

// shell returns a source that runs a script.
func shell(t *testing.T, script string) *Source {
	t.Helper()
	source, err := Command("/bin/sh -c '" + strings.ReplaceAll(script, "'", `'\''`) + "'")
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// Output is read like a file.
func TestCommandOutput(t *testing.T) {
	needs(t, "/bin/cat")
	for _, s := range contents {
		path := file(t, s.content)
		source, err := Command("/bin/cat '" + path + "'")
		if err != nil {
			t.Fatal(err)
		}
		got, err := source.Read(t.Context())
		switch {
		case s.refusal != "":
			checkRefused(t, err, s.refusal, "the output of /bin/cat")
		case err != nil || got != s.want:
			t.Errorf("%s: %q, %v", s.name, got, err)
		}
		if said := source.Stderr(); said != nil {
			t.Errorf("%s: said %q", s.name, said)
		}
	}
}

// The output of a program that fails is not used.
func TestFailingCommands(t *testing.T) {
	for script, refusal := range map[string]string{
		"echo hunter2; exit 1":                "/bin/sh ended with exit code 1",
		"echo hunter2; exit 42":               "/bin/sh ended with exit code 42",
		"exit 255":                            "/bin/sh ended with exit code 255",
		"echo hunter2; kill -TERM $$":         "/bin/sh was ended by a signal: terminated",
		"echo hunter2; kill -PIPE $$; exit 0": "/bin/sh was ended by a signal: broken pipe", // which the plugin ignores
		"echo hunter2; kill -QUIT $$; exit 0": "/bin/sh was ended by a signal: quit",
		"exit 0":                              "the password in the output of /bin/sh is empty",
		"echo; echo hunter2":                  "the password in the output of /bin/sh is empty",
		"exec >&-":                            "the password in the output of /bin/sh is empty",
		"while echo hunter2; do :; done":      "/bin/sh printed more than 64 KiB",
	} {
		got, err := shell(t, script).Read(t.Context())
		checkRefused(t, err, refusal)
		if err != nil && got != "" && !strings.Contains(err.Error(), "empty") {
			t.Errorf("%s: refused, but read: %q", script, got)
		}
	}
}

// At most 64 KiB are read, with the first line.
func TestLargeCommandOutput(t *testing.T) {
	needs(t, "cat")
	for _, content := range []string{strings.Repeat("x", files.MaxSize), strings.Repeat("x", files.MaxSize-1) + "\n", "hunter2\n" + strings.Repeat("x", files.MaxSize-8)} {
		want, _, _ := strings.Cut(content, "\n")
		if got, err := shell(t, "exec cat "+file(t, content)).Read(t.Context()); err != nil || got != want {
			t.Errorf("%d octets: %d, %v", len(content), len(got), err)
		}
	}
	_, err := shell(t, "exec cat "+file(t, strings.Repeat("x", files.MaxSize+1))).Read(t.Context())
	checkRefused(t, err, "printed more than 64 KiB")
}

func TestCannotRun(t *testing.T) {
	dir := t.TempDir()
	program := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, refusal := range map[string]string{
		filepath.Join(dir, "missing"):             "no such file or directory",
		dir:                                       "it is a directory, type the full path of a program",
		program("plain", "#!/bin/sh\n", 0o600):    "it is not executable, type: chmod +x " + filepath.Join(dir, "plain"),
		program("noise", "hunter\x00", 0o700):     "it is neither a program for this machine nor a script that begins with #!",
		program("lost", "#!/nowhere/sh\n", 0o700): "its interpreter (the #! line) does not exist",
		filepath.Join(program("file", "#!/bin/sh\n", 0o700), "x"): "not a directory",
	} {
		source, err := Command(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = source.Read(t.Context())
		checkRefused(t, err, "cannot run "+path+": "+refusal)
		if strings.Count(err.Error(), "run "+path) != 1 || strings.Contains(err.Error(), "fork") {
			t.Error(err)
		}
	}
}

// A program inherits the environment except for the password, and has an empty
// standard input.
func TestCommandEnvironment(t *testing.T) {
	t.Setenv("POP3X_PASSWORD", "hunter2")
	t.Setenv("POP3X_USER", "alice")
	const script = `echo "${POP3X_PASSWORD-none} $POP3X_USER $(read -r line || echo 0) $0 $1"`
	source, err := Command(`/bin/sh -c '` + script + `' a "b c"`)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := source.Read(t.Context()); err != nil || got != "none alice 0 a b c" {
		t.Errorf("%q, %v", got, err)
	}
}

// Standard error is kept, except for lines with the secret.
func TestStderr(t *testing.T) {
	for script, want := range map[string][]string{
		`echo hunter2`:                                         nil,
		`echo hunter2; echo " why " >&2`:                       {"why"},
		`echo why >&2; exit 1`:                                 {"why"},
		`printf "why\r\n\n\nnot\n" >&2; exit 1`:                {"why", "not"},
		`echo hunter2; echo "not hunter2, but" >&2; echo b>&2`: {Hidden, "b"},
		`echo hunter2; echo aHVudGVyMg== >&2; exit 1`:          {Hidden},
		`echo hunter2; printf "hun\nter2\n" >&2`:               {Hidden},
		`printf hunter2; echo hunter2 >&2; exit 1`:             {Hidden},
		`echo hunter2; exec >/dev/null; echo a >&2; echo b`:    {"a"},
		`while echo y >&2; do :; done`:                         nil, // see below
	} {
		source := shell(t, script)
		ctx, cancel := context.WithCancel(t.Context())
		if strings.HasPrefix(script, "while") {
			want = append(slices.Repeat([]string{"y"}, 20), "(the rest is not shown)")
			go func() {
				for len(source.Stderr()) < len(want) {
					<-time.After(time.Millisecond)
				}
				cancel()
			}()
		}
		source.Read(ctx)
		cancel()
		if said := source.Stderr(); !slices.Equal(said, want) {
			t.Errorf("%s: %.200q", script, said)
		}
	}
}

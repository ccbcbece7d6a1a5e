package credential

import (
	"os"
	"path/filepath"
	"testing"
)

// credentials creates a directory like systemd's for a unit: only its user can
// read it, and nobody can write there.
func credentials(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "check_pop3x.service")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700) })
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	return dir
}

func TestSystemd(t *testing.T) {
	for _, s := range contents {
		dir := credentials(t, map[string]string{SystemdPassword: s.content})
		source, err := Systemd(SystemdPassword)
		if err != nil || source == nil || source.Name != "systemd credential check_pop3x.password" || source.Interactive {
			t.Fatalf("%s: %+v, %v", s.name, source, err)
		}
		got, err := source.Read(t.Context())
		switch {
		case s.refusal != "":
			checkRefused(t, err, s.refusal, filepath.Join(dir, SystemdPassword))
		case err != nil || got != s.want:
			t.Errorf("%s: %q, %v", s.name, got, err)
		}
	}
}

// A missing credential is not an error.
func TestNoSystemdCredential(t *testing.T) {
	dir := credentials(t, map[string]string{"other": "hunter2"})
	for _, typed := range []string{dir, dir + "/nowhere", "", ".", "relative/" + filepath.Base(dir)} {
		t.Setenv("CREDENTIALS_DIRECTORY", typed)
		if source, err := Systemd(SystemdPassword); source != nil || err != nil {
			t.Errorf("%q: %+v, %v", typed, source, err)
		}
		if user, from, err := SystemdName(); user != "" || from != "" || err != nil {
			t.Errorf("%q: %q from %q, %v", typed, user, from, err)
		}
	}
	file := filepath.Join(dir, "other")
	t.Setenv("CREDENTIALS_DIRECTORY", file)
	if _, err := Systemd(SystemdPassword); err == nil {
		t.Error("a file was taken for a directory")
	} else {
		checkRefused(t, err, "cannot read "+filepath.Join(file, SystemdPassword)+": not a directory")
	}
}

func TestSystemdName(t *testing.T) {
	for content, want := range map[string]string{
		"alice": "alice", "alice\n": "alice", "alice\r\n": "alice", "al ice@example.org\nbob\n": "al ice@example.org", "": "", "\nalice": "",
	} {
		dir := credentials(t, map[string]string{SystemdUser: content})
		user, from, err := SystemdName()
		switch {
		case want == "":
			checkRefused(t, err, "the user name in "+filepath.Join(dir, SystemdUser)+" is empty")
		case err != nil || user != want || from != "systemd credential check_pop3x.user":
			t.Errorf("%q: %q from %q, %v", content, user, from, err)
		}
	}
}

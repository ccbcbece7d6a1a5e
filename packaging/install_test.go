package packaging

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// install runs install.sh without Go, for any file as the program.
func install(t *testing.T, root string, args ...string) (said string, err error) {
	t.Helper()
	needs(t, "env", "sh", "sed", "gzip", "find", "cmp")
	env := append([]string{"-i", "PATH=/usr/bin:/bin", "HOME=/home/alice", "PROGRAM=packaging/install.sh", "DESTDIR=" + root}, args...)
	out, err := exec.Command("env", env...).CombinedOutput()
	return string(out), err
}

// installed lists the files below a directory.
func installed(t *testing.T, root string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, strings.TrimPrefix(name, root))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestInstallWhatIsNotBuilt(t *testing.T) {
	said, err := install(t, t.TempDir(), "PROGRAM=build/none", "sh", "install.sh")
	if err == nil || !strings.Contains(said, "There is no build/none to install. Type: make build\n") {
		t.Errorf("%v: %s", err, said)
	}
}

// TestMakeInstall installs without Go, which sudo often does not find.
func TestMakeInstall(t *testing.T) {
	t.Parallel()
	needs(t, "make")
	root := t.TempDir()
	if said, err := install(t, root, "make", "-C", "..", "install", "PROGRAM=packaging/install.sh"); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if _, err := os.Stat(root + "/usr/local/lib/nagios/plugins/check_pop3x"); err != nil {
		t.Error(err)
	}
	if said, err := install(t, root, "make", "-C", "..", "uninstall"); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if left := installed(t, root); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// TestInstallAtHome: everything is below PREFIX if that is below HOME.
func TestInstallAtHome(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if said, err := install(t, root, "PREFIX=/home/alice/.local", "sh", "install.sh"); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	names := installed(t, root)
	if !slices.Contains(names, "/home/alice/.local/etc/nagios/nrpe.d/pop3x.cfg") {
		t.Errorf("no configuration in %q", names)
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "/home/alice/.local/") {
			t.Errorf("%s is installed", name)
		}
	}
}

// TestInstalledNames: what is installed below PREFIX names the plugin and the
// configuration there.
func TestInstalledNames(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if said, err := install(t, root, "PREFIX=/opt/pop3x", "SYSCONFDIR=/opt/etc", "sh", "install.sh"); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for name, want := range map[string]string{
		"/opt/etc/nagios-plugins/config/pop3x.cfg":                      "\tcommand_line\t/opt/pop3x/lib/nagios/plugins/check_pop3x -v -H ",
		"/opt/etc/nagios/nrpe.d/pop3x.cfg":                              "command[check_pop3x]=/opt/pop3x/lib/nagios/plugins/check_pop3x -v -H ",
		"/opt/pop3x/share/icinga2/include/plugins-contrib.d/pop3x.conf": "\tcommand = [ \"/opt/pop3x/lib/nagios/plugins/check_pop3x\" ]\n",
		"/opt/pop3x/lib/systemd/system/check_pop3x@.service":            "ExecStart=/opt/pop3x/lib/nagios/plugins/check_pop3x --extra-opts=@/opt/etc/check_pop3x/%i.ini\n",
	} {
		if text, err := os.ReadFile(root + name); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("no %q in %s, %v", want, name, err)
		}
	}
}

// TestUninstall removes all except configuration that somebody has changed.
func TestUninstall(t *testing.T) {
	t.Parallel()
	root, changed := t.TempDir(), "/etc/nagios/nrpe.d/pop3x.cfg"
	if said, err := install(t, root, "sh", "install.sh"); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if err := os.WriteFile(root+changed, []byte("# changed\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	said, err := install(t, root, "sh", "install.sh", "uninstall")
	if err != nil || said != "Left, because it is changed: "+root+changed+"\n" {
		t.Errorf("%v\n%s", err, said)
	}
	if left := installed(t, root); !slices.Equal(left, []string{changed}) {
		t.Errorf("left: %q", left)
	}
}

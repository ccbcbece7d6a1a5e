package confine

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"check_pop3x/check/fault"
)

// TestEnter confines another process, and has it try what it must not do.
func TestEnter(t *testing.T) {
	if dir := os.Getenv("CONFINE_TEST_DIR"); dir != "" {
		tryAll(dir, os.Getenv("CONFINE_TEST_PORTS"))
	}
	allowed, forbidden := listen(t), listen(t)
	dir := t.TempDir()
	for _, name := range []string{"readable", "secret", "dir/old"} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(name), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	child := exec.Command(os.Args[0], "-test.run=^TestEnter$")
	child.Env = append(os.Environ(), "CONFINE_TEST_DIR="+dir, "CONFINE_TEST_PORTS="+allowed+" "+forbidden)
	said, err := child.CombinedOutput()
	if version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION); errno != 0 || version < 4 {
		lsm, _ := os.ReadFile("/sys/kernel/security/lsm")
		if !strings.Contains(string(said), "usage: --confine needs Linux 6.7") {
			t.Errorf("without Landlock: %s", said)
		}
		t.Skipf("this kernel has no Landlock with TCP (version %d; %s)", version, lsm)
	}
	if err != nil || string(said) != "confined\n" {
		t.Errorf("%v: %s", err, said)
	}
}

// listen returns the port of a listener.
func listen(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// tryAll is the confined process.
func tryAll(dir, ports string) {
	allowed, forbidden, _ := strings.Cut(ports, " ")
	port, _ := net.LookupPort("tcp", allowed)
	in := func(name string) string { return filepath.Join(dir, name) }
	open, _ := os.Open(in("secret"))
	err := Enter(Permissions{Read: []string{in("readable"), in("missing")}, Write: []string{in("dir")}, Ports: []uint16{uint16(port)}})
	if err != nil {
		println(string(fault.Of(err).Kind) + ": " + fault.Of(err).Text)
		os.Exit(1)
	}
	read := func(name string) error { _, err := os.ReadFile(in(name)); return err }
	write := func(name string) error { return os.WriteFile(in(name), nil, 0o600) }
	dial := func(port string) error { _, err := net.Dial("tcp", "127.0.0.1:"+port); return err }
	_, stillOpen := open.Read(make([]byte, 6))
	for what, err := range map[string]error{
		"read what is named": read("readable"), "read what was open": stillOpen, "connect": dial(allowed),
		"write": write("dir/new"), "replace": os.Rename(in("dir/new"), in("dir/old")), "remove": os.Remove(in("dir/old")),
	} {
		if err != nil {
			println("cannot", what+":", err.Error())
			os.Exit(1)
		}
	}
	for what, err := range map[string]error{
		"read": read("secret"), "read system": func() error { _, err := os.ReadFile("/etc/passwd"); return err }(), "write": write("new"),
		"overwrite": write("readable"), "connect": dial(forbidden), "run": exec.Command("/bin/true").Run(), "list": func() error { _, err := os.ReadDir(dir); return err }(),
	} {
		if !errors.Is(err, os.ErrPermission) {
			println("can", what)
			os.Exit(1)
		}
	}
	println("confined")
	unix.Exit(0) // os.Exit would write the counters of -cover, which it cannot any more
}

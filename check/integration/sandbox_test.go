//go:build integration

// A program in namespaces of its own, as testdata/sandbox.sh sets them up. It and all its children end when it is
// stopped, and also when the test itself is killed: the first process of a pid namespace takes the others with it.

package integration

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"
)

// sandbox is one running program with its directory.
type sandbox struct {
	dir    string // configuration, certificates, mailboxes; readable by every user
	log    string // file with all that the program wrote or sent to syslog
	cmd    *exec.Cmd
	syslog *net.UnixConn
	ended  chan struct{}
}

// newSandbox makes the directory of a program, with the users of testdata/passwd and a socket for its syslog.
func newSandbox(name string) (*sandbox, error) {
	dir, err := os.MkdirTemp(workDir, name+"-")
	if err != nil {
		return nil, err
	}
	box := &sandbox{dir: dir, log: filepath.Join(dir, "log"), ended: make(chan struct{})}
	return box, errors.Join(os.Chmod(dir, 0o755), box.copyIn("passwd", "group", "sandbox.sh"), box.listenSyslog())
}

// copyIn copies files of testdata into the directory.
func (b *sandbox) copyIn(names ...string) error {
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			return err
		}
		if err := b.write(name, string(text), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// write makes a file in the directory.
func (b *sandbox) write(name, text string, mode fs.FileMode) error {
	return os.WriteFile(filepath.Join(b.dir, name), []byte(text), mode)
}

// listenSyslog copies what is sent to /dev/log into the log.
func (b *sandbox) listenSyslog() error {
	path := filepath.Join(b.dir, "syslog.sock")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return err
	}
	b.syslog = conn
	go func() {
		message := make([]byte, 64<<10)
		for {
			n, err := conn.Read(message)
			if err != nil {
				return
			}
			b.logLine(strings.TrimRight(string(message[:n]), "\n\x00"))
		}
	}()
	return os.Chmod(path, 0o777)
}

func (b *sandbox) openLog() (*os.File, error) {
	return os.OpenFile(b.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
}

func (b *sandbox) logLine(line string) {
	if file, err := b.openLog(); err == nil {
		defer file.Close()
		fmt.Fprintln(file, line)
	}
}

// start runs command over the unpacked tree of a server.
func (b *sandbox) start(tree string, command ...string) error {
	log, err := b.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	path := filepath.Join(cacheDir(), tree)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("no tree for %s, run install.sh first: %w", tree, err)
	}
	script := filepath.Join(b.dir, "sandbox.sh")
	b.cmd = exec.Command("/bin/sh", append([]string{script, path, b.dir}, command...)...)
	b.cmd.Stdout, b.cmd.Stderr = log, log
	b.cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"}
	b.cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	started := make(chan error)
	go b.run(started)
	return <-started
}

// run waits for the program on the thread that started it: the kernel sends Pdeathsig when that thread ends.
func (b *sandbox) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(b.ended)
	err := b.cmd.Start()
	started <- err
	if err == nil {
		b.logLine(fmt.Sprintf("-- ended: %v", b.cmd.Wait()))
	}
}

// stop kills the program and its children, and waits until the kernel has cleared them away.
func (b *sandbox) stop() {
	if b.cmd != nil && b.cmd.Process != nil {
		b.cmd.Process.Kill()
		<-b.ended
	}
	if b.syslog != nil {
		b.syslog.Close()
	}
	os.RemoveAll(b.dir)
}

// logged is what the program has written so far, without the bytes of TLS that some servers quote.
func (b *sandbox) logged() string {
	text, err := os.ReadFile(b.log)
	if err != nil {
		return err.Error()
	}
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) && r != utf8.RuneError {
			return r
		}
		return '.'
	}, string(text))
}

// tail is the end of the log, for the message of a failed test.
func (b *sandbox) tail() string {
	text := b.logged()
	return text[max(0, len(text)-4096):]
}

//go:build linux

// Package debian runs programs of Debian that are not installed: integration/install.sh has unpacked each with what it
// depends on into a tree, which is laid over the machine's /usr and /etc in namespaces of the program's own.
package debian

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"
)

//go:embed sandbox.sh
var script string

// StartTimeout is how long a program may take until it answers.
const StartTimeout = 4 * time.Minute

// Cache is where install.sh has unpacked the trees.
func Cache() string {
	base := os.Getenv("XDG_CACHE_HOME")
	if base == "" {
		base = "/var/cache"
	}
	return filepath.Join(base, "check_pop3x-servers")
}

// A Sandbox is one running program with its directory. It and all its children end when it is stopped, and also when
// whoever started it is killed: the first process of a pid namespace takes the others with it.
type Sandbox struct {
	Dir     string        // configuration, certificates, mailboxes; readable by every user
	Above   string        // a directory with usr and etc that is laid over the tree, if any
	Network string        // the file of a network namespace to run in, by default that of the caller
	Ended   chan struct{} // closed when the program has ended

	log    string // file with all that the program wrote or sent to syslog
	cmd    *exec.Cmd
	failed error // how it ended
	syslog *net.UnixConn
}

// Users are the files passwd and group that a program finds in /etc.
type Users struct{ Passwd, Group string }

// New makes the directory of a program below parent, with its users and a socket for its syslog.
func New(parent, name string, users Users) (*Sandbox, error) {
	dir, err := os.MkdirTemp(parent, name+"-")
	if err != nil {
		return nil, err
	}
	s := &Sandbox{Dir: dir, log: filepath.Join(dir, "log"), Ended: make(chan struct{})}
	return s, errors.Join(
		os.Chmod(dir, 0o755),
		s.Write("sandbox.sh", script, 0o755),
		s.Write("passwd", users.Passwd, 0o755),
		s.Write("group", users.Group, 0o755),
		s.listenSyslog(),
	)
}

// Write makes a file in the directory.
func (s *Sandbox) Write(name, text string, mode fs.FileMode) error {
	return os.WriteFile(filepath.Join(s.Dir, name), []byte(text), mode)
}

// listenSyslog copies what is sent to /dev/log into the log.
func (s *Sandbox) listenSyslog() error {
	path := filepath.Join(s.Dir, "syslog.sock")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return err
	}
	s.syslog = conn
	go func() {
		message := make([]byte, 64<<10)
		for {
			n, err := conn.Read(message)
			if err != nil {
				return
			}
			s.logLine(strings.TrimRight(string(message[:n]), "\n\x00"))
		}
	}()
	return os.Chmod(path, 0o777)
}

func (s *Sandbox) openLog() (*os.File, error) {
	return os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
}

func (s *Sandbox) logLine(line string) {
	if file, err := s.openLog(); err == nil {
		defer file.Close()
		fmt.Fprintln(file, line)
	}
}

// Start runs command over a tree.
func (s *Sandbox) Start(tree string, command ...string) error {
	log, err := s.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	path := filepath.Join(Cache(), tree)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("no tree for %s, run install.sh first: %w", tree, err)
	}
	if s.Above != "" {
		path = s.Above + ":" + path
	}
	command = append([]string{"/bin/sh", filepath.Join(s.Dir, "sandbox.sh"), path, s.Dir}, command...)
	if s.Network != "" {
		command = append([]string{"nsenter", "--net=" + s.Network, "--"}, command...)
	}
	s.cmd = exec.Command(command[0], command[1:]...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"}
	s.cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	started := make(chan error)
	go s.run(started)
	return <-started
}

// run waits for the program on the thread that started it: the kernel sends Pdeathsig when that thread ends.
func (s *Sandbox) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(s.Ended)
	err := s.cmd.Start()
	started <- err
	if err == nil {
		s.failed = s.cmd.Wait()
		s.logLine(fmt.Sprintf("-- ended: %v", s.failed))
	}
}

// Wait waits for the end of a program that ends by itself, well.
func (s *Sandbox) Wait() error {
	select {
	case <-s.Ended:
	case <-time.After(2 * StartTimeout):
		return fmt.Errorf("%s does not end; its log:\n%s", filepath.Base(s.Dir), s.Tail())
	}
	if s.failed != nil {
		return fmt.Errorf("%s: %w; its log:\n%s", filepath.Base(s.Dir), s.failed, s.Tail())
	}
	return nil
}

// Command is one that is run in the sandbox, beside the program.
func (s *Sandbox) Command(command ...string) *exec.Cmd {
	cmd := exec.Command("nsenter", append([]string{"--target", strconv.Itoa(s.PID()), "--mount", "--pid", "--"}, command...)...)
	cmd.Env = s.cmd.Env
	return cmd
}

// Beside starts a command in the sandbox that writes into the log as the program does, and ends with it.
func (s *Sandbox) Beside(command ...string) error {
	log, err := s.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := s.Command(command...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait()
	return nil
}

// PID is that of the sandbox's first process.
func (s *Sandbox) PID() int { return s.cmd.Process.Pid }

// Processes are the ids of all processes of the sandbox.
func (s *Sandbox) Processes() (pids []int) {
	const space = "/proc/%s/ns/pid"
	own, err := os.Readlink(fmt.Sprintf(space, strconv.Itoa(s.PID())))
	if err != nil {
		return nil
	}
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if its, _ := os.Readlink(fmt.Sprintf(space, entry.Name())); its == own {
			pids = append(pids, pid)
		}
	}
	return pids
}

// Await waits until the program is ready, or fails with the log.
func (s *Sandbox) Await(ready func() bool) error {
	for deadline := time.Now().Add(StartTimeout); !ready(); <-time.After(20 * time.Millisecond) {
		if s.HasEnded() || time.Now().After(deadline) {
			return fmt.Errorf("%s does not answer; its log:\n%s", filepath.Base(s.Dir), s.Tail())
		}
	}
	return nil
}

// HasEnded reports whether the program has.
func (s *Sandbox) HasEnded() bool {
	select {
	case <-s.Ended:
		return true
	default:
		return false
	}
}

// Kill ends the program and its children, and waits until the kernel has cleared them away.
func (s *Sandbox) Kill() {
	if s.cmd != nil && s.cmd.Process != nil {
		s.cmd.Process.Kill()
		<-s.Ended
	}
	if s.syslog != nil {
		s.syslog.Close()
	}
}

// Stop is Kill, and removes the directory.
func (s *Sandbox) Stop() {
	s.Kill()
	os.RemoveAll(s.Dir)
}

// Logged is what the program has written so far, without the bytes of TLS that some servers quote.
func (s *Sandbox) Logged() string {
	text, err := os.ReadFile(s.log)
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

// Tail is the end of the log, for the message of a failure.
func (s *Sandbox) Tail() string {
	text := s.Logged()
	return text[max(0, len(text)-4096):]
}

package check_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"check_pop3x/check/testkit/pop3test"
)

// A terminal has two ends: the person's and the program's (pty(7)).
type terminal struct {
	person, program *os.File
	before          syscall.Termios
}

func openTerminal(t *testing.T) *terminal {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { person.Close() })
	var unlock, number int32
	control(t, person, syscall.TIOCSPTLCK, unsafe.Pointer(&unlock))
	control(t, person, syscall.TIOCGPTN, unsafe.Pointer(&number))
	program, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	if err := person.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	terminal := &terminal{person: person, program: program}
	terminal.before = terminal.state(t)
	return terminal
}

func control(t *testing.T, f *os.File, request uintptr, value unsafe.Pointer) {
	t.Helper()
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	_ = raw.Control(func(fd uintptr) {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(value)); errno != 0 {
			t.Fatal(errno)
		}
	})
}

func (x *terminal) state(t *testing.T) (s syscall.Termios) {
	t.Helper()
	control(t, x.program, syscall.TCGETS, unsafe.Pointer(&s))
	return s
}

// start starts the plugin at the terminal, in a session of its own.
func (x *terminal) start(t *testing.T, r run) *process {
	t.Helper()
	p := newProcess(t, r)
	p.c.Stdin = x.program
	p.c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.c.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// awaitPrompt waits for the question, and until the terminal does not echo.
func (x *terminal) awaitPrompt(t *testing.T, question string) {
	t.Helper()
	if seen := x.readUntil(t, question); seen != question {
		t.Errorf("prompted %q", seen)
	}
	for x.state(t).Lflag&syscall.ECHO != 0 {
		if t.Context().Err() != nil {
			t.Fatal("it echoes")
		}
	}
}

// readUntil reads what the person sees up to end.
func (x *terminal) readUntil(t *testing.T, end string) string {
	t.Helper()
	var seen []byte
	for buf := make([]byte, 256); !strings.HasSuffix(string(seen), end); {
		n, err := x.person.Read(buf)
		if seen = append(seen, buf[:n]...); err != nil {
			t.Fatalf("%v, after %q", err, seen)
		}
	}
	return string(seen)
}

func (x *terminal) typeKeys(t *testing.T, keys string) {
	t.Helper()
	if _, err := x.person.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// checkRestored checks that the terminal is as it was, and what it shows.
func (x *terminal) checkRestored(t *testing.T, shown string) {
	t.Helper()
	if after := x.state(t); after != x.before {
		t.Errorf("the terminal was %+v and is %+v", x.before, after)
	}
	if _, err := x.program.WriteString("$"); err != nil { // the shell continues
		t.Fatal(err)
	}
	if seen := x.readUntil(t, "$"); seen != shown+"$" {
		t.Errorf("it shows %q, want %q", seen, shown)
	}
}

const prompts = "Password for alice: "

// The prompt does not echo. The time to type does not count: it is longer here
// than the budget, which has to suffice for the rest on a busy machine.
func TestPrompt(t *testing.T) {
	t.Parallel()
	for budget := minBudget; !typeSlowly(t, budget) && budget < patience/4; {
		budget *= 2
	}
}

// typeSlowly reports whether the budget sufficed, or is the last.
func typeSlowly(t *testing.T, budget time.Duration) bool {
	t.Helper()
	player := serve(t, points["stat"].before+points["stat"].answer+"C: QUIT\nS: +OK\n", pop3test.Options{})
	x := openTerminal(t)
	p := x.start(t, run{args: asking(player.Port(), "-t", budget.String())})
	x.awaitPrompt(t, prompts)
	<-time.After(budget + budget/4)
	x.typeKeys(t, hostileSecret+"\n")
	err := p.c.Wait()
	x.checkRestored(t, "\r\n")
	if strings.Contains(p.stdout.String(), "no answer within") && budget < patience/4 {
		return false
	}
	if code := exitCode(p.c, err); code != 0 || p.stderr.Len() > 0 {
		t.Errorf("exit code %d, said %s, stderr %q", code, p.stdout, p.stderr)
	}
	if err := checkLine(p.stdout.String(), 0); err != nil {
		t.Error(err)
	}
	if err := player.Finish(); err != nil {
		t.Error(err)
	}
	return true
}

func asking(port int, more ...string) []string {
	return append([]string{"-H", "127.0.0.1", "-p", strconv.Itoa(port), "--allow-cleartext-login", "-u", "alice"}, more...)
}

// If the prompt is ended by Ctrl-C or a signal, the terminal is as it was.
func TestPromptInterrupted(t *testing.T) {
	for _, signal := range append([]syscall.Signal{0}, stopSignals...) {
		t.Run(strconv.Itoa(int(signal)), func(t *testing.T) {
			t.Parallel()
			player := serve(t, "nobody", pop3test.Options{})
			x := openTerminal(t)
			p := x.start(t, run{args: asking(player.Port())})
			x.awaitPrompt(t, prompts)
			if signal == 0 {
				x.typeKeys(t, "\x03")
			}
			p.checkInterrupted(p.end(signal), "password")
			x.checkRestored(t, "\r\n")
			if err := player.Finish(); err != nil {
				t.Error(err)
			}
		})
	}
}

// There is no prompt for a password that could not be sent.
func TestNoPrompt(t *testing.T) {
	t.Parallel()
	x := openTerminal(t)
	p := x.start(t, run{args: []string{"-H", "127.0.0.1", "-p", "1", "-u", "alice", "--auth", "plain"}})
	err := p.c.Wait()
	if code := exitCode(p.c, err); code != 3 || !strings.Contains(p.stdout.String(), "[cleartext]") {
		t.Errorf("exit code %d, said %s", code, p.stdout)
	}
	x.checkRestored(t, "")
}

// A password that is pasted as soon as the question is shown is not echoed.
func TestPromptAnsweredAtOnce(t *testing.T) {
	for range 10 {
		x := openTerminal(t)
		p := x.start(t, run{args: []string{"-H", "127.0.0.98", "-p", "1", "--tls", "-u", "alice"}})
		x.readUntil(t, prompts)
		x.typeKeys(t, hostileSecret+"\n")
		_ = p.c.Wait()
		x.checkRestored(t, "\r\n")
	}
}

// The prompt has no control characters from the command line.
func TestPromptIsClean(t *testing.T) {
	t.Parallel()
	x := openTerminal(t)
	p := x.start(t, run{args: []string{"-H", "127.0.0.1", "-p", "1", "--tls", "-u", "al\x1b[2Jice"}})
	seen := x.readUntil(t, ": ")
	x.typeKeys(t, "\n")
	_ = p.c.Wait()
	if strings.ContainsRune(seen, '\x1b') {
		t.Errorf("it asks %q", seen)
	}
}

// A terminal shows all lines, however many.
func TestOutputToTerminal(t *testing.T) {
	t.Parallel()
	capabilities := strings.Repeat("S: X-CAPABILITY of which nobody knows what it is good for\n", 200)
	player := serve(t, greets+asks+"S: +OK\n"+capabilities+"S: .\nC: QUIT\nS: +OK\n", pop3test.Options{})
	x := openTerminal(t)
	c := run{args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(player.Port()), "-vv"}}.command(t.Context())
	c.Stdout = x.program
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := 0
	for lines < 200 {
		lines += strings.Count(x.readUntil(t, "\n"), "X-CAPABILITY")
	}
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
}

// A program for --password-command that asks at the terminal fails, instead of
// being stopped until the time is up.
func TestPasswordCommandHasNoTerminal(t *testing.T) {
	t.Parallel()
	x := openTerminal(t)
	p := x.start(t, run{args: []string{"-H", "127.0.0.1", "-p", "1", "--tls", "-u", "alice", "--password-command", "/bin/sh -c 'read secret </dev/tty && echo $secret'"}})
	err := p.c.Wait()
	if code := exitCode(p.c, err); code != 3 || !strings.HasSuffix(p.stdout.String(), "; -v shows what it said [usage]\n") {
		t.Errorf("exit code %d, said %s", code, p.stdout)
	}
	x.checkRestored(t, "")
}

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

// begin starts the plugin in a session of its own at the terminal.
func (x *terminal) begin(t *testing.T, r run) *process {
	t.Helper()
	p := newProcess(t, r)
	p.c.Stdin = x.program
	p.c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.c.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// asked waits for the question, and until nothing that is typed is shown.
func (x *terminal) asked(t *testing.T, question string) {
	t.Helper()
	if seen := x.watch(t, question); seen != question {
		t.Errorf("asked %q", seen)
	}
	for x.state(t).Lflag&syscall.ECHO != 0 {
		if t.Context().Err() != nil {
			t.Fatal("it echoes")
		}
	}
}

// watch reads what the person sees until it ends so.
func (x *terminal) watch(t *testing.T, end string) string {
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

func (x *terminal) types(t *testing.T, keys string) {
	t.Helper()
	if _, err := x.person.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// left checks that the terminal is as it was and shows what it should.
func (x *terminal) left(t *testing.T, shown string) {
	t.Helper()
	if after := x.state(t); after != x.before {
		t.Errorf("the terminal was %+v and is %+v", x.before, after)
	}
	if _, err := x.program.WriteString("$"); err != nil { // the shell goes on
		t.Fatal(err)
	}
	if seen := x.watch(t, "$"); seen != shown+"$" {
		t.Errorf("it shows %q, want %q", seen, shown)
	}
}

const prompts = "Password for alice: "

// TestPrompt asks the person who would have typed the password into telnet,
// without echo. The time it takes to type does not count: it is longer than the
// budget, which has to be enough for the rest on a busy machine, too.
func TestPrompt(t *testing.T) {
	t.Parallel()
	for budget := leastBudget; !typesSlowly(t, budget) && budget < patience/4; {
		budget *= 2
	}
}

// typesSlowly reports whether the budget was enough, or is the last.
func typesSlowly(t *testing.T, budget time.Duration) bool {
	t.Helper()
	player := serve(t, points["stat"].before+points["stat"].answer+"C: QUIT\nS: +OK\n", pop3test.Options{})
	x := openTerminal(t)
	p := x.begin(t, run{args: asking(player.Port(), "-t", budget.String())})
	x.asked(t, prompts)
	<-time.After(budget + budget/4)
	x.types(t, hostileSecret+"\n")
	err := p.c.Wait()
	x.left(t, "\r\n")
	if strings.Contains(p.stdout.String(), "no answer within") && budget < patience/4 {
		return false
	}
	if code := exitCode(p.c, err); code != 0 || p.stderr.Len() > 0 {
		t.Errorf("exit code %d, said %s, stderr %q", code, p.stdout, p.stderr)
	}
	if err := promises(p.stdout.String(), 0); err != nil {
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

// TestPromptInterrupted ends the plugin while it asks: by the keyboard or by
// a signal, the terminal is left as it was.
func TestPromptInterrupted(t *testing.T) {
	for _, signal := range append([]syscall.Signal{0}, impatience...) {
		t.Run(strconv.Itoa(int(signal)), func(t *testing.T) {
			t.Parallel()
			player := serve(t, "nobody", pop3test.Options{})
			x := openTerminal(t)
			p := x.begin(t, run{args: asking(player.Port())})
			x.asked(t, prompts)
			if signal == 0 {
				x.types(t, "\x03")
			}
			p.checkInterrupted(p.end(signal), "password")
			x.left(t, "\r\n")
			if err := player.Finish(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPromptWithoutNeed does not ask for what could not be sent.
func TestPromptWithoutNeed(t *testing.T) {
	t.Parallel()
	x := openTerminal(t)
	p := x.begin(t, run{args: []string{"-H", "127.0.0.1", "-p", "1", "-u", "alice", "--auth", "plain"}})
	err := p.c.Wait()
	if code := exitCode(p.c, err); code != 3 || !strings.Contains(p.stdout.String(), "[cleartext]") {
		t.Errorf("exit code %d, said %s", code, p.stdout)
	}
	x.left(t, "")
}

// TestPromptAnsweredAtOnce pastes the password as soon as the question is there:
// what is typed must not be shown any more then.
func TestPromptAnsweredAtOnce(t *testing.T) {
	for range 10 {
		x := openTerminal(t)
		p := x.begin(t, run{args: []string{"-H", "127.0.0.98", "-p", "1", "--tls", "-u", "alice"}})
		x.watch(t, prompts)
		x.types(t, hostileSecret+"\n")
		_ = p.c.Wait()
		x.left(t, "\r\n")
	}
}

// TestPromptIsClean shows no control characters of the command line.
func TestPromptIsClean(t *testing.T) {
	t.Parallel()
	x := openTerminal(t)
	p := x.begin(t, run{args: []string{"-H", "127.0.0.1", "-p", "1", "--tls", "-u", "al\x1b[2Jice"}})
	seen := x.watch(t, ": ")
	x.types(t, "\n")
	_ = p.c.Wait()
	if strings.ContainsRune(seen, '\x1b') {
		t.Errorf("it asks %q", seen)
	}
}

// TestToATerminal shows all lines to a person, however many.
func TestToATerminal(t *testing.T) {
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
		lines += strings.Count(x.watch(t, "\n"), "X-CAPABILITY")
	}
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
}

// TestAProgramHasNoTerminal lets one fail that asks at the terminal, rather than
// be stopped there until the time is up.
func TestAProgramHasNoTerminal(t *testing.T) {
	t.Parallel()
	x := openTerminal(t)
	p := x.begin(t, run{args: []string{"-H", "127.0.0.1", "-p", "1", "--tls", "-u", "alice", "--password-command", "/bin/sh -c 'read secret </dev/tty && echo $secret'"}})
	err := p.c.Wait()
	if code := exitCode(p.c, err); code != 3 || !strings.HasSuffix(p.stdout.String(), " [usage]; -v shows what it said\n") {
		t.Errorf("exit code %d, said %s", code, p.stdout)
	}
	x.left(t, "")
}

package credential_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/term"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
)

// asChild makes the test binary ask for a password at a terminal, like a plugin
// that a person has started.
const asChild = "CREDENTIAL_TEST_ASKS=yes"

// patience limits the wait for an event that has to come.
const patience = 2 * time.Minute

// timeIsUp is the signal that ends its context.
const timeIsUp = syscall.SIGUSR1

func TestMain(m *testing.M) {
	if slices.Contains(os.Environ(), asChild) {
		ask()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// ask prints the result of the prompt.
func ask() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, timeIsUp)
	go func() {
		<-signals
		cancel(errors.New("the budget's own reason"))
	}()
	source := credential.Terminal(os.Stdin, "alice")
	secret, err := source.Read(ctx)
	fmt.Printf("%q %v %v %v", secret, source.Interactive, credential.IsTerminal(os.Stdin), err)
}

// openTerminal returns both ends of a new terminal: the person's and the
// program's.
func openTerminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { person.Close() })
	if err := person.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	var unlock, number int32
	control(t, person, syscall.TIOCSPTLCK, &unlock)
	control(t, person, syscall.TIOCGPTN, &number)
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return person, program
}

func control(t *testing.T, f *os.File, request uintptr, value *int32) {
	t.Helper()
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(value))); errno != 0 {
			t.Fatal(errno)
		}
	})
}

// playPrompt plays one prompt: the person waits for the question and types, or
// lets the time run out. It returns what the program printed and what the
// person saw.
func playPrompt(t *testing.T, typed string) (result, seen string) {
	t.Helper()
	person, program := openTerminal(t)
	before, err := term.GetState(int(program.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), asChild, "GORACE=atexit_sleep_ms=0")
	child.Stdin = program
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	var out bytes.Buffer
	child.Stdout = &out
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	screen := watch(t, person, "Password for alice: ")
	awaitNoEcho(t, program)
	if typed != "" {
		io.WriteString(person, typed)
	} else if err := child.Process.Signal(timeIsUp); err != nil {
		t.Error(err)
	}
	if err := child.Wait(); err != nil {
		t.Error(err)
	}
	after, err := term.GetState(int(program.Fd()))
	if err != nil || !reflect.DeepEqual(before, after) {
		t.Errorf("the terminal is not as it was: %v, then %v, %v", before, after, err)
	}
	program.WriteString("$") // the shell continues
	return out.String(), screen + watch(t, person, "$")
}

// watch reads what a person sees up to end.
func watch(t *testing.T, person *os.File, end string) string {
	t.Helper()
	var seen []byte
	buf := make([]byte, 100)
	for !strings.HasSuffix(string(seen), end) {
		n, err := person.Read(buf)
		if seen = append(seen, buf[:n]...); err != nil {
			t.Fatalf("%q, %v", seen, err)
		}
	}
	return string(seen)
}

// awaitNoEcho waits until the terminal does not echo.
func awaitNoEcho(t *testing.T, program *os.File) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		var state syscall.Termios
		raw, err := program.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		raw.Control(func(fd uintptr) {
			syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TCGETS, uintptr(unsafe.Pointer(&state)))
		})
		if state.Lflag&syscall.ECHO == 0 {
			return
		}
	}
	t.Fatal("the terminal still echoes")
}

// The password is asked for without echo, and the terminal is left as it was.
func TestPrompt(t *testing.T) {
	for typed, want := range map[string]string{
		"hunter2\n":  `"hunter2" true true <nil>`,
		"hunter 2\r": `"hunter 2" true true <nil>`,
		"\n":         `"" true true the password in the terminal is empty, see what provides it [usage]`,
	} {
		result, seen := playPrompt(t, typed)
		if result != want || seen != "Password for alice: \r\n$" {
			t.Errorf("%q: got %s, want %s; seen %q", typed, result, want, seen)
		}
	}
}

// The prompt ends with the context.
func TestPromptWithoutAnAnswer(t *testing.T) {
	result, seen := playPrompt(t, "")
	if want := `"" true true the budget's own reason`; result != want || seen != "Password for alice: \r\n$" {
		t.Errorf("got %s, want %s; seen %q", result, want, seen)
	}
}

func TestNoTerminal(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	if credential.IsTerminal(reader) {
		t.Error("a pipe is no terminal")
	}
	_, err = credential.Terminal(reader, "alice").Read(t.Context())
	if f := fault.Of(err); f == nil || f.Kind != fault.Usage || !strings.HasPrefix(f.Text, "cannot read the terminal: ") {
		t.Error(err)
	}
}

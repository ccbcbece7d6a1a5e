package credential

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/kballard/go-shellquote"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// PasswordVariable may hold the password. It is not given to any program.
const PasswordVariable = "POP3X_PASSWORD"

// Command is the first line of what a program prints. typed is split into words
// as a shell does, and nothing else of a shell is done. The error says what is
// wrong with it, as far as that can be known without a look at the files.
//
// Read runs the program, which has to end by itself, with 0: a line of one that
// fails is no secret. It prints 64 KiB at most. Its standard input is empty, and
// it has no terminal. With Read's end, however that comes about, the program is
// ended, and so is what it started and left behind.
func Command(typed string) (*Source, error) {
	words, err := split(typed)
	if err != nil {
		return nil, err
	}
	h := &helper{words: words}
	return &Source{Name: "the program " + words[0], Read: h.read, Aside: h.aside}, nil
}

// shellWords are for a shell to understand. A word that is no more than that is
// a mistake.
var shellWords = []string{"|", "||", "&", "&&", ";", "<", ">", ">>", "2>", "2>/dev/null", "2>&1"}

// split makes words of what was typed, the full path of a program in front.
func split(typed string) ([]string, error) {
	words, err := shellquote.Split(typed)
	switch {
	case errors.Is(err, shellquote.UnterminatedEscapeError):
		return nil, fault.New(fault.Usage, `nothing follows the last \, type \\ for itself`)
	case err != nil:
		return nil, fault.New(fault.Usage, `a quote has no end, type \ before one that stands for itself`)
	case len(words) == 0 || words[0] == "":
		return nil, fault.New(fault.Usage, "no program, type its full path and its arguments in one pair of quotes")
	case !filepath.IsAbs(words[0]):
		return nil, fault.New(fault.Usage, "%q is not a full path, type for example %s", words[0], fullPath(words[0]))
	}
	for _, word := range words {
		if slices.Contains(shellWords, word) {
			return nil, fault.New(fault.Usage, "no shell is run, so that pipes and redirections do not work, type /bin/sh -c '...'")
		}
		if strings.Contains(word, "\x00") {
			return nil, fault.New(fault.Usage, "an argument with NUL cannot be given to a program")
		}
	}
	return words, nil
}

// Typed puts words together as a person types them for a shell.
func Typed(words []string) string { return shellquote.Join(words...) }

// fullPath is where the program that was meant may be.
func fullPath(program string) string {
	if path, err := exec.LookPath(program); err == nil && filepath.IsAbs(path) {
		return path
	}
	return "/usr/bin/" + filepath.Base(program)
}

// A helper is one run of a program that knows the secret.
type helper struct {
	words []string

	mu       sync.Mutex // guards the rest
	process  *os.Process
	over     bool // it is to run no longer
	out, err *tap // nil before it was started
}

// read runs the program beside ctx. When that ends nothing is waited for.
func (h *helper) read(ctx context.Context) (string, error) {
	secret, err := fault.Await(ctx, h.run)
	h.end()
	return secret, fault.From(err, h.late())
}

// late names a program that took too long.
func (h *helper) late() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.out != nil && h.out.text() != "" {
		return h.words[0] + ", which has printed something and goes on"
	}
	return h.words[0]
}

// run runs the program to its end. It keeps to one thread: to some systems the
// end of the thread is that of the program's parent.
func (h *helper) run() (string, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	process, err := h.start()
	if err != nil {
		return "", err
	}
	state, err := process.Wait()
	h.ended()
	h.out.finish()
	h.err.finish()
	switch path := h.words[0]; {
	case err != nil:
		return "", fault.Wrap(fault.Internal, err)
	case h.out.cut:
		return "", fault.New(fault.Usage, "%s prints more than %d KiB", path, files.MaxSize>>10)
	case !state.Exited():
		return "", fault.New(fault.Usage, "%s was ended by a %v", path, state)
	case !state.Success():
		return "", fault.New(fault.Usage, "%s ended with exit code %d", path, state.ExitCode())
	}
	line, err := files.ReadLine(h.words[0], strings.NewReader(h.out.text()))
	return usable("the output of "+h.words[0], line, err)
}

// start starts it. What the plugin ignores, and only that, the program would
// ignore, too: it is to have its own way with signals.
func (h *helper) start() (*os.Process, error) {
	path := h.words[0]
	if err := runnable(path); err != nil {
		return nil, err
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE, syscall.SIGQUIT)
	out, err := newTap(files.MaxSize, h.end)
	if err != nil {
		return nil, err
	}
	said, err := newTap(maxAside, func() {})
	if err != nil {
		return nil, err
	}
	cmd := exec.Cmd{Path: path, Args: h.words, Env: environment(), Stdout: out.end, Stderr: said.end, SysProcAttr: detached()}
	if err := cmd.Start(); err != nil {
		out.finish()
		said.finish()
		return nil, unrunnable(path, err)
	}
	h.started(cmd.Process, out, said)
	return cmd.Process, nil
}

func (h *helper) started(p *os.Process, out, said *tap) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.process, h.out, h.err = p, out, said
	if h.over { // too late
		endGroup(p)
	}
}

// end ends the program and all that it started.
func (h *helper) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = true
	if h.process != nil {
		endGroup(h.process)
	}
}

// ended is what comes right behind the program's end: what it left behind could
// go on for ever.
func (h *helper) ended() {
	h.mu.Lock()
	defer h.mu.Unlock()
	endGroup(h.process)
	h.process = nil // the number may be another's soon
}

// environment is ours, but for the password that may be in it.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, PasswordVariable+"=") })
}

// The bounds of what is kept of a program's standard error.
const (
	maxAside      = 4 << 10 // octets
	maxAsideLines = 20
)

// aside is what the program has said on its standard error, without what it
// printed.
func (h *helper) aside() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err == nil {
		return nil
	}
	secret, _, _ := strings.Cut(h.out.text(), "\n")
	hide, said := NewRedactor(secret), h.err.text()
	var lines []string
	for line := range strings.Lines(said) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, hide.Keep(line))
		}
	}
	if hide.Keep(said) == Hidden && !slices.Contains(lines, Hidden) { // it runs over several lines
		lines = []string{Hidden}
	}
	if len(lines) > maxAsideLines {
		lines = append(lines[:maxAsideLines], "(the rest is not shown)")
	}
	return lines
}

// runnable says what is wrong with a program that cannot be run, or nil.
func runnable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return unrunnable(path, err)
	case info.IsDir():
		return fault.New(fault.Usage, "cannot run %s: it is a directory, type the full path of a program", path)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o111 == 0:
		return fault.New(fault.Usage, "cannot run %s: it is not executable, type: chmod +x %s", path, path)
	}
	return nil
}

// unrunnable is the fault of a program that cannot be run, with the reason once.
func unrunnable(path string, err error) error {
	reason := err.Error()
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		reason = inner.Err.Error()
		switch {
		case inner.Op != "stat" && errors.Is(err, fs.ErrNotExist):
			reason = "what its first line names behind #! is not there"
		case errors.Is(err, syscall.ENOEXEC):
			reason = "it is no program for this machine, and no script with #! in front"
		}
	}
	return &fault.Error{Kind: fault.Usage, Text: "cannot run " + path + ": " + reason, Err: err}
}

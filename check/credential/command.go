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
	"time"

	"github.com/kballard/go-shellquote"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// PasswordVariable may hold the password. No program inherits it.
const PasswordVariable = "POP3X_PASSWORD"

// Command returns a source for the first line that a program prints. typed is
// split into words as a shell does it, but no shell is run. The error is about
// typed alone: no file is looked at.
//
// Read runs the program, which has an empty standard input and no terminal, and
// prints at most 64 KiB. It has to end by itself, with exit code 0. When Read
// returns, the program and everything that it started and left behind have
// ended.
func Command(typed string) (*Source, error) {
	words, err := split(typed)
	if err != nil {
		return nil, err
	}
	p := newProgram(words)
	return &Source{Name: "the program " + words[0], Read: p.read, Stderr: p.stderrLines}, nil
}

// shellWords mean something to a shell. As a word of their own they are a
// mistake.
var shellWords = []string{"|", "||", "&", "&&", ";", "<", ">", ">>", "2>", "2>/dev/null", "2>&1"}

// split returns the words of a command: the full path of a program and its
// arguments.
func split(typed string) ([]string, error) {
	words, err := shellquote.Split(typed)
	switch {
	case errors.Is(err, shellquote.UnterminatedEscapeError):
		return nil, fault.New(fault.Usage, `nothing follows the last \, type \\ for a backslash`)
	case err != nil:
		return nil, fault.New(fault.Usage, `a quote is not closed, type \ before one that is part of a word`)
	case len(words) == 0 || words[0] == "":
		return nil, fault.New(fault.Usage, "no program, type its full path and its arguments in one pair of quotes")
	case !filepath.IsAbs(words[0]):
		return nil, fault.New(fault.Usage, "%q is not a full path, type for example %s", words[0], fullPath(words[0]))
	}
	for _, word := range words {
		if slices.Contains(shellWords, word) {
			return nil, fault.New(fault.Usage, "no shell is run, so pipes and redirections do not work, type /bin/sh -c '...'")
		}
		if strings.Contains(word, "\x00") {
			return nil, fault.New(fault.Usage, "an argument with NUL cannot be passed to a program")
		}
	}
	return words, nil
}

// ShellJoin joins words as a person types them for a shell.
func ShellJoin(words []string) string { return shellquote.Join(words...) }

// fullPath guesses the path of the program that was meant.
func fullPath(program string) string {
	if path, err := exec.LookPath(program); err == nil && filepath.IsAbs(path) {
		return path
	}
	return "/usr/bin/" + filepath.Base(program)
}

// A program is one run of a program that prints the secret.
type program struct {
	words   []string
	settled chan struct{} // closed once it has been started or could not be

	mu             sync.Mutex // guards the rest
	process        *os.Process
	stopped        bool     // it must not run any longer
	stdout, stderr *capture // nil before it was started
}

func newProgram(words []string) *program {
	return &program{words: words, settled: make(chan struct{})}
}

// startTime is how long the start of a program may delay the end of a check:
// what has been started and is not known yet would be left behind.
const startTime = 100 * time.Millisecond

// read runs the program until ctx ends, and does not wait for it then.
func (p *program) read(ctx context.Context) (string, error) {
	secret, err := fault.Await(ctx, p.run)
	p.stop()
	select {
	case <-p.settled:
	case <-time.After(startTime):
	}
	return secret, fault.From(err, p.who())
}

// who names a program that took too long.
func (p *program) who() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stdout != nil && p.stdout.text() != "" {
		return p.words[0] + ", which has printed something but still runs"
	}
	return p.words[0]
}

// run runs the program to its end. It stays on one thread: on Linux the program
// is killed when the thread that started it ends.
func (p *program) run() (string, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	process, err := p.start()
	close(p.settled)
	if err != nil {
		return "", err
	}
	state, err := process.Wait()
	p.killGroup()
	p.stdout.finish()
	p.stderr.finish()
	switch path := p.words[0]; {
	case err != nil:
		return "", fault.Wrap(fault.Internal, err)
	case p.stdout.truncated:
		return "", fault.New(fault.Usage, "%s printed more than %d KiB", path, files.MaxSize>>10).Because(fault.HelperSilent)
	case !state.Exited():
		return "", fault.New(fault.Usage, "%s was ended by a %v", path, state).Because(fault.HelperSilent)
	case !state.Success():
		return "", fault.New(fault.Usage, "%s ended with exit code %d", path, state.ExitCode()).Because(fault.HelperSilent)
	}
	line, err := files.ReadLine(p.words[0], strings.NewReader(p.stdout.text()))
	return usable("the output of "+p.words[0], line, err)
}

// start starts the program. It would inherit which signals we ignore, so we
// handle them instead: the program decides for itself.
func (p *program) start() (*os.Process, error) {
	path := p.words[0]
	if err := checkExecutable(path); err != nil {
		return nil, err
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE, syscall.SIGQUIT)
	stdout, err := newCapture(files.MaxSize, p.stop)
	if err != nil {
		return nil, err
	}
	stderr, err := newCapture(maxStderr, func() {})
	if err != nil {
		return nil, err
	}
	cmd := exec.Cmd{Path: path, Args: p.words, Env: environment(), Stdout: stdout.pipe, Stderr: stderr.pipe, SysProcAttr: newSession()}
	if err := cmd.Start(); err != nil {
		stdout.finish()
		stderr.finish()
		return nil, cannotRun(path, err)
	}
	p.started(cmd.Process, stdout, stderr)
	return cmd.Process, nil
}

func (p *program) started(process *os.Process, stdout, stderr *capture) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.process, p.stdout, p.stderr = process, stdout, stderr
	if p.stopped {
		killGroup(process)
	}
}

// stop ends the program and everything that it started.
func (p *program) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	if p.process != nil {
		killGroup(p.process)
	}
}

// killGroup ends what the program, which has ended, left behind.
func (p *program) killGroup() {
	p.mu.Lock()
	defer p.mu.Unlock()
	killGroup(p.process)
	p.process = nil // its number may soon be another's
}

// environment returns ours, without the password that may be in it.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, PasswordVariable+"=") })
}

// The limits of what is kept of a program's standard error.
const (
	maxStderr      = 4 << 10 // octets
	maxStderrLines = 20
)

// stderrLines returns what the program printed to standard error, except for
// lines with the secret.
func (p *program) stderrLines() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stderr == nil {
		return nil
	}
	secret, _, _ := strings.Cut(p.stdout.text(), "\n")
	redactor, text := NewRedactor(secret), p.stderr.text()
	var lines []string
	hidden := squeeze(secret)
	whole := hidden != "" && strings.Contains(squeeze(text), hidden) // in no line, but in all together
	for line := range strings.Lines(text) {
		whole = whole && !strings.Contains(squeeze(line), hidden)
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, redactor.Keep(line))
		}
	}
	if whole || redactor.Keep(text) == Hidden && !slices.Contains(lines, Hidden) {
		lines = []string{Hidden}
	}
	if len(lines) > maxStderrLines {
		lines = append(lines[:maxStderrLines], "(the rest is not shown)")
	}
	return lines
}

// checkExecutable returns an error if a program cannot be run.
func checkExecutable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return cannotRun(path, err)
	case info.IsDir():
		return fault.New(fault.Usage, "cannot run %s: it is a directory, type the full path of a program", path)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o111 == 0:
		return fault.New(fault.Usage, "cannot run %s: it is not executable, type: chmod +x %s", path, path)
	}
	return nil
}

// cannotRun returns the fault of a program that cannot be run.
func cannotRun(path string, err error) error {
	reason := files.Reason(err).Error()
	inner, ok := errors.AsType[*fs.PathError](err)
	switch {
	case ok && inner.Op != "stat" && errors.Is(err, fs.ErrNotExist):
		reason = "its interpreter (the #! line) does not exist"
	case errors.Is(err, syscall.ENOEXEC):
		reason = "it is neither a program for this machine nor a script that begins with #!"
	}
	return &fault.Error{Kind: fault.Usage, Text: "cannot run " + path + ": " + reason, Err: err}
}

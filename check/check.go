package check

import (
	"context"
	"errors"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"check_pop3x/check/confine"
	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/files"
	"check_pop3x/check/options"
	"check_pop3x/check/probe"
	"check_pop3x/check/verdict"
)

// An invocation is one run as the system started it.
type invocation struct {
	stdin    *os.File
	stdout   io.Writer
	terminal bool // a person reads stdout
	started  time.Time
	budget   time.Duration // of the whole run
	keep     func()        // what is left to do once all was printed; nil: nothing

	listen func(after time.Duration) context.Context // untilSignal, except in tests
}

// usual is the budget of a run that names none that can be read, and of --help.
const usual = 10 * time.Second

// Main runs one check and returns the exit code, which is always 0 to 3. args
// has the program's name first: called as check_spop it implies --tls.
// Everything is printed to stdout in one write; if that fails, the code is 3.
func Main(version string, args []string, stdin *os.File, stdout io.Writer) int {
	return start(untilSignal, version, args, stdin, stdout)
}

func start(listen func(time.Duration) context.Context, version string, args []string, stdin *os.File, stdout io.Writer) int {
	// A reader that hangs up fails the write, and does not end the process; nor is
	// it ended with a trace of the runtime.
	signal.Ignore(syscall.SIGPIPE, syscall.SIGQUIT)
	log.SetOutput(io.Discard) // net/http writes there what a server says out of turn
	in := &invocation{stdin: stdin, stdout: stdout, started: time.Now(), budget: usual, listen: listen}
	if f, ok := stdout.(*os.File); ok {
		in.terminal = credential.IsTerminal(f)
	}
	var said string
	var status verdict.Status
	command := options.New(version, args)
	if confine.FewFiles() { // there is not even a timer to be had
		said, status = in.failure(errFewFiles, command.Show())
		_, _ = io.WriteString(stdout, said)
		return int(status)
	}
	err := fault.Guard(func() error {
		said, status = in.run(command)
		return nil
	})
	if err != nil {
		said, status = in.failure(err, command.Show())
	}
	if err := in.write(said); err != nil {
		return int(verdict.Unknown)
	}
	in.kept()
	return int(status)
}

var errElevated = &fault.Error{
	Kind: fault.Usage,
	Text: "the program file has rights of its own (setuid, setgid or capabilities), which everyone who starts it would have; type: chmod ug-s FILE, setcap -r FILE",
}

var errFewFiles = &fault.Error{
	Kind: fault.Usage,
	Text: "fewer files may be open than any check needs; raise the limit (ulimit -n, LimitNOFILE=)",
}

// unheard is for how long a run that has nothing to lose does not listen for
// signals: one that ends it so early ends it without a line. To listen costs 17
// hand-overs between threads and a twentieth of the CPU time of a check, and most
// are over before.
const unheard = 30 * time.Millisecond

// run does what the command line asks for. Signals are listened for only if
// there is a check to run.
func (in *invocation) run(command *options.Command) (string, verdict.Status) {
	if confine.Elevated() {
		return in.failure(errElevated, command.Show())
	}
	err := command.Parse()
	if text, ok := errors.AsType[options.Text](err); ok {
		return string(text), verdict.Unknown
	}
	if err != nil {
		said, status := in.failure(err, command.Show())
		if errors.Is(err, options.ErrNothing) {
			said += options.Usage
		}
		return said, status
	}
	ctx := in.listen(unheard)
	request, err := command.Plan(ctx, in.stdin, in.started)
	if request.Plan.Budget > 0 {
		in.budget = request.Plan.Budget
	}
	switch {
	case err != nil:
		return in.failure(err, request.Show)
	case request.Login != nil:
		return in.deviceLogin(in.listen(0), request)
	case request.Plan.Refusals != nil:
		request.Plan.Refusals.AtTerminal = in.atTerminal
	}
	if request.Keep != nil {
		if err := confine.Enter(*request.Keep); err != nil {
			return in.failure(err, request.Show)
		}
	}
	if request.Plan.HasToLose() {
		ctx = in.listen(0)
	}
	return in.answer(request, verdict.Judge(probe.Run(ctx, &request.Plan), request.Limits))
}

// atTerminal reports whether a person waits for the answer.
func (in *invocation) atTerminal() bool { return in.terminal || credential.IsTerminal(in.stdin) }

// write prints it all in one write. A reader that does not read must not keep the
// run from its end: the budget, the last moment, or a further signal. A person at
// a terminal may take his time.
func (in *invocation) write(said string) error {
	if f, ok := in.stdout.(*os.File); ok {
		said = said[files.WriteNow(f, said):]
	}
	if said == "" {
		return nil
	}
	ctx := in.listen(unheard)
	if !in.terminal {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, in.end(lastMoment))
		defer cancel()
	}
	_, err := fault.Await(ctx, func() (int, error) { return io.WriteString(in.stdout, said) })
	return err
}

// untilSignal returns a context that ends when the scheduler loses patience,
// which is looked at only after that time. It is for the life of the process: to
// stop listening costs more than it would save. signal.NotifyContext would cost
// one context and one goroutine more.
func untilSignal(after time.Duration) context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	wait := func() {
		_ = fault.Guard(func() error {
			cancel(fault.New(fault.Interrupted, "%v signal received", <-signals))
			return nil
		})
	}
	if after == 0 {
		signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		go wait()
		return ctx
	}
	time.AfterFunc(after, func() {
		signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		wait()
	})
	return ctx
}

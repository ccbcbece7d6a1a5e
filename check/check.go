// Package check is the plugin from the command line to the exit code: parse,
// probe, judge, render.
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

	"github.com/jessevdk/go-flags"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/options"
	"check_pop3x/check/probe"
	"check_pop3x/check/verdict"
)

// An invocation is one run as the system started it.
type invocation struct {
	version  string
	args     []string // the program's name in front
	stdin    *os.File
	terminal bool // a person reads stdout
	started  time.Time
}

// input is what the options have to know of it.
func (in invocation) input() options.Input {
	return options.Input{Args: in.args, Stdin: in.stdin, Started: in.started}
}

// Main runs one check and returns the exit code, which is always 0 to 3. listen
// is asked for the context of the check once there is one to run. args has the program's name in front: called as
// check_spop it implies --tls. Everything that is said goes to stdout in one
// write; if that fails, the code is 3.
func Main(listen func() context.Context, version string, args []string, stdin *os.File, stdout io.Writer) int {
	// A reader that hangs up fails the write, and does not end the process; nor is
	// it ended with a trace of the runtime.
	signal.Ignore(syscall.SIGPIPE, syscall.SIGQUIT)
	log.SetOutput(io.Discard) // net/http writes there what a server says out of turn
	in := invocation{version: version, args: args, stdin: stdin, started: time.Now()}
	if f, ok := stdout.(*os.File); ok {
		in.terminal = credential.IsTerminal(f)
	}
	var said string
	var status verdict.Status
	err := fault.Guard(func() error {
		said, status = in.run(listen)
		return nil
	})
	if err != nil {
		said, status = in.failure(err, options.NewPlanner(&options.Options{}))
	}
	if err := in.write(listen, stdout, said); err != nil {
		return int(verdict.Unknown)
	}
	return int(status)
}

// atOnce is what a pipe takes without waiting for its reader (POSIX, PIPE_BUF).
const atOnce = 4096

// write says it all in one write. A reader that does not read may take its time,
// but must not make the plugin deaf: a further signal ends the wait.
func (in invocation) write(listen func() context.Context, stdout io.Writer, said string) error {
	if said == "" {
		return nil
	}
	if len(said) <= atOnce && !in.terminal {
		_, err := io.WriteString(stdout, said)
		return err
	}
	_, err := fault.Await(listen(), func() (int, error) { return io.WriteString(stdout, said) })
	return err
}

// UntilSignal returns a context that ends when the scheduler loses patience. It
// is for the life of the process: to stop listening costs more than it would
// save. signal.NotifyContext would cost one context and one goroutine more, a
// twentieth of a check.
func UntilSignal() context.Context {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	ctx, cancel := context.WithCancelCause(context.Background())
	go fault.Guard(func() error {
		cancel(fault.New(fault.Interrupted, "%v signal received", <-signals))
		return nil
	})
	return ctx
}

// run does what the command line asks for.
func (in invocation) run(listen func() context.Context) (string, verdict.Status) {
	files, args := options.SplitExtraOpts(in.args[1:])
	o, err := options.Parse(args)
	if help, ok := errors.AsType[*flags.Error](err); ok && help.Type == flags.ErrHelp {
		return help.Message + options.Epilogue(), verdict.Unknown
	}
	p := options.NewPlanner(o)
	if err != nil {
		return in.failure(err, p)
	}
	if o.Output.Version {
		return "check_pop3x " + in.version + "\n", verdict.Unknown
	}
	ctx := listen()
	if p, err = in.input().Prepare(ctx, p, files, args); err != nil {
		return in.failure(err, p)
	}
	if p.O.Token.Login {
		return in.deviceLogin(ctx, p)
	}
	return in.answer(listen, p, verdict.Judge(probe.Run(ctx, p.Plan), p.Limits))
}

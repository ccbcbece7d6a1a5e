// Package check is the plugin from the command line to the exit code: parse,
// probe, judge, render.
package check

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jessevdk/go-flags"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/probe"
	"check_pop3x/check/render"
	"check_pop3x/check/report"
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

// Main runs one check and returns the exit code, which is always 0 to 3. args
// has the program's name in front: called as check_spop it implies --tls.
// Everything that is said goes to stdout in one write; if that fails, the code
// is 3.
func Main(version string, args []string, stdin *os.File, stdout io.Writer) int {
	in := invocation{version: version, args: args, stdin: stdin, started: time.Now()}
	if f, ok := stdout.(*os.File); ok {
		in.terminal = credential.IsTerminal(f)
	}
	ctx, stop := untilSignal()
	defer stop()
	var said string
	var status verdict.Status
	err := fault.Guard(func() (err error) {
		said, status, err = in.run(ctx)
		return err
	})
	if err != nil {
		said, status = failure(err)
	}
	if _, err := io.WriteString(stdout, said); err != nil {
		return int(verdict.Unknown)
	}
	return int(status)
}

// untilSignal returns a context that ends when the scheduler loses patience. A
// reader that hangs up must not end the process by SIGPIPE, but fail the write.
func untilSignal() (context.Context, func()) {
	signal.Ignore(syscall.SIGPIPE)
	ended, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	ctx, cancel := context.WithCancelCause(context.Background())
	context.AfterFunc(ended, func() { cancel(fault.Wrap(fault.Interrupted, context.Cause(ended))) })
	return ctx, stop
}

// failure is the line for what ends a run before it has a verdict.
func failure(err error) (string, verdict.Status) {
	r := &report.Report{Findings: []report.Finding{{Fault: fault.Of(err)}}}
	v := verdict.Judge(r, verdict.Limits{})
	return render.Formats["nagios"](v, render.Options{}), v.Status
}

// run does what the command line asks for.
func (in invocation) run(ctx context.Context) (string, verdict.Status, error) {
	p, err := in.prepare(ctx)
	if help, ok := errors.AsType[*flags.Error](err); ok && help.Type == flags.ErrHelp {
		return help.Message + epilogue(), verdict.Unknown, nil
	}
	if err != nil {
		return "", verdict.Unknown, err
	}
	if p.o.Output.Version {
		return "check_pop3x " + in.version + "\n", verdict.Unknown, nil
	}
	v := verdict.Judge(probe.Run(ctx, p.plan), p.limits)
	return render.Formats["nagios"](v, render.Options{
		Verbose:  len(p.o.Output.Verbose),
		Jail:     p.o.Output.Jail,
		Terminal: in.terminal,
		Notes:    p.o.notes(),
	}), v.Status, nil
}

// preparing bounds the time to read the command line and the files that it
// names, any of which may be a FIFO or on a dead file system.
const preparing = 10 * time.Second

// prepare turns the command line into a plan; its error is a usage fault or the
// help text.
func (in invocation) prepare(ctx context.Context) (*planner, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, preparing, &fault.Error{Kind: fault.Timeout, Within: preparing})
	defer cancel()
	return fault.Await(ctx, func() (*planner, error) {
		args, password, err := expand(in.args[1:], in.stdin)
		if err != nil {
			return nil, err
		}
		o, err := parse(args)
		if err != nil {
			return nil, err
		}
		if filepath.Base(in.args[0]) == "check_spop" && !o.Target.StartTLS {
			o.Target.TLS = true
		}
		p := &planner{o: o, secret: password}
		p.plan.Started = in.started
		if o.Output.Version {
			return p, nil
		}
		return p, p.run(in.stdin)
	})
}

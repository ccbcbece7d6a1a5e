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
		said, status = failure(err, verdict.Limits{})
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
func failure(err error, l verdict.Limits) (string, verdict.Status) {
	r := &report.Report{Findings: []report.Finding{{Fault: fault.Of(err)}}}
	v := verdict.Judge(r, l)
	return render.Formats["nagios"](v, render.Options{}), v.Status
}

// run does what the command line asks for.
func (in invocation) run(ctx context.Context) (string, verdict.Status, error) {
	p, err := in.prepare(ctx)
	if help, ok := errors.AsType[*flags.Error](err); ok && help.Type == flags.ErrHelp {
		return help.Message + epilogue(), verdict.Unknown, nil
	}
	if err != nil {
		said, status := failure(err, p.limits)
		return said, status, nil
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

// prepare turns the command line into a plan, which is there with its states
// also beside an error: a usage fault, the help text or a budget that ran out.
// The files that the command line names are read within the budget: any of them
// may be a FIFO or on a file system that is gone.
func (in invocation) prepare(ctx context.Context) (*planner, error) {
	specs, args := splitExtraOpts(in.args[1:])
	o, err := parse(args)
	early := newPlanner(o)
	if err != nil {
		return early, err
	}
	early.states()
	if early.timeouts(); early.err != nil {
		return early, early.err
	}
	ctx, cancel := context.WithDeadlineCause(ctx, in.started.Add(early.plan.Budget), &fault.Error{Kind: fault.Timeout, Within: early.plan.Budget})
	defer cancel()
	p, err := fault.Await(ctx, func() (*planner, error) { return in.plan(specs, args, o) })
	if p == nil {
		p = early
	}
	return p, err
}

// plan adds to the options o of the command line those of files.
func (in invocation) plan(specs, args []string, o *options) (*planner, error) {
	front, password, err := readExtraOpts(specs, in.stdin)
	if err == nil && len(specs) > 0 {
		o, err = parse(append(front, args...))
	}
	p := newPlanner(o)
	if err != nil {
		return p, err
	}
	if filepath.Base(in.args[0]) == "check_spop" && !o.Target.StartTLS {
		o.Target.TLS = true
	}
	p.secret, p.plan.Started = password, in.started
	if o.Output.Version {
		return p, nil
	}
	return p, p.run(in.stdin)
}

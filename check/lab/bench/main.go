//go:build linux

// bench tells what a run of check_pop3x costs, side by side with check_pop,
// curl and an empty program:
//
//	go run ./check/lab/bench [-n PAIRS] [-only REGEXP] [-plugin FILE] [-strict]
//	go run ./check/lab/bench -faults [-n RUNS] [-plugin FILE]
//	go run ./check/lab/bench -engine [-services N] [-every DURATION] [-for DURATION] [-plugin FILE] [-strict]
//
// CPU is user and system time of the whole process, as wait4 tells it. The two
// programs of a row run in turn, so that what else the machine does hits both;
// the ratio is the median over the pairs. A run that did not do its work ends
// the benchmark: failing is cheap. With -engine it is Icinga 2 that runs them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit code: 1 where a measurement failed, or with -strict a
// bound was missed; 2 for wrong usage.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	met, err := bench(ctx, o, stdout)
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	if o.strict && !met {
		return 1
	}
	return 0
}

// options are the command line.
type options struct {
	pairs  int
	only   *regexp.Regexp
	plugin string
	strict bool
	faults bool
	engine *schedule // nil without -engine
}

func parse(args []string, stderr io.Writer) (options, error) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	pairs := f.Int("n", 31, "`PAIRS` of runs in each row")
	only := f.String("only", "", "only the rows whose name matches `REGEXP`")
	plugin := f.String("plugin", "", "measure `FILE` instead of a build of this source")
	strict := f.Bool("strict", false, "exit with 1 where a bound is missed")
	faults := f.Bool("faults", false, "count page faults only, and exit with 1 where they have grown")
	inEngine := f.Bool("engine", false, "have Icinga 2 run the programs; needs root, and check/lab/integration/install.sh")
	var s schedule
	f.IntVar(&s.services, "services", 1000, "with -engine, `N` services")
	f.DurationVar(&s.every, "every", 10*time.Second, "with -engine, the `DURATION` between two checks of a service")
	f.DurationVar(&s.whole, "for", time.Minute, "with -engine, the `DURATION` of measuring each program")
	if err := f.Parse(args); err != nil {
		return options{}, err
	}
	names, err := regexp.Compile(*only)
	switch {
	case f.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", f.Arg(0))
	case *pairs < 1:
		err = errors.New("-n must be at least 1")
	case s.services < 1 || s.every < time.Second || s.whole < engineTurns*s.every:
		err = fmt.Errorf("-services must be at least 1, -every 1s and -for %d times as long", engineTurns)
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
	}
	o := options{*pairs, names, *plugin, *strict || *faults, *faults, nil}
	if *inEngine {
		o.engine = &s
	}
	return o, err
}

// bench measures and prints as it goes. met says that no bound was missed.
func bench(ctx context.Context, o options, out io.Writer) (met bool, err error) {
	l, err := newLab(ctx, o.plugin)
	if err != nil {
		return false, err
	}
	defer l.close()
	if err := l.show(ctx, out); err != nil {
		return false, err
	}
	t := &table{out: out}
	if o.engine != nil {
		shifts, err := l.measureEngine(ctx, *o.engine)
		if err != nil {
			return false, err
		}
		t.engine(*o.engine, shifts)
		return !t.missed, t.err
	}
	if o.faults {
		err := l.watch(ctx, t, o.pairs)
		return !t.missed, err
	}
	measured, err := l.compareAll(ctx, o)
	if err != nil {
		return false, err
	}
	trips, err := l.allTrips(ctx, o)
	if err != nil {
		return false, err
	}
	large, err := l.measureMailbox(ctx, o)
	if err != nil {
		return false, err
	}
	if len(measured)+len(trips)+large.rows() == 0 {
		return false, errors.New("-only: no row has such a name")
	}
	t.processor(measured, o.pairs)
	t.work(measured)
	t.memory(measured)
	t.roundTrips(trips)
	t.mailbox(large)
	return !t.missed, t.err
}

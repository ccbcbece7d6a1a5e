package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/options"
	"check_pop3x/check/render"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// answer says what a check comes to. With --output the format that was asked for
// goes to the file; one that cannot be written is one finding more.
func (in invocation) answer(listen func() context.Context, p *options.Planner, v verdict.Verdict) (string, verdict.Status) {
	if file := string(p.O.Output.Output); file != "" {
		if err := in.publish(listen, file, in.format(p.O)(v, in.wanted(p)), p.Plan.Budget); err != nil {
			v.Report.Findings = append(v.Report.Findings, report.Finding{Phase: "output", Fault: fault.Of(err)})
			v = verdict.Judge(v.Report, p.Limits)
		}
	}
	return in.say(p, v)
}

// say words a verdict for stdout: in the format that was asked for, as the usual
// line where --output has a file for that, not at all for --quiet-ok.
func (in invocation) say(p *options.Planner, v verdict.Verdict) (string, verdict.Status) {
	format := in.format(p.O)
	switch {
	case p.O.Output.QuietOK && v.Status == verdict.OK:
		return "", v.Status
	case p.O.Output.Output != "" || in.typed("--output") != "":
		format = render.Formats["nagios"]
	}
	return format(v, in.wanted(p)), v.Status
}

// failure says what ends a run before it has a verdict. The file of --output
// stays as it is: it is not known whose it would be.
func (in invocation) failure(err error, p *options.Planner) (string, verdict.Status) {
	return in.failed("options", err, p)
}

// failed is failure for an error in a phase, which a fault of usage has not.
func (in invocation) failed(phase string, err error, p *options.Planner) (string, verdict.Status) {
	f := report.Finding{Fault: fault.Of(err)}
	if f.Fault.Kind != fault.Usage {
		f.Phase = phase
	}
	r := &report.Report{Start: in.started, Findings: []report.Finding{f}}
	r.Host = strings.TrimSpace(string(p.O.Target.Hostname))
	return in.say(p, verdict.Judge(r, p.Limits))
}

// wanted is what the user may ask of any format.
func (in invocation) wanted(p *options.Planner) render.Options {
	return render.Options{
		Verbose:  len(p.O.Output.Verbose),
		Jail:     p.O.Output.Jail,
		Terminal: in.terminal,
		Notes:    p.Remarks(runtime.GOOS),
		Name:     string(p.O.Output.Name),
		Version:  in.version,
	}
}

// format is that of the result, as far as the command line could be read.
func (in invocation) format(o *options.Options) render.Format {
	for _, name := range []string{string(o.Output.Format), in.typed("--format")} {
		if f, ok := render.Formats[name]; ok {
			return f
		}
	}
	return render.Formats["nagios"]
}

// typed looks for the last value of a long option on a command line that cannot
// be read as a whole.
func (in invocation) typed(option string) (value string) {
	for i, arg := range in.args {
		switch name, behind, both := strings.Cut(arg, "="); {
		case arg == "--":
			return value
		case name == option && both:
			value = behind
		case name == option && i+1 < len(in.args):
			value = in.args[i+1]
		}
	}
	return value
}

// lastMoment is what a slow disk may take beyond the budget of the check.
const lastMoment = 250 * time.Millisecond

// publish replaces the file, within the budget or the last moment. Like write it
// is ended by a further signal only: what the first one was about is in the text.
func (in invocation) publish(listen func() context.Context, file, text string, budget time.Duration) error {
	end := in.started.Add(budget)
	if now := time.Now(); end.Before(now) {
		end = now
	}
	late := fault.New(fault.Usage, "%s could not be written in time", file)
	ctx, cancel := context.WithDeadlineCause(listen(), end.Add(lastMoment), late)
	defer cancel()
	_, err := fault.Await(ctx, func() (struct{}, error) { return struct{}{}, replace(file, text) })
	return err
}

// replace has the file change from what it was to text at once, for readers (the
// textfile collector reads at any time) and for a machine that loses power.
// Package renameio does so, but cannot be built for Windows.
func replace(file, text string) error {
	f, err := besides(file)
	if err != nil {
		return unwritable(file, err)
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return unwritable(file, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// besides makes a file of the same directory, which rename can put in the place
// of another. Its name does not end in .prom, which node_exporter looks for. Its
// mode is for all to read, but for the umask.
func besides(file string) (*os.File, error) {
	name := ".check_pop3x-" + strconv.FormatUint(rand.Uint64(), 36)
	return os.OpenFile(filepath.Join(filepath.Dir(file), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

// unwritable is the fault of a file that cannot be written.
func unwritable(file string, err error) error {
	return fault.New(fault.Usage, "cannot write %s: %v", file, cause(err))
}

// cause is what the system says, without the name of the other file.
func cause(err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		return inner.Err
	}
	if inner, ok := errors.AsType[*os.LinkError](err); ok {
		return inner.Err
	}
	return err
}

// writable refuses a file before anything is sent: one in whose place nothing
// can be put, and one of which node_exporter would make nothing or too much.
func writable(file string, prom bool) error {
	info, err := os.Lstat(file)
	switch {
	case file == "-":
		return errors.New("standard output is where the result goes without it, leave it out")
	case strings.HasSuffix(file, string(filepath.Separator)) || err == nil && info.IsDir():
		return fmt.Errorf("%s is a directory, name a file in it", file)
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a symbolic link, which would be replaced: name the file that it leads to", file)
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file and would be replaced: name another", file)
	case prom != strings.HasSuffix(file, ".prom") && prom:
		return fmt.Errorf("node_exporter reads no file but those whose name ends in .prom, type %s.prom", file)
	case prom != strings.HasSuffix(file, ".prom"):
		return fmt.Errorf("node_exporter would read %s, which is for --format prometheus: type another name", file)
	}
	f, err := besides(file)
	if err != nil {
		return fmt.Errorf("no file can be written in %s: %w", filepath.Dir(file), cause(err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

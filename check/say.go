package check

import (
	"context"
	"runtime"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
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
	return fault.Wait(ctx, func() error {
		if err := files.Replace(file, text); err != nil {
			return fault.New(fault.Usage, "cannot write %s: %v", file, files.Reason(err))
		}
		return nil
	})
}

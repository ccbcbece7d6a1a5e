package check

import (
	"context"
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
func (in *invocation) answer(r *options.Request, v verdict.Verdict) (string, verdict.Status) {
	if r.File != "" {
		o := in.shown(r.Show)
		o.File = true
		if err := in.publish(r.File, r.Format(v, o)); err != nil {
			v.Report.Findings = append(v.Report.Findings, report.Finding{Phase: "output", Fault: fault.Of(err).Clean()})
			v = verdict.Judge(v.Report, r.Limits)
		}
	}
	return in.say(r.Show, v)
}

// say words a verdict for stdout; with --quiet-ok not at all if it is OK, and with
// --notify-changes not if the last run said the same.
func (in *invocation) say(s options.Show, v verdict.Verdict) (string, verdict.Status) {
	if s.Quiet && v.Status == verdict.OK {
		return "", v.Status
	}
	said := s.Line(v, in.shown(s))
	if s.Changes != nil && !in.atTerminal() {
		said = in.onlyNews(s.Changes, v, said)
	}
	return said, v.Status
}

func (in *invocation) shown(s options.Show) render.Options {
	s.Options.Terminal = in.terminal
	return s.Options
}

// failure says what ends a run before it has a verdict. The file of --output
// stays as it is: it is not known whose it would be.
func (in *invocation) failure(err error, s options.Show) (string, verdict.Status) {
	return in.failed("options", err, s)
}

// failed is failure for an error in a phase, which a fault of usage does not
// have.
func (in *invocation) failed(phase string, err error, s options.Show) (string, verdict.Status) {
	f := report.Finding{Fault: fault.Of(err).Clean()}
	if f.Fault.Kind != fault.Usage {
		f.Phase = phase
	}
	r := &report.Report{Target: report.Target{Host: s.Host}, Start: in.started, Findings: []report.Finding{f}}
	return in.say(s, verdict.Judge(r, s.Limits))
}

// What a run may take beyond its budget, which is half a second: to write the
// file of --output, and then to the end.
const (
	lastFile   = 250 * time.Millisecond
	lastMoment = 450 * time.Millisecond
)

// end returns when something ends that may go on that much longer than the
// budget. It always has a moment.
func (in *invocation) end(longer time.Duration) time.Time {
	end, soon := in.started.Add(in.budget+longer), time.Now().Add(50*time.Millisecond)
	if end.Before(soon) {
		return soon
	}
	return end
}

// publish replaces the file, within the budget or the last moment. Like write it
// is ended by a further signal only: what the first one was about is in the text.
func (in *invocation) publish(file, text string) error {
	late := fault.New(fault.Usage, "%s could not be written in time", file)
	ctx, cancel := context.WithDeadlineCause(in.listen(0), in.end(lastFile), late)
	defer cancel()
	return fault.Wait(ctx, func() error {
		if err := files.Replace(file, text); err != nil {
			return fault.New(fault.Usage, "cannot write %s: %v", file, files.Reason(err))
		}
		return nil
	})
}

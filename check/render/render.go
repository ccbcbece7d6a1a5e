package render

import (
	"slices"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// Options are what a user may ask of the output.
type Options struct {
	Verbose  int  // lines beyond the first: 1 phases and TLS, 2 capabilities, Dialogue
	Jail     bool // do not show what the server said
	Terminal bool // a person reads it: no bound on the lines beyond the first
	File     bool // it goes to a file: the lines beyond the first are comments

	Notes []string // for -v: options without effect and the like

	Name    string // of the check, where a format has one; "" is POP3 and the host
	Version string // of the plugin
}

// Dialogue is the Verbose that shows the dialogue.
const Dialogue = 3

// A Format writes a verdict as one piece of text, its line ends included.
type Format func(verdict.Verdict, Options) string

// formats is the table of formats, by name.
var formats = []struct {
	name  string
	write Format
}{
	{"checkmk", checkmk},
	{"json", asJSON},
	{"nagios", nagios},
	{"prometheus", prometheus},
}

// Names lists the formats.
func Names() []string {
	var all []string
	for _, f := range formats {
		all = append(all, f.name)
	}
	return all
}

// Find finds a format by its name.
func Find(name string) (Format, bool) {
	for _, f := range formats {
		if f.name == name {
			return func(v verdict.Verdict, o Options) string { return f.write(visible(v, o), cleaned(o)) }, true
		}
	}
	return nil, false
}

// cleaned is o with clean text.
func cleaned(o Options) Options {
	o.Name = fault.Clean(o.Name)
	o.Notes = slices.Clone(o.Notes)
	for i, note := range o.Notes {
		o.Notes[i] = fault.Clean(note)
	}
	return o
}

// visible is v as it may be shown: with the target cleaned, which the report has
// as it was typed; without what the password program and messages say (but with
// -v), without the dialogue (but with -vvv), and with --jail without what the server said.
func visible(v verdict.Verdict, o Options) verdict.Verdict {
	r := *v.Report
	r.Host, r.User, r.UserFrom = fault.Clean(r.Host), fault.Clean(r.User), fault.Clean(r.UserFrom)
	if o.Verbose < 1 {
		r.Helper = nil
	}
	if o.Verbose < 1 || o.Jail {
		r.Mailbox = withoutSubjects(r.Mailbox)
	}
	r.Transcript = append([]report.Line{}, r.Transcript...)
	if o.Verbose < Dialogue {
		r.Transcript, r.Send = nil, withoutDialogue(r.Send)
	}
	if v.Report = &r; o.Jail {
		v.Findings = slices.Clone(v.Findings)
		silence(&r, v.Findings)
	}
	if v.Parts != nil {
		v.Parts = each(v.Parts, func(part verdict.Verdict) verdict.Verdict { return visible(part, o) })
	}
	return v
}

// withoutSubjects is the mailbox without what its messages say.
func withoutSubjects(box *report.Mailbox) *report.Mailbox {
	if box == nil || box.Headers == nil {
		return box
	}
	silent, headers := *box, *box.Headers
	silent.Headers, headers.Match = &headers, nil
	return &silent
}

// silence removes what the server said.
func silence(r *report.Report, findings []verdict.Finding) {
	r.Greeting, r.Capabilities, r.BeforeTLS, r.UnderTLS = nil, nil, nil, nil
	if r.Look != nil {
		silent := *r.Look
		silent.Said = ""
		r.Look = &silent
	}
	for i, line := range r.Transcript {
		if line.From == report.FromServer {
			r.Transcript[i].Text = nil
		}
	}
	r.Mailbox, r.Send, r.Loop = withoutServers(r.Mailbox), withoutAnswers(r.Send), withoutWays(r.Loop)
	for i, f := range findings {
		if f.Metric != nil {
			nameless := *f.Metric
			nameless.Leg = nil
			findings[i].Metric = &nameless
		}
		if f.Fault != nil {
			silent := *f.Fault
			silent.Said = ""
			switch silent.Kind {
			case fault.Clock:
				silent.Text = "the clocks of servers on the way disagree"
			case fault.Bounce:
				silent.Text = "a probe came back"
			}
			findings[i].Fault = &silent
		}
	}
}

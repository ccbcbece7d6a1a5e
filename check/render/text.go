package render

import (
	"net"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// maxText bounds a text of our own, in characters: names from elsewhere may
// stand in it.
const maxText = 400

// text is the status line without state and perfdata: the findings of the worst
// state, and what was learned where the session reached its end.
func (p page) text() string {
	r := p.v.Report
	var parts []string
	failed := false
	for _, f := range p.v.Worst() {
		if p.v.Status == verdict.OK && r.Complete {
			continue // advice, for -v
		}
		if f.Metric != nil && f.Metric.Label == "cert_days" && p.expired() {
			continue // it is said already
		}
		where := ""
		if f.Fault != nil && !failed {
			where, failed = p.where(), true
		}
		parts = append(parts, p.sentence(f, where))
	}
	if !failed {
		parts = append(parts, p.summary()+p.where())
	}
	return strings.Join(parts, "; ")
}

// expired says whether the line says that a certificate has ended.
func (p page) expired() bool {
	return slices.ContainsFunc(p.v.Worst(), func(f verdict.Finding) bool {
		return f.Fault != nil && f.Fault.Problem == fault.Expired
	})
}

// where names the address in use if it is not what was typed and not all is
// well.
func (p page) where() string {
	host, _, err := net.SplitHostPort(p.v.Report.Address)
	if err != nil || p.v.Status == verdict.OK || host == p.v.Report.Host {
		return ""
	}
	return ", at " + p.v.Report.Address
}

// sentence says what a finding is, where, and what to try.
func (p page) sentence(f verdict.Finding, where string) string {
	if f.Metric != nil {
		return exceeded(f)
	}
	s := p.what(f) + " [" + string(f.Fault.Kind) + "]" + where
	if f.Phase != "" {
		s = f.Phase + ": " + s
	}
	if try := p.hint(f); try != "" {
		s += "; " + clean(try, maxText)
	}
	return s
}

// what says what happened, in the server's words where it spoke.
func (p page) what(f verdict.Finding) string {
	if f.Fault.Within > 0 {
		return p.late(f)
	}
	var words []string
	if said := f.Fault.Said; said != "" && !p.o.Jail {
		words = append(words, fault.Quote(said))
	}
	if text := f.Fault.Text; text != "" {
		words = append(words, clean(text, maxText))
	} else if len(words) == 0 {
		words = append(words, "refused")
	}
	if login := p.v.Report.Login; login != nil && ofLogin(f) {
		words = append(words, whose(login)+"with "+login.Mechanism)
	}
	return strings.Join(words, " ")
}

// late says which budget ran out: one that other phases had used up is not
// blamed on the phase that it ended.
func (p page) late(f verdict.Finding) string {
	all := fault.Duration(f.Fault.Within)
	if took, ok := timeOf(p.v.Report.Phases, f.Phase); ok && took < f.Fault.Within/2 {
		all = "the " + fault.Duration(took) + " that were left of " + all
	}
	return strings.TrimSpace("no answer within " + all + " " + clean(f.Fault.Text, maxText))
}

// timeOf is the time of a phase that ran.
func timeOf(phases []report.Phase, name string) (time.Duration, bool) {
	for _, ph := range phases {
		if ph.Name == name {
			return ph.Time, true
		}
	}
	return 0, false
}

// whose says who was to be logged in; a certificate may be all that says it.
func whose(l *report.Login) string {
	if l.User == "" {
		return ""
	}
	return "for " + clean(l.User, maxSaid) + " "
}

// ofLogin reports whether it matters who was to be logged in, and how.
func ofLogin(f verdict.Finding) bool {
	switch f.Fault.Kind {
	case fault.Auth, fault.InUse, fault.LoginDelay, fault.Temporary, fault.Permanent:
		return f.Phase == "login"
	}
	return false
}

// exceeded says which limit a value is beyond.
func exceeded(f verdict.Finding) string {
	return f.Metric.Row.Words(*f.Metric) + " (" + strings.ToLower(f.Status.String()) + " " + f.Range.Exceeded(f.Metric.Value) + ")"
}

// summary is what was learned of a server that works.
func (p page) summary() string {
	r := p.v.Report
	took := ""
	if r.Time != nil {
		took = " in " + fault.Duration(*r.Time)
	}
	switch {
	case r.Mailbox != nil:
		return contents(r) + took + breakdown(r.Phases)
	case r.Greeting == nil || *r.Greeting == "" || p.o.Jail:
		return "greeting received" + took + ", no login tried"
	}
	return fault.Quote(*r.Greeting) + took + ", no login tried"
}

// breakdown lists the phases before QUIT that took long enough to matter.
func breakdown(phases []report.Phase) string {
	var all []string
	for _, p := range phases {
		if p.Name != "quit" && p.Time >= time.Millisecond/2 {
			all = append(all, p.Name+" "+fault.Duration(p.Time))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, ", ") + ")"
}

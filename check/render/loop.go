package render

import (
	"fmt"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// probes is what the first line tells of the mails that runs send.
func (p page) probes() string {
	l := p.Report.Loop
	switch {
	case l == nil:
		return ""
	case l.Last != nil && l.Last.Time != nil:
		return "last probe took " + fault.Elapsed(*l.Last.Time)
	}
	return ""
}

// firstProbe says that the loop begins.
func (p page) firstProbe() string {
	l, sent := p.Report.Loop, p.Report.Send
	if l == nil || !l.First || sent == nil || sent.Answer == "" {
		return ""
	}
	return "; first probe sent"
}

// manyProbes is for a mailbox with too many probes.
func manyProbes(c cause) string {
	switch l := c.report.Loop; {
	case l != nil && l.Foreign > l.Found:
		return "delete those of another key or mailbox by hand (X-Check-Pop3x)"
	case l != nil && l.Deleted > 0:
		return "the next runs delete more, if --age-scan all reads them"
	}
	return "use --delete-probes, and read all with --age-scan all"
}

// unkept is for a state directory that cannot be used.
func unkept(c cause) string {
	if c.fault.Within > 0 {
		return "see which run holds its lock, and whether its file system answers"
	}
	return "name a directory of its own with --state-dir"
}

// loop is what became of the mails that runs send, for -v.
func loop(l *report.Loop) (all []string) {
	if l == nil {
		return nil
	}
	if l.Begun != "" {
		all = append(all, "the loop begins again: "+fault.Shorten(l.Begun, maxText))
	}
	if last := l.Last; last != nil {
		took := ", when it came is not known"
		if last.Time != nil {
			took = ", took " + fault.Elapsed(*last.Time)
		}
		all = append(all, "arrived: the one of "+moment(last.Sent)+" UTC"+took)
	}
	if n := len(l.Out); n > 0 {
		all = append(all, fault.Count(n, "probe")+" out, the oldest of "+moment(l.Out[0].Sent)+" UTC")
	}
	if l.Missed != "" {
		all = append(all, "some may have arrived unseen: "+l.Missed)
	}
	if b := l.Bounce; b != nil {
		all = append(all, "came back: the one of "+moment(b.Sent)+" UTC")
	}
	return append(all, inMailbox(l)...)
}

// inMailbox counts the probes in the mailbox.
func inMailbox(l *report.Loop) (all []string) {
	for _, row := range []struct {
		n    int64
		text string
	}{
		{l.Found, "%s in the mailbox"},
		{l.Copies, "%s there more than once"},
		{l.Foreign, "%s of another key or another mailbox, which stay"},
		{l.Deleted, "%s deleted"},
		{l.Untouched, "%s not deleted, as not all is as it was sent"},
	} {
		if row.n > 0 {
			all = append(all, fmt.Sprintf(row.text, fault.Count(row.n, "probe")))
		}
	}
	return all
}

// withoutWays is a loop without what servers said of it.
func withoutWays(l *report.Loop) *report.Loop {
	if l == nil {
		return nil
	}
	silent := *l
	if l.Last != nil {
		last := *l.Last
		last.Slowest, silent.Last = nil, &last
	}
	if l.Bounce != nil {
		silent.Bounce = &report.Bounce{Sent: l.Bounce.Sent}
	}
	return &silent
}

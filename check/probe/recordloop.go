package probe

import (
	"fmt"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// tell puts into the report what is known of the probes.
func (w *watch) tell(first, damaged bool) {
	l := &report.Loop{First: first, Found: int64(len(w.mails)), Foreign: w.foreign, Out: []report.Out{}}
	w.facts, w.record.report.Loop = l, l
	ids := map[string]bool{}
	for _, s := range w.mails {
		if ids[s.ID] {
			l.Copies++
		}
		ids[s.ID] = true
	}
	for _, p := range w.state.Out {
		l.Out = append(l.Out, report.Out{Sent: p.Sent, Missed: p.Missed})
		if p.Missed {
			l.Missed = w.why()
		}
	}
	if damaged {
		l.Begun = "what was kept in " + w.record.said(w.plan.Record.Dir) + " could not be read"
	} else if first && len(w.mails)+int(w.foreign) > 0 {
		l.Begun = "nothing is kept of the probes that are in the mailbox"
	}
	w.tellLast(l)
	w.tellBounce(l)
	if l.Found+l.Foreign > maxProbes {
		w.record.find("top", fault.New(fault.Probes, "%d probes are in the mailbox", l.Found+l.Foreign))
	}
}

// why is why a probe may have come unseen.
func (w *watch) why() string {
	if w.noTOP {
		return "the server has no TOP"
	}
	return fmt.Sprintf("only %s were read", fault.Count(w.read, "header"))
}

// tellLast tells of the probes that arrived of the one that was sent last. A clock
// that is wrong does not make it arrive before it was sent; if the newest message is
// that probe, its header has told of the clock.
func (w *watch) tellLast(l *report.Loop) {
	last := w.state.Last
	if last == nil {
		return
	}
	l.Last = &report.Came{Sent: last.Sent, Arrived: last.Arrived}
	if last.Arrived.IsZero() {
		return
	}
	took := last.Arrived.Sub(last.Sent)
	l.Last.Time = new(max(took, 0))
	if took < -time.Second && !w.record.hasFound(fault.Clock) {
		w.record.find("top", fault.New(fault.Clock, "the clocks of this host and of the server that delivered the probe differ by %s or more", fault.Elapsed(-took)))
	}
	for _, s := range w.mails {
		if leg := s.header.Slowest(w.record.report.Start); s.ID == last.ID && leg != nil {
			l.Last.Slowest = w.record.leg(leg)
			return
		}
	}
}

// tellBounce tells of the last probe that came back.
func (w *watch) tellBounce(l *report.Loop) {
	if len(w.state.Bounced) == 0 {
		return
	}
	b := w.state.Bounced[len(w.state.Bounced)-1]
	l.Bounce = &report.Bounce{Sent: b.Sent, Status: w.record.said(b.Status), Said: w.record.said(b.Said), By: w.record.said(b.By)}
	text := "the probe of " + fault.TimeOfDay(b.Sent, w.record.report.Start) + " came back"
	if b.By != "" {
		text += " from " + fault.Shorten(b.By, maxLegEnd)
	}
	if b.Status != "" {
		text += " (" + fault.Shorten(b.Status, maxStatus) + ")"
	}
	w.record.find("top", &fault.Error{Kind: fault.Bounce, Text: text, Said: b.Said})
}

// maxStatus is how long a status of RFC 3463 may be.
const maxStatus = 12

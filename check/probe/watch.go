package probe

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/loop"
	"check_pop3x/check/maildrop"
	"check_pop3x/check/report"
)

// maxProbes is how many probes may be in the mailbox before that is a finding.
const maxProbes = 200

// maxNotices is how many messages are read that may say that a probe came back.
const maxNotices = 10

// A watch is what a run learns of the probes. Its methods do nothing if it is nil.
type watch struct {
	plan   *Submission
	record *recorder

	key    loop.Key
	state  loop.State // as earlier runs left it, and once it has seen the mailbox as this one does
	opened bool
	seen   bool
	broken bool // the state directory cannot be used

	whole   bool       // all headers were read
	noTOP   bool       // none could be
	read    int64      // how many were
	from    time.Time  // when the first of the last messages came whose headers were read
	mails   []sighting // probes in the mailbox
	foreign int64
	notices []sighting
	bounced []loop.Bounce
	facts   *report.Loop // nil before it has seen the mailbox
}

// A sighting is a message that may be about a probe.
type sighting struct {
	message int64
	header  *maildrop.Header
	loop.Probe
}

// open reads what earlier runs left.
func (w *watch) open(ctx context.Context) {
	if w == nil || w.opened {
		return
	}
	w.opened = true
	var errKey, errState error
	w.key, errKey = w.plan.Record.Key(ctx)
	w.state, errState = w.plan.Record.Read(ctx)
	w.fail(ctx, cmp.Or(errKey, errState))
}

// fail records that the state directory cannot be used: nothing is sent then, as
// nobody would look for it.
func (w *watch) fail(ctx context.Context, err error) {
	if err == nil || w.broken {
		return
	}
	w.broken = true
	if ctx.Err() != nil {
		err = unrecorded(err)
	} else {
		err = &fault.Error{Kind: fault.Usage, Problem: fault.LoopUnkept, Text: "no mail was sent, as nothing can be kept: " + err.Error(), Err: err}
	}
	w.record.find("send", err)
}

// begin tells the messages whose headers are going to be read.
func (w *watch) begin(scan maildrop.Scan, messages int64) {
	if w != nil {
		w.whole = scan.Len() == messages
	}
}

// add takes the header of a message. last reports that it is one of the last ones,
// between which none is left out.
func (w *watch) add(number int64, h *maildrop.Header, last bool) {
	if w == nil || w.broken {
		return
	}
	w.read++
	now := w.record.report.Start
	if arrived := h.Received(now); last && w.from.IsZero() {
		w.from = arrived
	}
	kind := strings.ToLower(strings.Join(h.Values("content-type"), " "))
	if strings.Contains(kind, "multipart/report") && strings.Contains(kind, "delivery-status") {
		w.notices = append(w.notices, sighting{message: number, header: h})
	}
	values := h.Values(strings.ToLower(loop.Field))
	if len(values) == 0 {
		return
	}
	if p, ok := w.key.Verify(values[0]); ok {
		h.SentAt(p.Sent)
		w.mails = append(w.mails, sighting{number, h, p})
	} else {
		w.foreign++
	}
}

// refused tells that the server has no TOP.
func (w *watch) refused() {
	if w != nil {
		w.noTOP = true
	}
}

// readNotices looks for probes that came back since the oldest one is out.
func (w *watch) readNotices(m *mailbox) error {
	if w == nil || len(w.state.Out) == 0 {
		return nil
	}
	oldest := w.state.Out[0].Sent
	recent := slices.DeleteFunc(w.notices, func(s sighting) bool {
		arrived := s.header.Received(w.record.report.Start)
		return !arrived.IsZero() && arrived.Before(oldest.Add(-time.Minute))
	})
	for _, s := range recent[max(0, len(recent)-maxNotices):] {
		var n loop.Notice
		err := m.link.pop.Top(s.message, loop.MaxNotice, n.Add)
		if _, refused := refusedMessage(err); refused {
			continue
		}
		if err != nil {
			return err
		}
		if b, ok := w.key.Bounce(&n); ok {
			w.bounced = append(w.bounced, b)
		}
	}
	return nil
}

// see keeps what the mailbox showed, and reports whether probes can be watched. It
// does so once.
func (w *watch) see(ctx context.Context) bool {
	if w.open(ctx); w.broken || w.seen {
		return !w.broken
	}
	w.seen = true
	now := w.record.report.Start
	first, damaged := w.state.IsNew(), w.state.Damaged
	seen := loop.Sight{Bounced: w.bounced, From: w.until(now)}
	for _, s := range w.mails {
		seen.Arrived = append(seen.Arrived, loop.Arrival{Probe: s.Probe, Arrived: s.header.Received(now)})
	}
	state, err := w.plan.Record.See(ctx, seen, now)
	if w.fail(ctx, err); err != nil {
		return false
	}
	w.state = state
	w.tell(first, damaged)
	return true
}

// until returns from when on all mail was seen; zero if all of it was.
func (w *watch) until(now time.Time) time.Time {
	switch {
	case w.whole || w.read == 0 && !w.noTOP: // or nothing is there
		return time.Time{}
	case w.noTOP || w.from.IsZero():
		return now
	}
	return w.from
}

package maildrop

import (
	"cmp"
	"fmt"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// rounding is by how much the dates of two Received fields may differ although the
// clocks agree: they are whole seconds.
const rounding = time.Second

// maxHost bounds the name of a server, in characters.
const maxHost = 60

// A way is how a message came here, as its Received fields tell it.
type way struct {
	hops []report.Hop // in the order in which the message took them
	legs []leg
	time *time.Duration // nil: not known
	why  string         // time is not known; "" if it is

	sender string // how people call who sent it
}

// A leg is the way between two dates.
type leg struct {
	from, to string // hosts; from is "" for the sender
	took     time.Duration
}

// Slowest returns where most of the time of the way went; nil if that is not known.
func (h *Header) Slowest(now time.Time) *report.Leg { return h.transit(0, now).Slowest }

// transit returns how the message came here. A last date after
// now is not trusted.
func (h *Header) transit(message int64, now time.Time) *report.Transit {
	t := &report.Transit{Message: message}
	if h.cut["received"] {
		t.Unknown = "the Received fields of the newest message are too long"
		return t
	}
	w := h.way(now)
	t.Hops, t.Time, t.Unknown = w.hops, w.time, w.why
	if t.Time != nil {
		t.Slowest = w.slowest(*t.Time)
	}
	return t
}

// unnamed is a server whose name is not known.
const unnamed = "a server without a name"

// way reads the Received fields from the lowest one up, since servers add theirs on
// top. If only one has a date, the way begins at that of Date; that of a message
// that this program has sent begins there.
func (h *Header) way(now time.Time) *way {
	fields := h.kept["received"]
	all, dates := make([]received, len(fields)), 0
	for i, field := range fields {
		r := parseReceived(field)
		if all[len(fields)-1-i] = r; r.date != "" {
			dates++
		}
	}
	w := &way{sender: "its sender", hops: make([]report.Hop, len(all))}
	for i, r := range all {
		w.hops[i] = report.Hop{Host: r.by, From: r.from, Protocol: r.with, TLS: r.tls}
		if r.by == "" && i+1 < len(all) {
			w.hops[i].Host = all[i+1].from
		}
	}
	start := h.sent
	if date := h.kept["date"]; !start.IsZero() {
		w.sender = "this host"
	} else if dates == 1 && len(date) > 0 {
		start = trusted(date[0])
	}
	w.measure(start, all, now)
	return w
}

// farYear is the first year that a time.Duration does not reach from 1970.
const farYear = 2262

// trusted returns a date that has a time zone; zero if it has none, is no date, or
// is centuries away.
func trusted(text string) time.Time {
	if when, zoned, ok := parseDate(text); ok && zoned && when.Year() < farYear {
		return when
	}
	return time.Time{}
}

// measure adds the times. A field without a date is passed over, and so is one with
// a date that cannot be trusted, unless it is the first or the last one.
func (w *way) measure(start time.Time, all []received, now time.Time) {
	var dates []time.Time
	if !start.IsZero() {
		dates = append(dates, start)
	}
	before, host := start, ""
	for i, r := range all {
		if r.date == "" {
			continue
		}
		hop, when := &w.hops[i], trusted(r.date)
		if dates = append(dates, when); when.IsZero() {
			continue
		}
		name := fault.Shorten(cmp.Or(hop.Host, unnamed), maxHost)
		if hop.Time = when; !before.IsZero() {
			took := when.Sub(before)
			w.legs = append(w.legs, leg{host, name, took})
			hop.Delay, hop.Behind = new(max(took, 0)), max(-took, 0)
		}
		before, host = when, name
	}
	w.sum(dates, now)
}

// sum adds the time from the first date to the last one, or why it is not known.
func (w *way) sum(dates []time.Time, now time.Time) {
	switch last := len(dates) - 1; {
	case len(w.hops) == 0:
		w.why = "the newest message has no Received"
	case last < 0:
		w.why = "the newest message has no date in a Received"
	case dates[0].IsZero(), dates[last].IsZero(), dates[last].Sub(now) > clockSkew:
		w.why = "the newest message has no good date in a Received"
	case last == 0:
		w.why = "the newest message has only one date"
	default:
		w.time = new(max(dates[last].Sub(dates[0]), 0))
	}
}

// slowest returns where most of the time went. If a clock on either side is wrong,
// nobody knows: then it is nil.
func (w *way) slowest(all time.Duration) *report.Leg {
	most := 0
	for i := range w.legs {
		if w.legs[i].took > w.legs[most].took {
			most = i
		}
	}
	for _, near := range w.legs[max(most-1, 0):min(most+2, len(w.legs))] {
		if near.took < -rounding {
			return nil
		}
	}
	l := w.legs[most]
	if l.took <= 0 || l.took > all || l.to == unnamed || l.from == unnamed {
		return nil
	}
	return &report.Leg{From: l.from, To: l.to, Time: l.took}
}

// clocks is a fault if the clocks of two hosts on the way disagree, else nil.
func (w *way) clocks() error {
	worst, wrong := leg{}, 0
	for _, l := range w.legs {
		if l.took < -rounding {
			wrong++
		}
		if l.took < worst.took {
			worst = l
		}
	}
	if wrong == 0 {
		return nil
	}
	f := fault.New(fault.Clock, "the clocks of %s and %s differ by %s or more",
		cmp.Or(worst.from, w.sender), worst.to, fault.Elapsed(-worst.took))
	if wrong > 1 {
		f.Text += fmt.Sprintf(" (and %d more)", wrong-1)
	}
	return f
}

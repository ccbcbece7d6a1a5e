package maildrop

import (
	"fmt"
	"time"

	"check_pop3x/check/report"
)

// Doubts are about messages of which nobody knows whether they match: some were
// read and cannot be understood, some were not read. Servers number messages by
// arrival, so that the numbers tell which come before or after a match.
type doubts struct {
	undecided   int64
	why         string // of the first that is undecided
	first, last int64  // numbers; 0: there are none
	from, to    time.Time
}

// undecidable adds a message that was read.
func (d *doubts) undecidable(number int64, why string, from, to time.Time) {
	if d.undecided++; d.undecided == 1 {
		d.why = fmt.Sprintf("message %d: %s", number, why)
	}
	d.add(number, number, from, to)
}

// add adds messages that arrived between from and to, behind those before.
func (d *doubts) add(first, last int64, from, to time.Time) {
	if d.first == 0 || first < d.first {
		d.first, d.from = first, from
	}
	if last > d.last {
		d.last, d.to = last, to
	}
}

// report writes down what may change the oldest and the newest match, which have
// these numbers; 0 is none.
func (d *doubts) report(h *report.Headers, oldest, newest int64) {
	h.Undecided, h.Doubt = d.undecided, d.why
	if d.last > newest {
		h.NewestMaybe = &d.to
	}
	if d.first > 0 && (oldest == 0 || d.first < oldest) {
		h.OldestMaybe = &d.from
	}
}

// epoch is before every date that is trusted.
func epoch() time.Time { return time.Unix(0, 0) }

// arrivalOr returns when a message arrived, or the other time if its header does
// not tell. h may be nil.
func (h *Header) arrivalOr(now, other time.Time) time.Time {
	if h == nil {
		return other
	}
	when, wrong := h.arrival(now)
	if wrong != nil {
		return other
	}
	return when
}

package probe

import (
	"fmt"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// A reading is what a run of headers comes to.
type reading struct {
	match   []Match
	wanted  fields
	now     time.Time
	headers report.Headers

	matches         int64
	blind, blindEnd bool // the first, the last message that counts has no date

	undated int64        // messages that count and have no date to be trusted
	first   *fault.Error // what is wrong with the first of them
}

func newReading(p MailboxPlan, now time.Time) *reading {
	r := &reading{match: p.Match, wanted: fields{"received": true, "date": true}, now: now}
	for _, m := range p.Match {
		r.wanted[m.field()] = true
	}
	return r
}

// header returns what the next message's header is read into.
func (r *reading) header() *header { return &header{wanted: r.wanted} }

// add takes a message in, which counts if all that is asked for matches.
func (r *reading) add(number int64, h *header) {
	r.headers.Read++
	for _, m := range r.match {
		if !m.fits(h) {
			return
		}
	}
	r.matches++
	when, wrong := h.arrival(r.now)
	if r.blindEnd = wrong != nil; r.matches == 1 {
		r.blind = r.blindEnd
	}
	if wrong == nil {
		r.dated(when)
		return
	}
	if r.undated++; r.undated == 1 {
		wrong.Text = fmt.Sprintf("message %d: %s", number, wrong.Text)
		r.first = wrong
	}
}

func (r *reading) dated(when time.Time) {
	if oldest := r.headers.Oldest; oldest == nil || when.Before(*oldest) {
		r.headers.Oldest = &when
	}
	if newest := r.headers.Newest; newest == nil || when.After(*newest) {
		r.headers.Newest = &when
	}
}

// result is what was learned. Servers number messages by arrival: where the
// first or the last one that counts has no date, another one's would be a guess.
func (r *reading) result() *report.Headers {
	h := r.headers
	if r.blind {
		h.Oldest = nil
	}
	if r.blindEnd {
		h.Newest = nil
	}
	if len(r.match) > 0 {
		h.Matches = &r.matches
	}
	return &h
}

// others counts the messages behind the first without a date.
func (r *reading) others() string {
	return fmt.Sprintf(", and %d more of %d", r.undated-1, r.headers.Read)
}

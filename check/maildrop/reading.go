package maildrop

import (
	"fmt"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// A Reading collects what the headers of many messages say: how many match, and
// when the oldest and the newest of those arrived.
type Reading struct {
	match   []Match
	wanted  fields
	now     time.Time
	headers report.Headers
	read    int64
	matches int64

	firstUndated, lastUndated bool // the first, the last message that counts has no date

	undated int64        // messages that count and have no date that can be trusted
	fault   *fault.Error // what is wrong with the first of them
}

// NewReading returns an empty Reading. Dates after now are not trusted.
func NewReading(p Plan, now time.Time) *Reading {
	r := &Reading{match: p.Match, wanted: fields{"received": true, "date": true}, now: now}
	for _, m := range p.Match {
		r.wanted[m.field()] = true
	}
	return r
}

// Header returns an empty Header for the next message.
func (r *Reading) Header() *Header { return &Header{wanted: r.wanted} }

// Add takes the header of a message. The message counts if it matches all
// patterns.
func (r *Reading) Add(number int64, h *Header) {
	r.read++
	if counts, doubt := r.counts(h); doubt != "" {
		r.doubt(number, doubt)
		return
	} else if !counts {
		return
	}
	r.matches++
	when, wrong := h.arrival(r.now)
	if r.lastUndated = wrong != nil; r.matches == 1 {
		r.firstUndated = r.lastUndated
	}
	if wrong == nil {
		r.addDate(when)
		return
	}
	if r.undated++; r.undated == 1 {
		wrong.Text = fmt.Sprintf("message %d: %s", number, wrong.Text)
		r.fault = wrong
	}
}

// counts reports whether the message matches all patterns. doubt is why nobody
// knows.
func (r *Reading) counts(h *Header) (all bool, doubt string) {
	for _, m := range r.match {
		found, unsure := m.matches(h)
		switch {
		case found:
		case unsure == "":
			return false, ""
		case doubt == "":
			doubt = unsure
		}
	}
	return true, doubt
}

// doubt counts a message of which nobody knows whether it matches.
func (r *Reading) doubt(number int64, why string) {
	if r.headers.Undecided++; r.headers.Undecided == 1 {
		r.headers.Doubt = fmt.Sprintf("message %d: %s", number, why)
	}
}

func (r *Reading) addDate(when time.Time) {
	if oldest := r.headers.Oldest; oldest == nil || when.Before(*oldest) {
		r.headers.Oldest = &when
	}
	if newest := r.headers.Newest; newest == nil || when.After(*newest) {
		r.headers.Newest = &when
	}
}

// Result returns what the headers say. Servers number messages by arrival: if
// the first or the last message that counts has no date, the date of another
// one would be a guess.
func (r *Reading) Result() *report.Headers {
	h := r.headers
	h.Top, h.Read = true, &r.read
	if r.firstUndated {
		h.Oldest = nil
	}
	if r.lastUndated {
		h.Newest = nil
	}
	if len(r.match) > 0 {
		h.Matches = &r.matches
	}
	return &h
}

// Fault returns one fault for all messages without a date that can be trusted,
// or nil.
func (r *Reading) Fault() error {
	if r.undated == 0 {
		return nil
	}
	f := *r.fault
	if r.undated > 1 {
		f.Text += fmt.Sprintf(", and %d more of %d", r.undated-1, r.read)
	}
	return &f
}

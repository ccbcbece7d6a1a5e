package maildrop

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// A Reading collects what the headers of many messages say: how many match, and
// when the oldest and the newest of those arrived.
type Reading struct {
	plan   Plan
	wanted fields
	now    time.Time
	unread int64 // messages that the scan leaves out although they may match

	headers        report.Headers
	read, matches  int64
	before         *Header // of the message before
	number         int64   // its number
	oldest, newest match   // the first and the last message that count
	doubts         doubts
	undated        int64        // messages that count and have no date that can be trusted
	fault          *fault.Error // what is wrong with the first of them
}

// A match is a message that counts.
type match struct {
	number  int64 // 0: there is none
	header  *Header
	undated bool
}

// NewReading returns an empty Reading of the messages of a scan. Dates after now
// are not trusted.
func NewReading(p Plan, s Scan, now time.Time) *Reading {
	r := &Reading{plan: p, wanted: fields{"received": true, "date": true}, now: now, unread: s.Unread()}
	for _, m := range p.Match {
		r.wanted["subject"], r.wanted[m.field()] = true, true
	}
	if len(p.Auth) > 0 {
		r.wanted[authResults] = true
	}
	for _, name := range p.Fields {
		r.wanted[name] = true
	}
	return r
}

// Header returns an empty Header for the next message.
func (r *Reading) Header() *Header { return &Header{wanted: r.wanted} }

// Add takes the header of a message. The message counts if it matches all
// patterns. Messages come in their order, except for one instead of the first, if
// that is gone.
func (r *Reading) Add(number int64, h *Header) {
	if r.unread > 0 && number > r.number+1 {
		r.doubts.add(r.number+1, number-1, r.before.arrivalOr(r.now, epoch()), h.arrivalOr(r.now, r.now))
	}
	r.read++
	r.number, r.before = number, h
	switch counts, doubt := r.counts(h); {
	case doubt != "":
		r.doubts.undecidable(number, doubt, h.arrivalOr(r.now, epoch()), h.arrivalOr(r.now, r.now))
	case counts:
		r.addMatch(number, h)
	}
}

// counts reports whether the message matches all patterns. doubt is why nobody
// knows.
func (r *Reading) counts(h *Header) (all bool, doubt string) {
	for _, m := range r.plan.Match {
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

func (r *Reading) addMatch(number int64, h *Header) {
	r.matches++
	when, wrong := h.arrival(r.now)
	one := match{number, h, wrong != nil}
	if number > r.newest.number {
		r.newest = one
	}
	if r.oldest.number == 0 || number < r.oldest.number {
		r.oldest = one
	}
	if wrong == nil {
		r.addDate(when)
		return
	}
	if r.undated++; r.undated == 1 {
		wrong.Text = fmt.Sprintf("message %d %s", number, wrong.Text)
		r.fault = wrong
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
	h.Top, h.Read, h.Unread = true, &r.read, r.unread
	if r.oldest.undated {
		h.Oldest = nil
	}
	if r.newest.undated {
		h.Newest = nil
	}
	if len(r.plan.Match) > 0 {
		h.Matches = &r.matches
		h.Match = r.shown()
		r.doubts.report(&h, r.oldest.number, r.newest.number)
	}
	if newest := r.newestHeader(); newest != nil {
		h.Transit = newest.transit(r.newest.number, r.now)
		if len(r.plan.Auth) > 0 {
			h.Authentication, _ = newest.lacking(r.plan)
		}
	}
	return &h
}

// newestHeader is that of the newest message that counts; nil if there is none, or
// if nobody knows which it is.
func (r *Reading) newestHeader() *Header {
	if r.doubts.last > r.newest.number {
		return nil
	}
	return r.newest.header
}

// Newest returns what is wrong with the newest message that counts: clocks that
// disagree, and methods of authentication that it did not pass.
func (r *Reading) Newest() (wrong []error) {
	newest := r.newestHeader()
	if newest == nil {
		return nil
	}
	if !newest.cut["received"] {
		wrong = append(wrong, newest.way(r.now).clocks())
	}
	if len(r.plan.Auth) > 0 {
		_, err := newest.lacking(r.plan)
		wrong = append(wrong, err)
	}
	return wrong
}

// The bounds of what is shown of a match.
const (
	maxShownFields = 3   // of one name
	maxShownText   = 200 // characters of each
)

// shown returns what the newest match says in its subject and in the fields that
// were looked at; nil if there is no match.
func (r *Reading) shown() *report.Match {
	if r.newest.number == 0 {
		return nil
	}
	names := []string{"Subject"}
	for _, m := range r.plan.Match {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, m.Header) }) {
			names = append(names, m.Header)
		}
	}
	shown := &report.Match{Message: r.newest.number}
	for _, name := range names {
		for i, value := range r.newest.header.kept[strings.ToLower(name)] {
			if texts, _ := decode(value); i < maxShownFields {
				shown.Fields = append(shown.Fields, name+": "+fault.Shorten(texts[0], maxShownText))
			}
		}
	}
	return shown
}

// Fault returns one fault for all messages without a date that can be trusted,
// or nil.
func (r *Reading) Fault() error {
	if r.undated == 0 {
		return nil
	}
	f := *r.fault
	if r.undated > 1 {
		f.Text += fmt.Sprintf(" (and %d more of %d)", r.undated-1, r.read)
	}
	return &f
}

package probe

import (
	"fmt"

	"check_pop3x/check/fault"
)

// An index is what LIST and UIDL came to.
type index struct{ tallies []*tally }

// begin starts the tally of a phase.
func (x *index) begin(phase string) *tally {
	t := &tally{phase: phase, sums: phase == "list"}
	x.tallies = append(x.tallies, t)
	return t
}

// A tally counts the lines of one list.
type tally struct {
	phase    string
	messages int64
	octets   int64
	sums     bool  // it has octets
	odd      int64 // the first line whose number is not its place; 0: none
	says     int64 // the number that it has
}

// line counts one. The first whose number is not its place is remembered.
func (t *tally) line(number int64) {
	t.messages++
	if number != t.messages && t.odd == 0 {
		t.odd, t.says = t.messages, number
	}
}

// numbering says that messages are not numbered 1 to n (RFC 1939, section 5).
func (s *session) numbering(t *tally) {
	if t.odd != 0 {
		s.find(t.phase, fault.New(fault.Consistency, "line %d is for message %d", t.odd, t.says))
	}
}

// A size is the answer to STAT.
type size struct{ messages, octets int64 }

// is says whether the tally came to that size.
func (t *tally) is(z size) bool {
	return t.messages == z.messages && (!t.sums || t.octets == z.octets)
}

// between says whether the tally came to a size that the mailbox may have had
// on its way from one to the other.
func (t *tally) between(a, b size) bool {
	return amid(t.messages, a.messages, b.messages) && (!t.sums || amid(t.octets, a.octets, b.octets))
}

func amid(v, a, b int64) bool { return min(a, b) <= v && v <= max(a, b) }

// agree compares what was listed with STAT. Where it differs, STAT is asked
// again: servers without a snapshot show what came in between, and that is no
// damage.
func (s *session) agree() error {
	box := s.report.Mailbox
	before := size{box.Messages, box.Octets}
	odd := s.index.unlike(before)
	if len(odd) == 0 {
		return nil
	}
	now, err := s.size()
	if err != nil {
		return err
	}
	box.Changed = now != before
	for _, t := range odd {
		if !box.Changed || !t.between(before, now) {
			s.find(t.phase, fault.New(fault.Consistency, "%s, but STAT says %s", t, before))
		}
	}
	return nil
}

// unlike returns the tallies that did not come to that size.
func (x *index) unlike(z size) []*tally {
	var odd []*tally
	for _, t := range x.tallies {
		if !t.is(z) {
			odd = append(odd, t)
		}
	}
	return odd
}

// size is STAT once more.
func (s *session) size() (size, error) {
	messages, octets, err := s.pop.Stat()
	return size{messages, octets}, err
}

func (z size) String() string { return fmt.Sprintf("%d of %d octets", z.messages, z.octets) }

func (t *tally) String() string {
	if t.sums {
		return fmt.Sprintf("%d messages of %d octets", t.messages, t.octets)
	}
	return fmt.Sprintf("%d messages", t.messages)
}

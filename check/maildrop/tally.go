package maildrop

import (
	"math"

	"check_pop3x/check/fault"
)

// An Index holds the tallies of LIST and UIDL.
type Index struct{ tallies []*Tally }

// Begin adds the tally of a list that a phase reads, with sizes as LIST has them
// or without.
func (x *Index) Begin(phase string, sizes bool) *Tally {
	t := &Tally{Phase: phase, sizes: sizes}
	x.tallies = append(x.tallies, t)
	return t
}

// Mismatches returns the tallies that differ from what STAT says.
func (x *Index) Mismatches(stat Size) []*Tally {
	var all []*Tally
	for _, t := range x.tallies {
		if !t.matches(stat) {
			all = append(all, t)
		}
	}
	return all
}

// A Tally counts the lines of one list.
type Tally struct {
	Phase string // the phase that reads the list

	messages int64
	octets   int64
	sizes    bool // the list has octets
	overflow bool // of octets

	firstOutOfOrder int64 // the first line whose number is not its place; 0: none
	itsNumber       int64 // the number in that line
}

// Add counts the line of a message. octets is ignored if the list has no sizes.
func (t *Tally) Add(number, octets int64) {
	t.messages++
	if number != t.messages && t.InOrder() {
		t.firstOutOfOrder, t.itsNumber = t.messages, number
	}
	t.overflow = t.overflow || octets > math.MaxInt64-t.octets
	t.octets += octets
}

// InOrder reports whether the messages so far are numbered 1 to n.
func (t *Tally) InOrder() bool { return t.firstOutOfOrder == 0 }

// Overflow returns a fault of kind protocol if the sum of the sizes is no number
// of octets, else nil.
func (t *Tally) Overflow() error {
	if !t.overflow {
		return nil
	}
	return fault.New(fault.Protocol, "the sizes have a sum of more than 2^63 octets")
}

// OutOfOrder returns a fault if messages are not numbered 1 to n (RFC 1939,
// section 5), else nil.
func (t *Tally) OutOfOrder() error {
	if t.InOrder() {
		return nil
	}
	return fault.New(fault.Consistency, "line %d is for message %d", t.firstOutOfOrder, t.itsNumber).Because(fault.IndexDamaged)
}

func (t *Tally) matches(stat Size) bool {
	return t.messages == stat.Messages && (!t.sizes || t.octets == stat.Octets)
}

// Between reports whether the tally is a size that the mailbox may have had on
// its way from a to b.
func (t *Tally) Between(a, b Size) bool {
	return between(t.messages, a.Messages, b.Messages) && (!t.sizes || between(t.octets, a.Octets, b.Octets))
}

func between(n, a, b int64) bool { return min(a, b) <= n && n <= max(a, b) }

func (t *Tally) String() string {
	if t.sizes {
		return fault.Count(t.messages, "message") + " of " + fault.Count(t.octets, "octet")
	}
	return fault.Count(t.messages, "message")
}

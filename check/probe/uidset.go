package probe

import (
	"hash/maphash"
	"math/bits"
)

// A uidSet finds unique-ids that repeat in a list that is not kept. It has a
// table of 8 octets a place and less than 3 places a message, hence at most 24
// octets a message, the order of which depends on a seed of this run.
//
// A place holds the number of a message and 40 bits of its unique-id's hash.
// Equal ids always meet; that others do happens once in about a million
// mailboxes of a million messages. So a meeting is no finding: it is a pair to
// be asked for again.
type uidSet struct {
	seed  maphash.Seed
	table []uint64
	left  int64 // how many more are taken: the table is never full
	pairs []pair
}

// A pair is two messages that may have the same unique-id.
type pair struct{ first, second int64 }

const (
	numberBits = 24        // up to pop3.MaxMessages
	maxTracked = 1 << 21   // messages; those behind are not compared
	maxPairs   = 8         // one is enough, unless it was chance
	minPlaces  = uint64(8) // of the smallest table
)

// newUIDSet returns a set for that many messages and a few that came in since.
func newUIDSet(messages int64) *uidSet {
	most := uint64(min(max(messages, 0), maxTracked))
	places := max(uint64(1)<<bits.Len64(most+most/2), minPlaces)
	return &uidSet{seed: maphash.MakeSeed(), table: make([]uint64, places), left: int64(places / 4 * 3)}
}

// add looks whether the unique-id was there before. An empty one is its own
// fault.
func (u *uidSet) add(number int64, uid []byte) {
	if len(uid) == 0 || number <= 0 || number >= 1<<numberBits || u.left == 0 {
		return
	}
	hash := maphash.Bytes(u.seed, uid)
	entry := hash&^(1<<numberBits-1) | uint64(number)
	mask := uint64(len(u.table) - 1)
	for at := (hash ^ hash>>32) & mask; ; at = (at + 1) & mask {
		there := u.table[at]
		switch {
		case there == 0:
			u.table[at] = entry
			u.left--
			return
		case there>>numberBits == entry>>numberBits:
			u.pair(int64(there&(1<<numberBits-1)), number)
			return
		}
	}
}

func (u *uidSet) pair(first, second int64) {
	if len(u.pairs) < maxPairs {
		u.pairs = append(u.pairs, pair{first, second})
	}
}

package probe

import (
	"hash/maphash"
	"slices"
)

// A uidSet finds unique-ids that repeat in a list that is not kept. Of each
// message it keeps 8 octets: its number and 40 bits of its unique-id's hash, by
// a seed of this run, in one of many buckets that 10 more bits choose. Buckets
// are filled from their beginning and are small enough to be sorted in a
// processor's cache, which a table of the whole is not.
//
// Equal ids always meet; that others do happens once in two thousand mailboxes of
// a million messages. So a meeting is no finding: it is a pair to be asked for
// again.
type uidSet struct {
	seed    maphash.Seed
	buckets [1 << bucketBits][]uint64
	left    int // how many more are kept
}

// A pair is two messages that may have the same unique-id.
type pair struct{ first, second int64 }

const (
	bucketBits = 10
	numberBits = 24      // up to pop3.MaxMessages
	maxTracked = 2 << 20 // messages; what is behind them is not compared
	maxPairs   = 8       // one is enough, unless it was chance
)

// newUIDSet returns a set with room for that many messages: 9 octets each, and
// less than 24 where buckets are filled unevenly.
func newUIDSet(messages int64) *uidSet {
	u := &uidSet{seed: maphash.MakeSeed(), left: maxTracked}
	room := int(min(messages, maxTracked)) >> bucketBits
	room += room / 8
	all := make([]uint64, room<<bucketBits)
	for i := range u.buckets {
		u.buckets[i] = all[i*room : i*room : (i+1)*room]
	}
	return u
}

// add takes a unique-id in. An empty one is its own fault.
func (u *uidSet) add(number int64, uid []byte) {
	if len(uid) == 0 || number <= 0 || number >= 1<<numberBits || u.left == 0 {
		return
	}
	u.left--
	hash := maphash.Bytes(u.seed, uid)
	in := &u.buckets[hash&(1<<bucketBits-1)]
	*in = append(*in, hash&^(1<<numberBits-1)|uint64(number))
}

// pairs returns some messages that meet, in the order of their numbers.
func (u *uidSet) pairs() []pair {
	var met []pair
	for _, b := range u.buckets {
		slices.Sort(b)
		for i := 1; i < len(b) && len(met) < maxPairs; i++ {
			if b[i-1]>>numberBits == b[i]>>numberBits {
				met = append(met, pair{number(b[i-1]), number(b[i])})
			}
		}
	}
	slices.SortFunc(met, func(a, b pair) int { return int(a.first - b.first) })
	return met
}

func number(entry uint64) int64 { return int64(entry & (1<<numberBits - 1)) }

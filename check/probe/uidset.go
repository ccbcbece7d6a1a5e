package probe

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

// A uidSet finds unique-ids that repeat in a list that is not kept. Of each
// message it keeps 8 octets: its number and 40 bits of its unique-id's hash, by
// a seed of this run, in one of many buckets that 8 more bits choose. Buckets
// are filled from their beginning, and one of them with its table fits into a
// processor's cache, as do the ends of all, which a table of the whole does not.
//
// Equal ids always meet; that others do happens once in five hundred mailboxes of
// a million messages. So a meeting is no finding: it is a pair to be asked for
// again.
type uidSet struct {
	seed    maphash.Seed
	buckets [1 << bucketBits][]uint64
	left    int      // how many more are kept
	table   []uint64 // of the bucket that is looked through
	met     []pair
}

// A pair is two messages that may have the same unique-id.
type pair struct{ first, second int64 }

const (
	bucketBits = 8
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

// add takes a unique-id in. An empty one is its own fault. A bucket that is full
// is looked through before it grows: there it shows if a hostile list has but a
// few, and no more are kept then.
func (u *uidSet) add(number int64, uid []byte) {
	if len(uid) == 0 || number <= 0 || number >= 1<<numberBits || u.left == 0 {
		return
	}
	hash := maphash.Bytes(u.seed, uid)
	in := &u.buckets[hash&(1<<bucketBits-1)]
	if len(*in) == cap(*in) {
		u.meet(*in)
	}
	u.left--
	*in = append(*in, hash&^(1<<numberBits-1)|uint64(number))
}

// meet notes which messages of a bucket meet.
func (u *uidSet) meet(bucket []uint64) {
	places := 1 << bits.Len(uint(2*len(bucket)))
	if len(u.table) < places {
		u.table = make([]uint64, places)
	}
	table := u.table[:places]
	clear(table)
	for _, entry := range bucket {
		at := entry >> numberBits
		for there := &table[at%uint64(places)]; ; there = &table[at%uint64(places)] {
			if *there == 0 {
				*there = entry
				break
			}
			if *there>>numberBits == entry>>numberBits {
				u.note(pair{number(*there), number(entry)})
				break
			}
			at++
		}
	}
}

func (u *uidSet) note(p pair) {
	if len(u.met) < maxPairs && !slices.Contains(u.met, p) {
		u.met = append(u.met, p)
	}
	if len(u.met) == maxPairs {
		u.left = 0
	}
}

// pairs returns some messages that meet, in the order of their numbers.
func (u *uidSet) pairs() []pair {
	for _, b := range u.buckets {
		u.meet(b)
	}
	slices.SortFunc(u.met, func(a, b pair) int { return int(a.second - b.second) })
	return u.met
}

func number(entry uint64) int64 { return int64(entry & (1<<numberBits - 1)) }

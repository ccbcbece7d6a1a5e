package maildrop

import (
	"fmt"
	"hash/maphash"
	"math/bits"
	"slices"

	"check_pop3x/check/fault"
)

// maxUID is the length of a unique-id at most, in characters from 0x21 to 0x7E
// (RFC 1939, section 7).
const maxUID = 70

// CheckUID returns a fault if a unique-id is malformed, else nil.
func CheckUID(message int64, uid []byte) error {
	switch {
	case len(uid) == 0:
		return fault.New(fault.Consistency, "the UID of message %d is empty", message).Because(fault.IndexDamaged)
	case len(uid) > maxUID:
		return fault.New(fault.Consistency, "the UID of message %d has %d characters, %d are allowed", message, len(uid), maxUID).Because(fault.IndexDamaged)
	case uid[0] == ' ':
		said := fmt.Sprintf("%d %s", message, uid)
		return &fault.Error{Kind: fault.Consistency, Text: "a line of UIDL has several blanks where RFC 1939 has one", Said: said, Problem: fault.OddBlanks}
	}
	for _, c := range uid {
		if c < 0x21 || c > 0x7E {
			return fault.New(fault.Consistency, "the UID of message %d has the character 0x%02X", message, c).Because(fault.IndexDamaged)
		}
	}
	return nil
}

// A UIDSet finds unique-ids that occur twice in a list that is not kept. For
// each message it keeps 8 octets, its number and 40 bits of its unique-id's hash
// with a seed of this run, in one of many buckets that 8 more bits choose.
// Buckets are filled from their beginning, and one of them with its table fits
// into a processor's cache, as do the ends of all; a table of the whole would
// not.
//
// Equal ids always collide. Different ones do so once in five hundred mailboxes
// of a million messages, so that a collision is no finding yet: the caller asks
// the server for both ids again.
type UIDSet struct {
	seed     maphash.Seed
	buckets  [1 << bucketBits][]uint64
	room     int      // how many more ids are kept
	table    []uint64 // hash table of the bucket that is searched
	collided []Pair
}

// A Pair is two messages that may have the same unique-id.
type Pair struct{ First, Second int64 }

const (
	bucketBits = 8
	numberBits = 24      // up to pop3.MaxMessages
	maxTracked = 2 << 20 // messages; later ones are not compared
	maxPairs   = 8       // one is enough, unless it was chance
)

// NewUIDSet returns a set for that many messages. It takes 9 octets for each,
// and less than 24 if the buckets are filled unevenly.
func NewUIDSet(messages int64) *UIDSet {
	u := &UIDSet{seed: maphash.MakeSeed(), room: maxTracked}
	size := int(min(messages, maxTracked)) >> bucketBits
	size += size / 8
	all := make([]uint64, size<<bucketBits)
	for i := range u.buckets {
		u.buckets[i] = all[i*size : i*size : (i+1)*size]
	}
	return u
}

// Add takes the unique-id of a message. An empty one is ignored; it is a fault of
// its own. A bucket that is full is searched before it grows: so a hostile list
// of few different ids is noticed, and no more of it is kept.
func (u *UIDSet) Add(message int64, uid []byte) {
	if len(uid) == 0 || message <= 0 || message >= 1<<numberBits || u.room == 0 {
		return
	}
	hash := maphash.Bytes(u.seed, uid)
	bucket := &u.buckets[hash&(1<<bucketBits-1)]
	if len(*bucket) == cap(*bucket) {
		u.search(*bucket)
	}
	u.room--
	*bucket = append(*bucket, hash&^(1<<numberBits-1)|uint64(message))
}

// search notes which messages of a bucket collide.
func (u *UIDSet) search(bucket []uint64) {
	slots := 1 << bits.Len(uint(2*len(bucket)))
	if len(u.table) < slots {
		u.table = make([]uint64, slots)
	}
	table := u.table[:slots]
	clear(table)
	for _, entry := range bucket {
		at := entry >> numberBits
		for slot := &table[at%uint64(slots)]; ; slot = &table[at%uint64(slots)] {
			if *slot == 0 {
				*slot = entry
				break
			}
			if *slot>>numberBits == entry>>numberBits {
				u.note(Pair{numberOf(*slot), numberOf(entry)})
				break
			}
			at++
		}
	}
}

func (u *UIDSet) note(p Pair) {
	if len(u.collided) < maxPairs && !slices.Contains(u.collided, p) {
		u.collided = append(u.collided, p)
	}
	if len(u.collided) == maxPairs {
		u.room = 0
	}
}

// Pairs returns up to eight pairs of messages that collide, in the order of
// their numbers.
func (u *UIDSet) Pairs() []Pair {
	for _, b := range u.buckets {
		u.search(b)
	}
	slices.SortFunc(u.collided, func(a, b Pair) int { return int(a.Second - b.Second) })
	return u.collided
}

func numberOf(entry uint64) int64 { return int64(entry & (1<<numberBits - 1)) }

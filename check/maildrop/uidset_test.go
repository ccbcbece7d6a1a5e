package maildrop

import (
	"fmt"
	"slices"
	"testing"
	"unsafe"
)

// fill puts in as many different unique-ids.
func fill(u *UIDSet, messages int64) {
	var uid []byte
	for n := range messages {
		uid = fmt.Appendf(uid[:0], "pop3test-%07d", n)
		u.Add(n+1, uid)
	}
}

// Whatever repeats is found, wherever it stands.
func TestRepeatsAreFound(t *testing.T) {
	for _, messages := range []int64{0, 2, 5, 1000, 50_000} {
		u := NewUIDSet(messages)
		fill(u, messages)
		if met := u.Pairs(); met != nil {
			t.Errorf("of %d different ones: %v", messages, met)
		}
		u.Add(messages+1, []byte("twice"))
		u.Add(messages+2, []byte("once"))
		u.Add(messages+3, []byte("twice"))
		if met := u.Pairs(); !slices.Contains(met, Pair{messages + 1, messages + 3}) {
			t.Errorf("behind %d: %v", messages, met)
		}
	}
}

// A hostile list of one unique-id, or of numbers that are none, costs no more
// than any other.
func TestUIDSetIsBounded(t *testing.T) {
	u := NewUIDSet(1 << 62)
	for n := range int64(maxTracked + 10) {
		u.Add(n, []byte("same"))
	}
	if met := u.Pairs(); len(met) != maxPairs {
		t.Errorf("%d pairs", len(met))
	}
	octets := 0
	for _, b := range u.buckets {
		octets += cap(b) * int(unsafe.Sizeof(b[0]))
	}
	if octets > 24*maxTracked {
		t.Errorf("%d octets for %d messages", octets, maxTracked)
	}
}

func BenchmarkUIDSet(b *testing.B) {
	const messages = 1_000_000
	for b.Loop() {
		u := NewUIDSet(messages)
		fill(u, messages)
		if u.Pairs() != nil {
			b.Fatal("different ones meet")
		}
	}
}

package maildrop

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

func TestCheckUID(t *testing.T) {
	for uid, want := range map[string]string{
		"whqtswO00WBw418f9t5JxYwZ": "", "!": "", "~": "", strings.Repeat("x", 70): "",
		"": "is empty", strings.Repeat("x", 71): "has 71 characters", "a b": "0x20", "a\x7f": "0x7F", "\xff": "0xFF", "a\x00": "0x00",
	} {
		err := CheckUID(3, []byte(uid))
		if (err != nil) != (want != "") || err != nil && !(strings.Contains(err.Error(), want) && strings.Contains(err.Error(), "message 3 ")) {
			t.Errorf("%q: %v", uid, err)
		}
	}
}

// fill adds as many different unique-ids.
func fill(u *UIDSet, messages int64) {
	var uid []byte
	for n := range messages {
		uid = fmt.Appendf(uid[:0], "pop3test-%07d", n)
		u.Add(n+1, uid)
	}
}

// Equal ids are found, wherever they are in the list.
func TestRepeatsAreFound(t *testing.T) {
	for _, messages := range []int64{0, 2, 5, 1000, 50_000} {
		u := NewUIDSet(messages)
		fill(u, messages)
		if pairs := u.Pairs(); pairs != nil {
			t.Errorf("of %d different ones: %v", messages, pairs)
		}
		u.Add(messages+1, []byte("twice"))
		u.Add(messages+2, []byte("once"))
		u.Add(messages+3, []byte("twice"))
		if pairs := u.Pairs(); !slices.Contains(pairs, Pair{messages + 1, messages + 3}) {
			t.Errorf("after %d: %v", messages, pairs)
		}
	}
}

// A hostile list, of one unique-id or of too many messages, takes no more memory
// than any other.
func TestUIDSetIsBounded(t *testing.T) {
	u := NewUIDSet(1 << 62)
	for n := range int64(maxTracked + 10) {
		u.Add(n, []byte("same"))
	}
	if pairs := u.Pairs(); len(pairs) != maxPairs {
		t.Errorf("%d pairs", len(pairs))
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

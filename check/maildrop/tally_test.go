package maildrop

import (
	"math"
	"testing"
)

func TestTally(t *testing.T) {
	var index Index
	sizes, ids := index.Begin("list", true), index.Begin("uidl", false)
	for number, octets := range []int64{100, 200, 300} {
		sizes.Add(int64(number+1), octets)
		ids.Add(int64(number+1), 0)
	}
	for stat, want := range map[Size]int{{3, 600}: 0, {3, 601}: 1, {2, 600}: 2} {
		if got := index.Mismatches(stat); len(got) != want {
			t.Errorf("%v: %v", stat, got)
		}
	}
	if !sizes.Between(Size{2, 300}, Size{4, 900}) || !sizes.Between(Size{4, 900}, Size{3, 600}) || sizes.Between(Size{3, 100}, Size{3, 599}) ||
		!ids.Between(Size{3, 0}, Size{4, 0}) || ids.Between(Size{4, 0}, Size{5, 0}) {
		t.Error("a tally is between two sizes, or at one of them")
	}
	if sizes.OutOfOrder() != nil || sizes.Overflow() != nil {
		t.Error(sizes.OutOfOrder(), sizes.Overflow())
	}
	sizes.Add(9, math.MaxInt64)
	sizes.Add(3, 0)
	if err := sizes.OutOfOrder(); err == nil || err.Error() != "line 4 is for message 9 [consistency]" || sizes.Overflow() == nil {
		t.Error(err, sizes.Overflow())
	}
}

func TestTallyWords(t *testing.T) {
	for _, c := range []struct {
		sizes    bool
		messages []int64 // their octets
		want     string
	}{
		{true, nil, "0 messages of 0 octets"},
		{true, []int64{1}, "1 message of 1 octet"},
		{true, []int64{1, 1}, "2 messages of 2 octets"},
		{false, []int64{1}, "1 message"},
		{false, []int64{1, 1}, "2 messages"},
	} {
		var index Index
		tally := index.Begin("list", c.sizes)
		for i, octets := range c.messages {
			tally.Add(int64(i+1), octets)
		}
		if got := tally.String(); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
	if got := (Size{1, 1}).String(); got != "1 of 1 octet" {
		t.Errorf("%q", got)
	}
}

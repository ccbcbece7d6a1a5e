package maildrop

import "testing"

// A scan is the first message and the last ones.
func TestScan(t *testing.T) {
	for _, c := range []struct {
		messages, count int64
		want            []int64
	}{
		{1, 1, []int64{1}}, {9, 1, []int64{9}}, {9, 2, []int64{1, 9}}, {9, 4, []int64{1, 7, 8, 9}}, {3, 3, []int64{1, 2, 3}},
	} {
		for i, want := range c.want {
			if got := (Scan{messages: c.messages, count: c.count}).Number(int64(i)); got != want {
				t.Errorf("%d of %d: %d, want %d", i, c.count, got, want)
			}
		}
	}
}

// Without a number that says how many, two headers are read, or for matches many
// if that is cheap; those that are left out then matter.
func TestNewScan(t *testing.T) {
	match := []Match{{Header: "Subject"}}
	for _, c := range []struct {
		plan           Plan
		messages       int64
		cheap          bool
		length, unread int64
	}{
		{Plan{}, 9, true, 1, 0},
		{Plan{Headers: true, Scan: AsNeeded}, 9, true, 2, 0},
		{Plan{Headers: true, Scan: AsNeeded}, 1, true, 1, 0},
		{Plan{Headers: true, Scan: AsNeeded, Match: match}, 9, true, 9, 0},
		{Plan{Headers: true, Scan: AsNeeded, Match: match}, 9, false, 2, 7},
		{Plan{Headers: true, Scan: AsNeeded, Match: match}, 300, true, 256, 44},
		{Plan{Headers: true, Scan: All, Match: match}, 300, false, 300, 0},
		{Plan{Headers: true, Scan: 50, Match: match}, 300, true, 50, 0},
		{Plan{Headers: true, Scan: 50, Match: match}, 9, true, 9, 0},
	} {
		if s := NewScan(c.plan, c.messages, c.cheap); s.Len() != c.length || s.Unread() != c.unread {
			t.Errorf("%+v of %d: %d read, %d unread", c.plan, c.messages, s.Len(), s.Unread())
		}
	}
}

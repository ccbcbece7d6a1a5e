package maildrop

import (
	"strings"
	"testing"
)

// What reset makes of the sizes before DELE, after it and after RSET.
func TestCheckReset(t *testing.T) {
	for _, c := range []struct {
		before, marked, after Size
		ok                    bool
	}{
		{Size{5, 500}, Size{4, 400}, Size{5, 500}, true},
		{Size{1, 500}, Size{0, 0}, Size{1, 500}, true},
		{Size{1, 0}, Size{0, 0}, Size{1, 0}, true},
		{Size{5, 500}, Size{5, 450}, Size{6, 550}, true}, // one came behind DELE
		{Size{5, 500}, Size{4, 400}, Size{6, 550}, true}, // one came behind STAT
		{Size{5, 500}, Size{6, 500}, Size{8, 700}, true},

		{Size{5, 500}, Size{5, 500}, Size{5, 500}, false}, // DELE did nothing
		{Size{5, 500}, Size{4, 400}, Size{4, 400}, false}, // RSET did nothing
		{Size{5, 500}, Size{3, 300}, Size{5, 500}, false},
		{Size{5, 500}, Size{4, 400}, Size{5, 490}, false},
		{Size{5, 500}, Size{4, 600}, Size{5, 500}, false},
		{Size{5, 500}, Size{0, 0}, Size{0, 0}, false},
	} {
		if err := CheckReset(c.before, c.marked, c.after); (err == nil) != c.ok {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestCheckUID(t *testing.T) {
	for uid, want := range map[string]string{
		"whqtswO00WBw418f9t5JxYwZ": "", "!": "", "~": "", strings.Repeat("x", 70): "",
		"": "is empty", strings.Repeat("x", 71): "has 71 characters", "a b": "0x20", "a\x7f": "0x7F", "\xff": "0xFF", "a\x00": "0x00",
	} {
		if got := CheckUID(3, []byte(uid)); got != want && !strings.Contains(got, "message 3 ") || want == "" != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %s", uid, got)
		}
	}
}

// The numbers that a scan reads: the first message's and the last ones'.
func TestScan(t *testing.T) {
	for _, c := range []struct {
		messages, count int64
		want            []int64
	}{
		{1, 1, []int64{1}}, {9, 1, []int64{9}}, {9, 2, []int64{1, 9}}, {9, 4, []int64{1, 7, 8, 9}}, {3, 3, []int64{1, 2, 3}},
	} {
		for i, want := range c.want {
			if got := (Scan{c.messages, c.count}).Number(int64(i)); got != want {
				t.Errorf("%d of %d: %d, want %d", i, c.count, got, want)
			}
		}
	}
}

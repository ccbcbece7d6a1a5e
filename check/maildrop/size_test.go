package maildrop

import "testing"

// The sizes before DELE, after it and after RSET.
func TestCheckReset(t *testing.T) {
	for _, c := range []struct {
		before, marked, after Size
		ok                    bool
	}{
		{Size{5, 500}, Size{4, 400}, Size{5, 500}, true},
		{Size{1, 500}, Size{0, 0}, Size{1, 500}, true},
		{Size{1, 0}, Size{0, 0}, Size{1, 0}, true},
		{Size{5, 500}, Size{5, 450}, Size{6, 550}, true}, // one arrived after DELE
		{Size{5, 500}, Size{4, 400}, Size{6, 550}, true}, // one arrived after STAT
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

// Servers count line ends as two octets or as one, and a last line without an end
// as it is.
func TestLengthMatches(t *testing.T) {
	for _, c := range []struct {
		octets, lines, listed int64
		want                  bool
	}{
		{100, 4, 100, true}, {100, 4, 96, true}, {100, 4, 98, true}, {100, 4, 95, true}, {0, 0, 0, true},
		{100, 4, 101, false}, {100, 4, 99, false}, {100, 4, 97, false}, {0, 0, -2, false},
	} {
		if got := LengthMatches(c.octets, c.lines, c.listed); got != c.want {
			t.Errorf("%d octets in %d lines, listed as %d: %v", c.octets, c.lines, c.listed, got)
		}
	}
}

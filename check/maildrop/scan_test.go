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
			if got := (Scan{c.messages, c.count}).Number(int64(i)); got != want {
				t.Errorf("%d of %d: %d, want %d", i, c.count, got, want)
			}
		}
	}
}

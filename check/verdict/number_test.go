package verdict

import (
	"math"
	"testing"
)

// Whole numbers are exact up to the last one, where a float64 is not.
func TestWholeNumbersAreExact(t *testing.T) {
	for n, want := range map[int64]string{
		9007199254740993: "9007199254740993", math.MaxInt64: "9223372036854775807", -1: "-1", 0: "0",
	} {
		if got := Whole(n); got.Text(6) != want || got.Int() != n {
			t.Errorf("got %s, %d, want %s", got.Text(6), got.Int(), want)
		}
	}
	if got := Real(1.5); got.Text(3) != "1.500" || got.Text(-1) != "1.5" || got.Int() != 1 {
		t.Errorf("%+v", got)
	}
}

// One octet more than the limit is one too many, whatever a float64 makes of it.
func TestLimitsAreExact(t *testing.T) {
	for _, c := range []struct {
		limit  string
		n      int64
		alerts bool
	}{
		{"9008TB", 9008000000000000, false},
		{"9008TB", 9008000000000001, true},
		{"9008TB:", 9007999999999999, true},
		{"@9008TB:9009TB", 9008000000000000, true},
		{"@9008TB:9009TB", 9009000000000001, false},
		{"8388608TiB", math.MaxInt64, false}, // 2^63
		{"8388608TiB:", math.MaxInt64, true},
		{"8388607TiB", math.MaxInt64, true},
		{"~:10", math.MinInt64, false},
		{"1.5", 1, false},
		{"1.5", 2, true},
	} {
		r, err := ParseRange(c.limit, Bytes)
		if err != nil || r.Alerts(Whole(c.n)) != c.alerts {
			t.Errorf("%s at %d: %v, alerts is not %v", c.limit, c.n, err, c.alerts)
		}
	}
}

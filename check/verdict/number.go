package verdict

import (
	"cmp"
	"math"
	"strconv"
)

// A Number is a value of a metric. A whole number is exact up to 2^63-1, which a
// float64 is up to 2^53 only.
type Number struct {
	near  float64 // the number, or the float64 nearest to it
	whole int64
	exact bool // whole is the number
}

// Whole returns a whole number.
func Whole(n int64) Number { return Number{float64(n), n, true} }

// Real returns a number that need not be whole.
func Real(v float64) Number { return Number{near: v} }

// Float returns the number, or the float64 nearest to it.
func (n Number) Float() float64 { return n.near }

// Int returns the number, without its decimals.
func (n Number) Int() int64 {
	if n.exact {
		return n.whole
	}
	return int64(n.near)
}

// Text writes the number plainly, with that many decimals unless it is whole.
// With -1 they are as many as it takes to read back the same number.
func (n Number) Text(decimals int) string {
	if n.exact {
		return strconv.FormatInt(n.whole, 10)
	}
	return strconv.FormatFloat(n.near, 'f', decimals, 64)
}

// isFinite reports whether the number can be shown.
func (n Number) isFinite() bool { return !math.IsInf(n.near, 0) }

// compare compares the number with a bound, like cmp.Compare. If a whole number
// is nearest to the bound, the bound is whole, too, or below 2^53 and exact.
func (n Number) compare(bound float64) int {
	if n.exact && n.near == bound && bound < 1<<63 {
		return cmp.Compare(n.whole, int64(bound))
	}
	if n.exact && n.near == bound {
		return -1 // no int64 reaches 2^63
	}
	return cmp.Compare(n.near, bound)
}

package verdict

import (
	"strconv"
	"strings"

	"check_pop3x/check/fault"
)

// octets is a size that is beyond the limit, in the unit in which the limit was
// typed: "1.92 MB". If that is too small or too inexact to be told from the limit,
// it is in octets.
func (r *Range) octets(n Number) string {
	number, unit, _ := strings.Cut(r.passed(n), " ")
	for _, s := range sizes {
		if !strings.EqualFold(s.unit, unit) || s.octets == 1 {
			continue
		}
		in := n.Float() / s.octets
		shown := threeDigits(in)
		limit, _ := decimal(number)
		if v, _ := decimal(shown); in >= 1 && v != limit {
			return shown + " " + unit
		}
	}
	return fault.Count(n.Int(), "octet")
}

// threeDigits writes a number with three digits, or as a whole one.
func threeDigits(v float64) string {
	digits := 0
	switch {
	case v < 9.995:
		digits = 2
	case v < 99.95:
		digits = 1
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}

package verdict

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A Unit reads one bound of a range into the base unit of a metric.
type Unit struct {
	Suffix  string // of the metric in perfdata: "s", "B" or none
	Example string // a bound, for error messages
	parse   func(string) (float64, error)
}

// The units that limits are given in.
var (
	// Seconds are durations: a number of seconds, or 500ms, 2s, 1m30s.
	Seconds = Unit{Suffix: "s", Example: "2s", parse: seconds}
	// Days are whole or broken days without a unit.
	Days = Unit{Example: "30", parse: decimal}
)

// seconds reads a number of seconds or a duration with units.
func seconds(text string) (float64, error) {
	if v, err := decimal(text); err == nil {
		return v, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a time", text)
	}
	return d.Seconds(), nil
}

// maxDigits keeps a number within what a double and six decimals can say.
const maxDigits = 15

// decimal reads a plain decimal number: no exponent, no underscore, no hex, no
// infinity.
func decimal(text string) (float64, error) {
	digits := strings.TrimLeft(text, "+-")
	plain := len(text)-len(digits) <= 1 && strings.Trim(digits, "0123456789.") == ""
	v, err := strconv.ParseFloat(text, 64)
	if !plain || err != nil || len(strings.Replace(digits, ".", "", 1)) > maxDigits {
		return 0, fmt.Errorf("%q is not a number", text)
	}
	return v, nil
}

// MaxDuration bounds a timeout.
const MaxDuration = 24 * time.Hour

// ParseDuration reads a timeout: above zero, at most MaxDuration.
func ParseDuration(text string) (time.Duration, error) {
	v, err := seconds(strings.TrimSpace(text))
	if err != nil {
		return 0, err
	}
	if v <= 0 || v > MaxDuration.Seconds() {
		return 0, fmt.Errorf("%q is not between 0 and 24h", text)
	}
	return max(time.Duration(math.Round(v*float64(time.Second))), 1), nil
}

package verdict

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A Unit reads one bound of a range into the base unit of a metric.
type Unit struct {
	Suffix  string // of the metric in performance data: "s", "B" or none
	Example string // a bound, for error messages
	thing   string // what a plain number counts, in words; "" if Suffix says it
	parse   func(string) (float64, error)
}

// The units that limits are given in.
var (
	// Seconds are durations: a number of seconds, or 500ms, 2s, 1m30s.
	Seconds = Unit{Suffix: "s", Example: "2s", parse: seconds}
	// Count is a number of things.
	Count = Unit{Example: "100", parse: decimal}
	// Days are a number of days.
	Days = Unit{Example: "30", thing: "day", parse: decimal}
	// Bytes are octets: a number of them, or 10MiB, 1.5GB.
	Bytes = Unit{Suffix: "B", Example: "10MiB", thing: "octet", parse: octets}
	// Age is a duration that may be long: 90s, 36h, 3d, 1w2d.
	Age = Unit{Suffix: "s", Example: "36h", parse: age}
)

// spelled is a unit whose letter alone is not clear enough for people; "" if it is.
func spelled(unit string) string {
	switch unit {
	case "d":
		return "day"
	case "w":
		return "week"
	case "m":
		return "minute"
	}
	return ""
}

// words is a bound as it was typed, for people: "200 ms", "1m30s", "7 days".
func (u Unit) words(typed string) string {
	number := strings.TrimRightFunc(typed, unicode.IsLetter)
	unit := typed[len(number):]
	thing := cmp.Or(spelled(unit), u.thing)
	switch {
	case unit != "" && strings.Trim(number, "+-.0123456789 ") != "":
		return typed // several units
	case unit != "" && spelled(unit) == "":
		return strings.TrimSpace(number) + " " + unit
	case thing == "":
		return strings.TrimSpace(number + " " + u.Suffix)
	case number == "1":
		return "1 " + thing
	}
	return number + " " + thing + "s"
}

// reads reports whether a bound can be read.
func (u Unit) reads(bound string) bool {
	_, err := u.parse(bound)
	return err == nil
}

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

// long are the units that time.ParseDuration lacks, the longest first.
var long = []struct {
	unit    string
	seconds float64
}{{"w", 7 * 24 * 60 * 60}, {"d", 24 * 60 * 60}}

// age reads a number of seconds, or weeks, days and a duration, in that order.
func age(text string) (float64, error) {
	wrong := fmt.Errorf("%q is not an age", text)
	sum, rest := 0.0, text
	for _, l := range long {
		number, behind, found := strings.Cut(rest, l.unit)
		if !found {
			continue
		}
		v, err := decimal(number)
		if err != nil {
			return 0, wrong
		}
		sum, rest = sum+v*l.seconds, behind
	}
	if rest == "" && text != "" {
		return sum, nil
	}
	v, err := seconds(rest)
	if err != nil || rest != text && strings.ContainsAny(rest[:1], "+-") {
		return 0, wrong
	}
	return sum + v, nil
}

// sizes are the multiples of an octet, decimal and binary, the longer names
// first.
var sizes = []struct {
	unit   string
	octets float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1},
}

// octets reads a number of octets or a size with its unit, in any case.
func octets(text string) (float64, error) {
	for _, s := range sizes {
		at := len(text) - len(s.unit)
		if at < 0 || !strings.EqualFold(text[at:], s.unit) {
			continue
		}
		if v, err := decimal(strings.TrimSpace(text[:at])); err == nil {
			return v * s.octets, nil
		}
		break
	}
	if v, err := decimal(text); err == nil {
		return v, nil
	}
	return 0, fmt.Errorf("%q is not a size, the units are B, KB, KiB, MB, MiB, GB, GiB, TB, TiB", text)
}

// ParseOctets reads a whole number of octets from 1 to most.
func ParseOctets(text string, most int64) (int64, error) {
	v, err := octets(strings.TrimSpace(text))
	if err != nil {
		return 0, err
	}
	if v < 1 || v > float64(most) {
		return 0, fmt.Errorf("%q is not between 1 and %d octets", text, most)
	}
	return int64(v), nil
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

// ParsePause reads a time that may be 0, and is at most MaxDuration, which may be
// written as 1d.
func ParsePause(text string) (time.Duration, error) {
	typed := strings.TrimSpace(text)
	if v, err := seconds(typed); err == nil && v == 0 {
		return 0, nil
	}
	if typed == "1d" {
		return MaxDuration, nil
	}
	return ParseDuration(text)
}

// ParseDays reads a time as ages have it, such as 12h or 1d: from a second to four
// weeks.
func ParseDays(text string) (time.Duration, error) {
	const most = 4 * 7 * 24 * time.Hour
	v, err := age(strings.TrimSpace(text))
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is not a time", text)
	case v < 1 || v > most.Seconds():
		return 0, fmt.Errorf("%q must be at least 1s and at most 4w", text)
	}
	return time.Duration(v * float64(time.Second)), nil
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
		return 0, fmt.Errorf("%q must be more than 0 and at most 24h", text)
	}
	return max(time.Duration(math.Round(v*float64(time.Second))), 1), nil
}

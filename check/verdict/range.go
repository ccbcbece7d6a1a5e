package verdict

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/olorin/nagiosplugin"
)

// A Range is a threshold of the plugin guidelines, [@][start:][end]: a value
// outside of it alerts, one inside with @. Both ends belong to it.
type Range struct {
	nagiosplugin.Range
	start, end string // its bounds in words, with the units that the user typed: "200 ms"
}

// ParseRange reads a range whose bounds are in unit. The error names the range,
// what is wrong with it, and what to type instead.
func ParseRange(text string, unit Unit) (*Range, error) {
	body, inside := strings.CutPrefix(strings.TrimSpace(text), "@")
	if body == "" || body == ":" {
		return nil, fmt.Errorf("%q is not a range: it has no bounds, type for example @%s: or %[2]s", text, unit.Example)
	}
	start, end, both := strings.Cut(body, ":")
	if !both {
		start, end = "", body
	}
	bounds, err := parseBounds(start, end, unit)
	if unread, ok := errors.AsType[*unread](err); ok {
		return nil, unread.in(text, unit)
	}
	if err != nil {
		return nil, fmt.Errorf("%q is not a range: %w", text, err)
	}
	bounds.AlertOnInside = inside
	return &Range{Range: *bounds, start: unit.words(cmp.Or(start, "0")), end: unit.words(end)}, nil
}

// parseBounds has nagiosplugin read the bounds, but only as plain numbers: it
// knows no units, panics on "", takes NaN and underscores, and refuses ":10".
func parseBounds(start, end string, unit Unit) (*nagiosplugin.Range, error) {
	low, high := "0", ""
	for _, bound := range []struct {
		typed string
		plain *string
	}{{start, &low}, {end, &high}} {
		switch {
		case bound.typed == "":
		case bound.typed == "~" && bound.plain == &low:
			low = "~"
		default:
			v, err := unit.parse(bound.typed)
			if err != nil {
				return nil, &unread{bound.typed, err}
			}
			*bound.plain = plain(v)
		}
	}
	bounds, err := nagiosplugin.ParseRange(low + ":" + high)
	switch {
	case err == nil:
		return bounds, nil
	case start == "":
		return nil, fmt.Errorf("its end lies below its start, which is 0, type ~:%s", end)
	}
	return nil, fmt.Errorf("its end lies below its start, type %s:%s", end, start)
}

// An unread is a bound that is none.
type unread struct {
	bound string
	error
}

// in is the error in a range: what is wrong with the bound is said once if it is all
// of the range.
func (u *unread) in(text string, unit Unit) error {
	wrong := u.error
	alone := text == u.bound && text[0] != '~'
	if !alone {
		wrong = fmt.Errorf("%q is not a range: %w", text, wrong)
	}
	if dotted := strings.Replace(u.bound, ",", ".", 1); dotted != u.bound && unit.reads(dotted) {
		return fmt.Errorf("%w, type %s", wrong, strings.Replace(text, u.bound, dotted, 1))
	}
	if alone {
		return fmt.Errorf("%w, type for example %s", wrong, unit.Example)
	}
	return fmt.Errorf("%w, type for example %s, %[2]s: or ~:%[2]s", wrong, unit.Example)
}

// Alerts reports whether n, in the base unit of the range, is to be reported.
func (r *Range) Alerts(n Number) bool {
	return r != nil && (n.compare(r.Start) >= 0 && n.compare(r.End) <= 0) == r.AlertOnInside
}

// AlertsBetween is Alerts for a number that lies somewhere from least to most. It
// reports known if all of these are judged alike.
func (r *Range) AlertsBetween(least, most Number) (alerts, known bool) {
	alerts = r.Alerts(least)
	apart := r != nil && (least.compare(r.Start) < 0 && most.compare(r.Start) >= 0 || least.compare(r.End) <= 0 && most.compare(r.End) > 0)
	return alerts, !apart
}

// String is the range in its base unit, as performance data has it: as a plain
// number if that means the same, because graph writers drop everything else.
func (r *Range) String() string {
	if r == nil {
		return ""
	}
	start, end := plain(r.Start), plain(r.End)
	at := ""
	if r.AlertOnInside {
		at = "@"
	}
	switch {
	case r.Start == 0 && end != "":
		return at + end
	case math.IsInf(r.Start, -1):
		start = "~"
	}
	return at + start + ":" + end
}

// Exceeded says which limit n, at which the range alerts, is beyond, with the
// unit that the user typed: "above 200 ms".
func (r *Range) Exceeded(n Number) string {
	low, high := r.Start != 0 && !math.IsInf(r.Start, -1), !math.IsInf(r.End, 1)
	switch {
	case !r.AlertOnInside && r.IsAbove(n):
		return "above " + r.end
	case !r.AlertOnInside:
		return "below " + r.start
	case low && high:
		return "between " + r.start + " and " + r.end
	case high:
		return "at most " + r.end
	case low:
		return "at least " + r.start
	}
	return "at any value"
}

// IsAbove reports whether n, at which the range alerts, is too much rather than too
// little.
func (r *Range) IsAbove(n Number) bool {
	if r.AlertOnInside {
		return r.Start > 0 || math.IsInf(r.End, 1)
	}
	return n.compare(r.End) > 0
}

// passed is the bound that n is beyond, with the unit that the user typed.
func (r *Range) passed(n Number) string {
	if r.IsAbove(n) != r.AlertOnInside && r.end != "" {
		return r.end
	}
	return r.start
}

// plain writes a number plainly; infinity is nothing.
func plain(v float64) string {
	if math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// atLeast is the range that alerts below a number, which has these words.
func atLeast(n float64, words string) *Range {
	return &Range{Range: nagiosplugin.Range{Start: n, End: math.Inf(1)}, start: words}
}

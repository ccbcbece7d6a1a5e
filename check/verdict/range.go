package verdict

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/olorin/nagiosplugin"
)

// A Range is a threshold of the plugin guidelines, [@][start:][end]: a value
// outside of it alerts, one inside with @. Both ends belong to it.
type Range struct {
	Text   string // as the user typed it
	bounds nagiosplugin.Range
}

// Alerts says whether v, in the unit that the range was read with, is to be
// reported.
func (r *Range) Alerts(v float64) bool { return r != nil && r.bounds.Check(v) }

// Inside says whether the range alerts on values inside of it.
func (r *Range) Inside() bool { return r.bounds.AlertOnInside }

// String is the range in its base unit, as perfdata has it: as a plain number
// where that means the same, because graph writers drop all else.
func (r *Range) String() string {
	if r == nil {
		return ""
	}
	start, end := bound(r.bounds.Start), bound(r.bounds.End)
	at := ""
	if r.bounds.AlertOnInside {
		at = "@"
	}
	switch {
	case r.bounds.Start == 0 && end != "":
		return at + end
	case math.IsInf(r.bounds.Start, -1):
		start = "~"
	}
	return at + start + ":" + end
}

// bound writes a number plainly; infinity is nothing.
func bound(v float64) string {
	if math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// AtLeast is the range that alerts below v.
func AtLeast(v float64) *Range {
	text := bound(v) + ":"
	return &Range{Text: text, bounds: nagiosplugin.Range{Start: v, End: math.Inf(1)}}
}

// ParseRange reads a range whose bounds are in unit. The error names the range,
// what is wrong with it, and what to type instead.
//
// nagiosplugin.ParseRange is not used: it panics on "", takes NaN and
// underscores, refuses ":10" and knows no units.
func ParseRange(text string, unit Unit) (*Range, error) {
	body := strings.TrimSpace(text)
	r := &Range{Text: body, bounds: nagiosplugin.Range{End: math.Inf(1)}}
	body, r.bounds.AlertOnInside = strings.CutPrefix(body, "@")
	if body == "" || body == ":" {
		return nil, fmt.Errorf("%q is not a range: it has no bounds, type for example @%s: or %s", text, unit.Example, unit.Example)
	}
	start, end, both := strings.Cut(body, ":")
	if !both {
		start, end = "", body
	}
	if err := r.setBounds(start, end, unit); err != nil {
		return nil, fmt.Errorf("%q is not a range: %w", text, err)
	}
	return r, nil
}

func (r *Range) setBounds(start, end string, unit Unit) (err error) {
	hint := fmt.Sprintf(", type for example %s, %[1]s: or ~:%[1]s", unit.Example)
	switch start {
	case "":
	case "~":
		r.bounds.Start = math.Inf(-1)
	default:
		if r.bounds.Start, err = unit.parse(start); err != nil {
			return fmt.Errorf("%w%s", err, hint)
		}
	}
	if end != "" {
		if r.bounds.End, err = unit.parse(end); err != nil {
			return fmt.Errorf("%w%s", err, hint)
		}
	}
	if r.bounds.Start <= r.bounds.End {
		return nil
	}
	if start == "" {
		return fmt.Errorf("its end lies below its start, which is 0, type ~:%s", end)
	}
	return fmt.Errorf("its end lies below its start, type %s:%s", end, start)
}

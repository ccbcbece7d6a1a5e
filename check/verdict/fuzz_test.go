package verdict

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	plainNumber = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$`)
	simpleRange = regexp.MustCompile(`^@?((0|[1-9][0-9]{0,8}|~):)?(0|[1-9][0-9]{0,8})$`)
	perfRange   = regexp.MustCompile(`^(@?)(?:(~|-?[0-9]+(?:\.[0-9]+)?):)?(-?[0-9]+(?:\.[0-9]+)?)?$`)
)

// boundOf reads one bound: a plain number, else a duration.
func boundOf(text string) (float64, bool) {
	if plainNumber.MatchString(text) {
		v, err := strconv.ParseFloat(text, 64)
		return v, err == nil
	}
	d, err := time.ParseDuration(text)
	return d.Seconds(), err == nil
}

// naive is the range as the guidelines have it, read without haste.
func naive(text string) (start, end float64, inside, ok bool) {
	text = strings.TrimSpace(text)
	text, inside = strings.CutPrefix(text, "@")
	left, right := "", text
	if i := strings.Index(text, ":"); i >= 0 {
		left, right = text[:i], text[i+1:]
	}
	ok = left != "" || right != ""
	start, end = 0, math.Inf(1)
	if left == "~" {
		start = math.Inf(-1)
	} else if left != "" {
		v, valid := boundOf(left)
		start, ok = v, ok && valid
	}
	if right != "" {
		v, valid := boundOf(right)
		end, ok = v, ok && valid
	}
	return start, end, inside, ok && start <= end
}

// What is accepted is a range by the guidelines, alerts as one, has no NaN and no
// infinity that was not asked for, and means the same as its own text.
func FuzzParseRange(f *testing.F) {
	for _, text := range []string{
		"10", "10:", "~:10", "10:20", "@10:20", ":10", "@", "", " ", "~5:10", "NaN", "nan:5", "inf:inf", "-inf:5", "1e3", "1_0", "2s", "500ms",
		"\t10", "20:10", "-5", "~:-5", "0.5s:2s", "1m30s", "@~:", "+5", "0x10", "1µs:", "-0:-0", "2562047h47m16.854775807s", "10|20", "1\n2",
		"9999999999999999", ".5:5.", "@@1", "1:2:3",
	} {
		f.Add(text, 0.0)
		f.Add(text, 10.000001)
	}
	f.Fuzz(func(t *testing.T, text string, v float64) {
		start, end, inside, ok := naive(text)
		r, err := ParseRange(text, Seconds)
		if err != nil {
			if ok && simpleRange.MatchString(text) {
				t.Errorf("%q is a range: %v", text, err)
			}
			return
		}
		if !ok {
			t.Fatalf("%q is no range, but taken for %s", text, r)
		}
		lower := strings.ToLower(text)
		if strings.Contains(lower, "nan") || strings.Contains(lower, "inf") || strings.Contains(text, "_") {
			t.Errorf("%q accepted", text)
		}
		for _, at := range []float64{
			v, start, end, 0, 1, -1, start - 1, start + 1, end - 1, end + 1, (start + end) / 2, math.Nextafter(start, math.Inf(-1)),
			math.Nextafter(end, math.Inf(1)), math.MaxFloat64, -math.MaxFloat64,
		} {
			if want := (start <= at && at <= end) == inside; r.Alerts(Real(at)) != want {
				t.Errorf("%q at %v: alerts is %v", text, at, r.Alerts(Real(at)))
			}
		}
		if at := max(end, 0) + 1; r.Alerts(Real(at)) && strings.TrimRight(r.Exceeded(Real(at)), "~ ") != r.Exceeded(Real(at)) {
			t.Errorf("%q at %v: %q", text, at, r.Exceeded(Real(at)))
		}
		checkText(t, text, r, start, end, inside)
	})
}

// checkText reads a range as perfdata has it, which engines must be able to.
func checkText(t *testing.T, text string, r *Range, start, end float64, inside bool) {
	t.Helper()
	s := r.String()
	m := perfRange.FindStringSubmatch(s)
	if m == nil || s == "" {
		t.Fatalf("%q is written as %q", text, s)
	}
	gotStart, gotEnd := 0.0, math.Inf(1)
	if m[2] == "~" {
		gotStart = math.Inf(-1)
	} else if m[2] != "" {
		gotStart, _ = strconv.ParseFloat(m[2], 64)
	}
	if m[3] != "" {
		gotEnd, _ = strconv.ParseFloat(m[3], 64)
	}
	if gotStart != start || gotEnd != end || (m[1] == "@") != inside {
		t.Errorf("%q is written as %q", text, s)
	}
	again, err := ParseRange(s, Seconds)
	switch {
	case err != nil && len(m[2]) <= maxDigits && len(m[3]) <= maxDigits:
		t.Errorf("%q is written as %q: %v", text, s, err)
	case err == nil && (again.String() != s || again.Range != r.Range):
		t.Errorf("%q is written as %q, that as %q", text, s, again)
	}
}

// A timeout is above zero, at most a day, and what was typed to the nanosecond.
func FuzzParseDuration(f *testing.F) {
	for _, text := range []string{
		"10", "10s", "1.5", "500ms", "1m30s", "24h", "86400", "86400.0000001", "0", "-1", "NaN", "inf", "1e3", "1_0", "0x1p3", " 10 ", "4.1", ".5s",
		"9223372036854775807ns", "99999999999999999999", "", "+3", "1h1", "\u0663",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			if d != 0 {
				t.Errorf("%q: %v besides %v", text, d, err)
			}
			if regexp.MustCompile(`^[1-9][0-9]{0,3}(s|m?s)?$`).MatchString(text) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if d <= 0 || d > MaxDuration {
			t.Errorf("%q: %v", text, d)
		}
		typed := strings.TrimSpace(text)
		want := new(big.Rat)
		if plainNumber.MatchString(typed) {
			want.SetString(strings.TrimSuffix(typed, "."))
			want.Mul(want, big.NewRat(int64(time.Second), 1))
		} else {
			exact, err := time.ParseDuration(typed)
			if err != nil {
				t.Fatalf("%q is no duration, but taken for %v", text, d)
			}
			want.SetInt64(int64(exact))
		}
		off := want.Sub(want, new(big.Rat).SetInt64(int64(d)))
		if off.Abs(off).Cmp(big.NewRat(1, 1)) > 0 {
			t.Errorf("%q: %d ns, off by %s ns", text, d, off.FloatString(3))
		}
	})
}

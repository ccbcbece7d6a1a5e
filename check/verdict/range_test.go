package verdict

import (
	"math"
	"strings"
	"testing"
)

func mustRange(t *testing.T, text string) *Range {
	t.Helper()
	r, err := ParseRange(text, Seconds)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The table of the plugin guidelines: both ends belong to the range.
func TestAlerts(t *testing.T) {
	inf := math.Inf(1)
	for _, s := range []struct {
		text        string
		alerts, not []float64
	}{
		{"10", []float64{-1, -0.000001, 10.000001, 1e9, inf, -inf}, []float64{0, 5, 10}},
		{"10:", []float64{-inf, -10, 0, 9.999999}, []float64{10, 11, 1e300, inf}},
		{"~:10", []float64{10.000001, 1e9, inf}, []float64{-inf, -1e300, 0, 10}},
		{"10:20", []float64{9.999999, 20.000001, 0, -15}, []float64{10, 15, 20}},
		{"@10:20", []float64{10, 15, 20}, []float64{9.999999, 20.000001, 0, -15, inf}},
		{"@10", []float64{0, 5, 10}, []float64{-0.000001, 10.000001}},
		{"@10:", []float64{10, 1e300, inf}, []float64{9.999999, -inf}},
		{"@~:10", []float64{-inf, 0, 10}, []float64{10.000001}},
		{"0", []float64{-0.000001, 0.000001}, []float64{0}},
		{"10:10", []float64{9.999999, 10.000001}, []float64{10}},
		{"0:", []float64{-0.000001}, []float64{0, inf}},
		{"~:", nil, []float64{-inf, 0, inf}},
		{"@~:", []float64{-inf, 0, inf}, nil},
		{"-20:-10", []float64{-21, -9.999999, 0}, []float64{-20, -15, -10}},
		{"~:-10", []float64{-9.999999, 0}, []float64{-10, -inf}},
		{"500ms", []float64{0.500001}, []float64{0.5, 0}},
		{"0.5s:2s", []float64{0.499999, 2.000001}, []float64{0.5, 2}},
		{"@1s:2s", []float64{1, 2}, []float64{0.999999, 2.000001}},
		{"~:3s", []float64{3.000001}, []float64{3, -1}},
		{"1m30s", []float64{90.000001}, []float64{90}},
	} {
		r := mustRange(t, s.text)
		for _, v := range s.alerts {
			if !r.Alerts(Real(v)) {
				t.Errorf("%s does not alert at %v", s.text, v)
			}
		}
		for _, v := range s.not {
			if r.Alerts(Real(v)) {
				t.Errorf("%s alerts at %v", s.text, v)
			}
		}
		if r.AlertOnInside != (s.text[0] == '@') {
			t.Errorf("%s: inside is %v", s.text, r.AlertOnInside)
		}
	}
}

// In perfdata a range is in base units, and a plain number where it means the
// same.
func TestRangeString(t *testing.T) {
	for text, want := range map[string]string{
		"10": "10", "0:10": "10", ":10": "10", "10:": "10:", "~:10": "~:10", "10:20": "10:20", "@10:20": "@10:20", "@0:20": "@20",
		"@:20": "@20", "@20": "@20", "@10:": "@10:", "0:": "0:", "@0:": "@0:", "~:": "~:", "@~:": "@~:", "0": "0", "~:-5": "~:-5", "-5:-1": "-5:-1",
		"2s": "2", "500ms": "0.5", "0.5s:2s": "0.5:2", "1m30s": "90", "1h:": "3600:", "@1s:2s": "@1:2", "~:3s": "~:3", "1.50": "1.5",
		"1µs": "0.000001", "+5": "5", "5.": "5", ".5": "0.5", "1000000": "1000000", "123456789012": "123456789012", " 2s ": "2", "\t10\n": "10",
	} {
		r := mustRange(t, text)
		if r.String() != want {
			t.Errorf("%q: got %s, want %s", text, r, want)
		}
	}
}

// The limit that is exceeded, with the unit that was typed.
func TestExceeded(t *testing.T) {
	for _, s := range []struct {
		text string
		unit Unit
		v    float64
		want string
	}{
		{"200ms", Seconds, 0.246, "above 200 ms"},
		{"2", Seconds, 2.5, "above 2 s"},
		{" ~:1.5s ", Seconds, 2, "above 1.5 s"},
		{"1m30s", Seconds, 91, "above 1m30s"},
		{"100µs", Seconds, 91, "above 100 µs"},
		{"0.5s:2s", Seconds, 3, "above 2 s"},
		{"0.5s:2s", Seconds, 0.1, "below 0.5 s"},
		{"7:", Days, 5, "below 7 days"},
		{"1:", Days, 0, "below 1 day"},
		{"5", Days, -1, "below 0 days"},
		{"1kB", Bytes, 2014, "above 1 kB"},
		{"1.5 GB", Bytes, 2e9, "above 1.5 GB"},
		{"1000", Bytes, 2014, "above 1000 octets"},
		{"36h", Age, 1e6, "above 36 h"},
		{"1w2d", Age, 1e6, "above 1w2d"},
		{"7d", Age, 1e6, "above 7 days"},
		{"1d", Age, 1e6, "above 1 day"},
		{"2w:", Age, 1e6, "below 2 weeks"},
		{"30m", Seconds, 1e6, "above 30 minutes"},
		{"90", Age, math.Inf(1), "above 90 s"},
		{"10", Count, 11, "above 10"},
		{"1:", Count, 0, "below 1"},
		{"@10:20", Count, 15, "between 10 and 20"},
		{"@5", Count, 0, "at most 5"},
		{"@~:5", Count, 0, "at most 5"},
		{"@5:", Count, 9, "at least 5"},
		{"@~:", Count, 9, "at any value"},
		{"@0:", Count, 9, "at any value"},
	} {
		r, err := ParseRange(s.text, s.unit)
		if err != nil || !r.Alerts(Real(s.v)) {
			t.Errorf("%q does not alert at %v: %v", s.text, s.v, err)
		} else if got := r.Exceeded(Real(s.v)); got != s.want {
			t.Errorf("%q at %v: %q", s.text, s.v, got)
		}
	}
}

func TestNoRange(t *testing.T) {
	var r *Range
	if r.Alerts(Real(1)) || r.String() != "" {
		t.Error("no range alerts never")
	}
}

func TestAtLeast(t *testing.T) {
	r := atLeast(1.5, "36 h")
	if !r.Alerts(Real(1.4)) || r.Alerts(Real(1.5)) || !r.Alerts(Real(-1)) || r.String() != "1.5:" || r.Exceeded(Real(1)) != "below 36 h" {
		t.Errorf("%+v", r)
	}
	if r := atLeast(0, "0 days"); !r.Alerts(Real(-1)) || r.Alerts(Real(0)) || r.String() != "0:" {
		t.Errorf("%+v", r)
	}
}

// What nagiosplugin.ParseRange gets wrong (it panics, alerts at every value or
// drops a bound), and what else is no range. The message names the range and
// what to type.
func TestRangesThatAreNone(t *testing.T) {
	for text, remedy := range map[string]string{
		"": "2s", " ": "2s", "\t\n": "2s", // it panics
		"@": "@2s:", "@:": "@2s:", ":": "2s", // it has no bounds
		"~5:10": "~:2s", "5:~": "~:2s", "~": "~:2s", "~~:5": "~:2s", // a bound would be lost
		"NaN": "2s", "nan:5": "2s", "5:NaN": "2s", "@nan": "2s", // it alerts at every value
		"inf:inf": "2s", "-inf:5": "2s", "5:Infinity": "2s", "+Inf": "2s",
		"1e3": "2s", "1_0": "2s", "0x10": "2s", "0b1": "2s", "0x1p3": "2s", "1E3": "2s", "1e": "2s", "1_000s": "2s",
		"20:10": "type 10:20", "2s:500ms": "type 500ms:2s", "-5:-10": "type -10:-5", "@20:10": "10:20",
		"-5": "type ~:-5", "-5s": "type ~:-5s", ":-5": "type ~:-5", "@-5": "~:-5",
		"10:20:30": "2s", "1 0": "2s", "10 s": "2s", "10: 20": "2s", "@ 10": "2s", "1,5": "type 1.5", "1:2,5s": "type 1:2.5s", "2seconds": "time, type for example 2s", "10%": "2s", "10x": "2s", "s": "2s",
		"1..5": "2s", ".": "2s", "-": "2s", "+": "2s", "--5": "2s", "+-5": "2s", "5-": "2s", "1.2.3": "2s", "\u0661": "2s", "10\x00": "2s",
		"10\n20": "2s", "@@10": "2s", "10@": "2s", "10|x=1": "2s", "99999999999999999999": "2s", "1" + strings.Repeat("0", 400): "2s",
		"9999999999999h": "2s", "0.00000000000000000000001": "2s",
	} {
		r, err := ParseRange(text, Seconds)
		if err == nil {
			t.Errorf("%q is taken for %s", text, r)
			continue
		}
		if said := err.Error(); !strings.Contains(said, "type ") || !strings.Contains(said, remedy) {
			t.Errorf("%q: %q does not say what to type: %s", text, said, remedy)
		} else if plain := strings.Trim(text, " \t\n"); plain != "" && strings.IndexFunc(text, func(r rune) bool { return r < ' ' }) < 0 && !strings.Contains(said, text) {
			t.Errorf("%q: %q does not name the range", text, said)
		}
	}
}

// A unit reads its bounds alone: days have no suffix.
func TestUnits(t *testing.T) {
	if r, err := ParseRange("30:", Count); err != nil || r.String() != "30:" || !r.Alerts(Real(29)) {
		t.Error(r, err)
	}
	if r, err := ParseRange("2s", Count); err == nil {
		t.Error(r)
	} else if !strings.Contains(err.Error(), Count.Example) {
		t.Error(err)
	}
}

// Numbers keep within what a double can say and perfdata shows.
func TestLongestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"123456789012345":  "123456789012345",
		"12345678901234.5": "12345678901234.5",
		"0.00000000000001": "0.00000000000001",
	} {
		if got := mustRange(t, text).String(); got != want {
			t.Errorf("%s: got %s", text, got)
		}
	}
}

package verdict

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/report"
)

func TestSizes(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "10MiB": "10485760", "10mib": "10485760", "1.5 GB": "1500000000", "2KB": "2000", "2KiB": "2048", "7B": "7", "1TiB": "1099511627776",
		"1GiB:2TB": "1073741824:2000000000000", "@1KB:": "@1000:", "~:3MB": "~:3000000",
	} {
		if r, err := ParseRange(text, Bytes); err != nil || r.String() != want {
			t.Errorf("%q: %v, %v", text, r, err)
		}
	}
	for _, text := range []string{"", "B", "MiB", "10M", "10 apples", "1e3", "NaNKB", "1_0KB", "1KiBB", "-", "1KB:1B"} {
		if r, err := ParseRange(text, Bytes); err == nil {
			t.Errorf("%q is taken for %v", text, r)
		}
	}
	for text, ok := range map[string]bool{"1": true, "10MiB": true, "0": false, "0.5": false, "11MiB": false, "-1": false, "x": false} {
		if n, err := ParseOctets(text, 10<<20); (err == nil) != ok {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
}

func TestAges(t *testing.T) {
	for text, want := range map[string]string{
		"90": "90", "90s": "90", "36h": "129600", "3d": "259200", "2w": "1209600", "1w2d": "777600", "1d12h": "129600", "0.5d": "43200", "1w1h30m": "610200",
		"1d:": "86400:", "@1h:1d": "@3600:86400", "0d": "0",
	} {
		if r, err := ParseRange(text, Age); err != nil || r.String() != want {
			t.Errorf("%q: %v, %v", text, r, err)
		}
	}
	for _, text := range []string{"", "d", "w", "1d2w", "1y", "1 d", "1dd", "1d-2h", "1d+2h", "1e3d", "NaNd", "1d1d", "3days"} {
		if r, err := ParseRange(text, Age); err == nil {
			t.Errorf("%q is taken for %v", text, r)
		}
	}
}

// An age is the sum of its parts, whatever they are.
func FuzzAge(f *testing.F) {
	f.Add(uint16(1), uint16(2), uint16(3), uint16(4))
	f.Fuzz(func(t *testing.T, weeks, days, hours, seconds uint16) {
		text := fmt.Sprintf("%dw%dd%dh%ds", weeks, days, hours, seconds)
		want := ((float64(weeks)*7+float64(days))*24+float64(hours))*3600 + float64(seconds)
		if r, err := ParseRange(text, Age); err != nil || r.End != want {
			t.Errorf("%s: %v, %v", text, r, err)
		}
	})
}

// The metrics of the mailbox, in their order.
func TestMailboxMetrics(t *testing.T) {
	r := complete()
	r.Phases = nil
	oldest, newest, two := start.Add(-3*day-500*time.Millisecond), start.Add(time.Minute), int64(2)
	r.Mailbox.Headers = &report.Headers{Top: true, Read: new(int64(5)), Matches: &two, Oldest: &oldest, Newest: &newest}
	r.Mailbox.Retrieved = &report.Retrieved{Octets: 3000, Time: 2 * time.Second}
	var got []string
	for _, m := range Judge(r, Limits{}).Metrics {
		got = append(got, fmt.Sprintf("%s=%s%s", m.Label, m.Value.Text(-1), m.Row.Unit.Suffix))
	}
	want := "time=0.034211s messages=5 size=18067B oldest_age=259200s newest_age=0s cert_days=29 matches=2 retr_rate=1500"
	if line := strings.Join(got, " "); line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
}

// What is not there has no metric. A limit on it cannot be judged, except that no
// match is older than any limit.
func TestNothingThere(t *testing.T) {
	none, limit := int64(0), limits(t, "oldest_age 1 2\nnewest_age 1 2\nmatches 1: -")
	for _, c := range []struct {
		headers *report.Headers
		want    string
	}{
		{nil, "OK"},
		{&report.Headers{}, "UNKNOWN unjudged=unknown"},
		{&report.Headers{Top: true, Read: new(int64(2))}, "UNKNOWN unjudged=unknown unjudged=unknown"},
		{&report.Headers{Top: true, Read: new(int64(2)), Matches: &none}, "CRITICAL newest_age~2=critical matches~1:=warning"},
	} {
		r := complete()
		r.Mailbox.Headers = c.headers
		v := Judge(r, limit)
		if got := told(v); got != c.want {
			t.Errorf("%+v: %s, want %s", c.headers, got, c.want)
		}
		for _, m := range v.Metrics {
			if strings.HasSuffix(m.Label, "_age") {
				t.Errorf("%+v: %+v", c.headers, m)
			}
		}
	}
}

// An age passes a limit if and only if it is above it, whatever the numbers.
func TestAgeLimits(t *testing.T) {
	for range 1000 {
		age, end := rand.IntN(10_000), rand.IntN(10_000)
		r, when := complete(), start.Add(-time.Duration(age)*time.Second)
		r.Mailbox.Headers = &report.Headers{Newest: &when}
		v := Judge(r, limits(t, fmt.Sprintf("newest_age - %d", end)))
		if (v.Status == Critical) != (age > end) {
			t.Errorf("age %d, limit %d: %v", age, end, v.Status)
		}
	}
}

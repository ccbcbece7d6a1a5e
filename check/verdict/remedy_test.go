package verdict

import (
	"math"
	"testing"
	"time"

	"check_pop3x/check/probe"
	"check_pop3x/check/report"
)

// Whatever is limited has a remedy on both sides, the time of each phase as well.
func TestRemedies(t *testing.T) {
	for _, row := range Metrics() {
		for _, text := range []string{"5:5", "9:"} {
			f := Finding{Metric: &Metric{Row: row, Value: Real(7), Phase: "login"}, Range: mustRange(t, text)}
			if f.Remedy() == "" && row.Warning != "" && !(row.Label == certificateDays.Label && text == "5:5") {
				t.Errorf("%s has no remedy beyond %s", row.Label, text)
			}
		}
	}
	for _, p := range probe.Names() {
		if LookAtSlow(p) == "" {
			t.Error(p)
		}
	}
}

// An alert says on which side of the limit the value is.
func TestIsAbove(t *testing.T) {
	for _, s := range []struct {
		text  string
		value float64
		above bool
	}{
		{"10", 11, true}, {"10", -1, false}, {"10:", 9, false}, {"10:20", 21, true}, {"10:20", 9, false}, {"~:5", 6, true}, {"5", math.Inf(1), true},
		{"@5", 3, false}, {"@~:5", 3, false}, {"@5:", 7, true}, {"@5:9", 7, true},
	} {
		if r := mustRange(t, s.text); !r.Alerts(Real(s.value)) || r.IsAbove(Real(s.value)) != s.above {
			t.Errorf("%s at %v", s.text, s.value)
		}
	}
}

// The phases that took half of the time, without those that are no part of it.
func TestSlowest(t *testing.T) {
	phases := func(ms ...int) (all []report.Phase) {
		for i, name := range []string{"connect", "tls", "token", "login", "stat", "quit"} {
			all = append(all, report.Phase{Name: name, Time: time.Duration(ms[i]) * time.Millisecond})
		}
		return all
	}
	for _, c := range []struct {
		phases []report.Phase
		want   string
		remedy string
	}{
		{phases(1, 6, 900, 60, 3, 900), "login", "wrong passwords from this host, or a mailbox in use, delay logins: see the server's log"},
		{phases(20, 40, 0, 21, 19, 0), "tls login", "it is slow step by step: " + slowServer},
		{phases(0, 0, 0, 0, 0, 9), "", "it is slow step by step: " + slowServer},
	} {
		sum := time.Duration(0)
		for _, p := range c.phases {
			if p.Name != "token" && p.Name != "quit" {
				sum += p.Time
			}
		}
		got, slow := "", slowest(sum, c.phases)
		for i, s := range slow {
			if i > 0 {
				got += " "
			}
			got += s.Phase
		}
		if got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
		if look := lookAtSlowest(Metric{Slow: slow}); look != c.remedy {
			t.Errorf("%s: %s", got, look)
		}
	}
}

// A size is told in the unit of its limit, unless both would look the same.
func TestOctetsLikeTheLimit(t *testing.T) {
	for _, c := range []struct {
		limit string
		size  int64
		want  string
	}{
		{"1.9MB", 1923917, "1.92 MB"}, {"5MiB", 5<<20 + 1, "5242881 octets"}, {"5MiB", 6 << 20, "6.00 MiB"}, {"900 MiB", 1000 << 20, "1000 MiB"},
		{"1GB", 12345678901, "12.3 GB"}, {"1kB", 123456, "123 kB"}, {"1000", 2014, "2014 octets"}, {"7B", 9, "9 octets"}, {"2MB:", 1000, "1000 octets"},
		{"@1MB:2MB", 1500000, "1.50 MB"}, {"@2MB", 1500000, "1.50 MB"}, {"9008TB", 9008000000000001, "9008000000000001 octets"},
	} {
		r, err := ParseRange(c.limit, Bytes)
		if err != nil || !r.Alerts(Whole(c.size)) {
			t.Fatalf("%s, %d: %v", c.limit, c.size, err)
		}
		if got := r.octets(Whole(c.size)); got != c.want {
			t.Errorf("%s: %s, want %s", c.limit, got, c.want)
		}
	}
}

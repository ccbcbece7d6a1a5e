package maildrop

import (
	"regexp"
	"testing"
	"time"

	"check_pop3x/check/report"
)

// If the first or the last message that counts has no date, the age of another one
// is no answer.
func TestReading(t *testing.T) {
	old, recent, broken := "Date: Thu, 29 Jan 2026 12:00:00 +0000", "Date: Sat, 31 Jan 2026 11:00:00 +0000", "Date: x"
	for _, c := range []struct {
		headers        []string
		oldest, newest string
		undated        int64
	}{
		{[]string{old, recent}, "29 12:00", "31 11:00", 0},
		{[]string{recent, old}, "29 12:00", "31 11:00", 0},
		{[]string{old}, "29 12:00", "29 12:00", 0},
		{[]string{broken, recent}, "", "31 11:00", 1},
		{[]string{old, broken}, "29 12:00", "", 1},
		{[]string{old, broken, recent}, "29 12:00", "31 11:00", 1},
		{[]string{broken, broken}, "", "", 2},
		{nil, "", "", 0},
	} {
		r := NewReading(Plan{Headers: true}, now)
		for i, text := range c.headers {
			r.Add(int64(i+1), read(text))
		}
		h := r.Result()
		if day(h.Oldest) != c.oldest || day(h.Newest) != c.newest || r.undated != c.undated || h.Matches != nil {
			t.Errorf("%q: %s, %s, %d", c.headers, day(h.Oldest), day(h.Newest), r.undated)
		}
	}
}

func TestReadingMatches(t *testing.T) {
	m := Match{"Subject", regexp.MustCompile("ok")}
	r := NewReading(Plan{Match: []Match{m}}, now)
	for i, text := range []string{"Date: x", "Subject: ok\nDate: Sat, 31 Jan 2026 11:00:00 +0000", "Subject: no"} {
		r.Add(int64(i+1), read(text, m))
	}
	var h *report.Headers = r.Result()
	if !h.Top || *h.Read != 3 || *h.Matches != 1 || day(h.Oldest) != "31 11:00" || r.undated != 0 {
		t.Errorf("%+v", h)
	}
}

func day(when *time.Time) string {
	if when == nil {
		return ""
	}
	return when.Format("02 15:04")
}

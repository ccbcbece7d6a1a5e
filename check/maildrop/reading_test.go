package maildrop

import (
	"fmt"
	"regexp"
	"strings"
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
		r := NewReading(Plan{Headers: true}, Scan{}, now)
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
	r := NewReading(Plan{Match: []Match{m}}, Scan{}, now)
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

// Messages that were not read, or not understood, may be the oldest or the newest
// match: their numbers tell, and the dates of those beside them.
func TestReadingDoubts(t *testing.T) {
	m := Match{"Subject", regexp.MustCompile("ok")}
	const day27, day28, day29, day31 = "Date: Tue, 27 Jan 2026 12:00:00 +0000\n", "Date: Wed, 28 Jan 2026 12:00:00 +0000\n", "Date: Thu, 29 Jan 2026 12:00:00 +0000\n", "Date: Sat, 31 Jan 2026 11:00:00 +0000\n"
	const match, other, garbled = "Subject: ok", "Subject: no", "Subject: =?klingon?b?/w==?="
	for name, c := range map[string]struct {
		messages       int64 // as many are in the mailbox
		headers        []string
		unread, doubts int64
		oldest, newest string
	}{
		"all known":                    {3, []string{day27 + match, day28 + other, day29 + match}, 0, 0, "", ""},
		"not understood, in between":   {3, []string{day27 + match, day28 + garbled, day29 + match}, 0, 1, "", ""},
		"not understood, first":        {3, []string{day27 + garbled, day28 + match, day29 + match}, 0, 1, "27 12:00", ""},
		"not understood, last":         {3, []string{day27 + match, day28 + other, day29 + garbled}, 0, 1, "", "29 12:00"},
		"not understood, no match":     {3, []string{day27 + garbled, day28 + garbled, day29 + other}, 0, 2, "27 12:00", "28 12:00"},
		"not understood, no date":      {2, []string{garbled, other}, 0, 1, "01 00:00", "31 12:00"},
		"unread, ends match":           {9, []string{day27 + match, day31 + match}, 7, 0, "", ""},
		"unread, none matches":         {9, []string{day27 + other, day31 + other}, 7, 0, "27 12:00", "31 11:00"},
		"unread, first matches":        {9, []string{day27 + match, day31 + other}, 7, 0, "", "31 11:00"},
		"unread, last matches":         {9, []string{day27 + other, day31 + match}, 7, 0, "27 12:00", ""},
		"unread, no date":              {9, []string{other, other}, 7, 0, "01 00:00", "31 12:00"},
		"unread and not understood":    {9, []string{day27 + garbled, day31 + garbled}, 7, 2, "27 12:00", "31 11:00"},
		"nothing between the two":      {2, []string{day27 + other, day31 + other}, 0, 0, "", ""},
		"unread, first not understood": {9, []string{day27 + garbled, day31 + match}, 7, 1, "27 12:00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			plan := Plan{Headers: true, Match: []Match{m}, Scan: AsNeeded}
			s := NewScan(plan, c.messages, c.unread == 0)
			r := NewReading(plan, s, now)
			for i, text := range c.headers {
				r.Add(s.Number(int64(i)), read(text, m))
			}
			h := r.Result()
			if h.Unread != c.unread || h.Undecided != c.doubts || day(h.OldestMaybe) != c.oldest || day(h.NewestMaybe) != c.newest {
				t.Errorf("%d unread, %d undecided, oldest %s, newest %s", h.Unread, h.Undecided, day(h.OldestMaybe), day(h.NewestMaybe))
			}
		})
	}
}

// What the newest match says is shown: its subject, and what was looked at.
func TestReadingShowsTheNewestMatch(t *testing.T) {
	from, subject := Match{"From", regexp.MustCompile("a@")}, Match{"SUBJECT", regexp.MustCompile("")}
	for _, c := range []struct {
		match  []Match
		header string
		want   string
	}{
		{[]Match{from}, "From: a@b\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", "[Subject: Grüße From: a@b]"},
		{[]Match{from, subject}, "Subject: x\nFrom: a@b", "[Subject: x From: a@b]"},
		{[]Match{from}, "From: a@b", "[From: a@b]"},
		{[]Match{subject}, strings.Repeat("Subject: x\n", 9), "[Subject: x Subject: x Subject: x]"},
	} {
		r := NewReading(Plan{Match: c.match}, Scan{}, now)
		r.Add(1, read("From: nobody\nSubject: x", c.match...))
		r.Add(2, read(c.header, c.match...))
		if h := r.Result(); h.Match == nil || h.Match.Message != 2 || fmt.Sprint(h.Match.Fields) != c.want {
			t.Errorf("%q: %+v", c.header, h.Match)
		}
	}
}

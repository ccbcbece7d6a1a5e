package maildrop

import (
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, time.January, 31, 12, 0, 0, 0, time.UTC)

func TestArrival(t *testing.T) {
	const good = "Sat, 31 Jan 2026 11:00:00 +0000"
	for _, c := range []struct{ header, want string }{
		{"Date: " + good, "11:00"},
		{"Received: by a; " + good + "\nDate: yesterday", "11:00"},
		{"received: by a; Sat, 31 Jan 2026 10:00:00 +0000\nReceived: by b; " + good, "10:00"},
		{"Received: from a (b; c)\n\tby d;\n " + good + " (x; y)", "11:00"},
		{`Received: from "a; b" by d (\); e); ` + good, "11:00"},
		{"Subject: x\nReceived : by a; " + good, "11:00"},
		{"Date: 31 Jan 2026 11:00 +0000", "11:00"},
		{"Date: Sat, 31 Jan 26 06:00:00 EST", "11:00"},
		{"Date: Sat, 31 Jan 2026 11:00:00 gmt", "11:00"},
		{"Date: Sat, 31 Jan 2026 13:30:00 +0230 (CEST)", "11:00"},
		{"Date: Sat, (day) 31 Jan 2026\n\t11:00:00 -0000", "11:00"},
		{"Date: Sat, 31 Jan 2026 12:04:59 +0000", "12:04"},
		{"Date: " + good + "\n\nDate: Sat, 31 Jan 2026 10:00:00 +0000", "11:00"},

		{"Date: Sat, 31 Jan 2026 12:05:01 +0000", "is the date in Date and lies ahead"},
		{"Received: by a; Sat, 31 Jan 2099 12:05:01 +0000\nDate: " + good, "is the date in Received and lies ahead"},
		{"Received: by a\nDate: " + good, "Received has no date"},
		{"Received: by a (; " + good + ")", "Received has no date"},
		{"Received: by a; soon", "is no date, but stands in Received"},
		{"Date: Sat, 31 Jan 2026 11:00:00 CET", "is no date, but stands in Date"},
		{"Date: Sat, 31 Feb 2026 11:00:00 +0000", "is no date, but stands in Date"},
		{"Date: Thu, 1 Jan 1904 00:00:00 +0000", "is no date, but stands in Date"},
		{"Date: 2026-01-31T11:00:00Z", "is no date, but stands in Date"},
		{"Date: 1769857200", "is no date, but stands in Date"},
		{"Date:", "Date has no date"},
		{"Subject: x", "neither Received nor Date"},
		{"", "neither Received nor Date"},
		{"\nDate: " + good, "neither Received nor Date"},
	} {
		when, wrong := read(c.header).arrival(now)
		got := when.UTC().Format("15:04")
		if wrong != nil {
			got = wrong.Text
		}
		if got != c.want {
			t.Errorf("%q: %s, want %s", c.header, got, c.want)
		}
	}
}

// A date that is formatted parses to the same time, in any zone and with any
// comments and blanks in it. Whatever else parses does so again after it is
// formatted.
func FuzzDate(f *testing.F) {
	for _, text := range []string{
		"Sat, 31 Jan 2026 11:00:00 +0000", "31 Jan 26 11:00 EST", "(a(b)) Sat, 31 Jan 2026 11:00:00 +0000 (c", "", "x", "Z", "+0000", "T T T T T",
		"Sat, 31 Jan 2026 11:00:60 +9999", "Sat, 31 Jan 2026 11:00:00 (\\) +0000", "\r\n", "\xff",
	} {
		f.Add(text, int64(1769857200), int16(60))
	}
	f.Fuzz(func(t *testing.T, text string, seconds int64, minutes int16) {
		zone := time.FixedZone("", int(minutes)%1440*60)
		want := time.Unix(seconds&(1<<37-1), 0).In(zone)
		if want.Year() >= 1970 && want.Year() <= 9999 {
			for _, layout := range []string{time.RFC1123Z, "2 Jan 2006 15:04:05 -0700", "Mon,  2 Jan 2006\t15:04:05 (x (y) \\) ) -0700 (z)"} {
				if got, ok := parseDate(want.Format(layout)); !ok || !got.Equal(want) {
					t.Errorf("%s: %v, %v", want.Format(layout), got, ok)
				}
			}
		}
		if got, ok := parseDate(text); ok {
			again, ok := parseDate(got.Format(time.RFC1123Z))
			if !ok || !again.Equal(got) {
				t.Errorf("%q is %v, and then %v", text, got, again)
			}
		}
		if date := dateOfReceived(text + "; " + "1 Jan 2026"); !strings.ContainsAny(text, `"(\`) && date != "1 Jan 2026" {
			t.Errorf("%q after the last semicolon", date)
		}
	})
}

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

		{"Date: Sat, 31 Jan 2026 12:05:01 +0000", "is dated 5 minutes in the future (Date)"},
		{"Received: by a; Sat, 31 Jan 2099 12:05:01 +0000\nDate: " + good, "is dated 26663 days in the future (Received)"},
		{"Received: by a\nDate: " + good, "11:00"},
		{"Received: by a\nReceived: by b; " + good + "\nDate: yesterday", "11:00"},
		{"Received: by AS400 (IBM OS/400 ANYMAIL/400) Fri, 30 Jan 2026 16:57:18 +0530\nDate: " + good, "11:00"},
		{"Received: by a (; Fri, 30 Jan 2026 11:00:00 +0000)\nDate: " + good, "11:00"},
		{"Received: by a (; " + good + ")", "has no date in its Received"},
		{"Received: by a; soon", "has something else in its Received than a date"},
		{"Date: Sun, 1 Feb 2026 02:04:59", "02:04"}, // without a zone, anywhere on earth
		{"Date: Sun, 1 Feb 2026 02:05:01", "is dated 14 hours in the future (Date)"},
		{"Date: Sat, 31 Jan 2026 11:00:00 XYZ", "has something else in its Date than a date"},
		{"Date: Sat, 31 Feb 2026 11:00:00 +0000", "has something else in its Date than a date"},
		{"Date: Thu, 1 Jan 1904 00:00:00 +0000", "has something else in its Date than a date"},
		{"Date: 1769857200", "has something else in its Date than a date"},
		{"Date:", "has no date in its Date"},
		{"Subject: x", "has neither Received nor Date"},
		{"", "has neither Received nor Date"},
		{"\nDate: " + good, "has neither Received nor Date"},
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

// What old and home-made programs write.
func TestParseDate(t *testing.T) {
	want := time.Date(2026, time.January, 31, 11, 2, 3, 0, time.UTC)
	for _, text := range []string{
		"Sat, 31 Jan 2026 11:02:03 +0000", "Sat,31 Jan 2026 11:02:03 +0000", "Sat,31 Jan 2026 12:02:03 CET",
		"SAT, 31 JAN 2026 11:02:03 UT",
		"Saturday, 31 January 2026 11:02:03 GMT", "Saturday 31 January 2026 11:02:03 -0000",
		"31 January 2026 11:02:03 Z", "Sat, 31 Jan. 2026 11:02:03 UTC",
		"Sat Jan 31 11:02:03 2026", "Sat Jan 31 11:02:03 2026 +0000", "Sat Jan 31 06:02:03 EST 2026",
		"Sat Jan 31 12:02:03 MET 2026", "Sat, Jan 31 2026 03:02:03 -0800",
		"Sat, 31 Jan 2026 12:02:03 +01:00", "Sat, 31 Jan 2026 12:02:03 +01", "Sat, 31 Jan 2026 11:02:03 +00:00",
		"Sat, 31 Jan 2026 5:32:03 -05:30",
		"2026-01-31T11:02:03Z", "2026-01-31T11:02:03.456Z", "2026-01-31T12:02:03+01:00", "2026-01-31 11:02:03", "2026/01/31 11:02:03 Z", "Sat Jan 31 2026 12:02:03 GMT+0100 (MEZ)",
		"2026-01-31 06:02:03 -0500", "2026-01-31t12:02:03+0100",
		"Sat, 31 Jan 26 11:02:03 GMT", "31 Jan 126 11:02:03 GMT", "Saturday, 31-Jan-26 11:02:03 GMT",
		"31-Jan-2026 11:02:03 +0000",
		"Sat, 31 Jan 2026 13:02:03 MESZ", "Sat, 31 Jan 2026 12:02:03 GMT+1", "Sat, 31 Jan 2026 12:02:03 GMT+0100",
		"Sat, 31 Jan 2026 12:02:03 GMT +0100",
		"Sat, 31 Jan 2026 12:02:03 +0100 Romance Standard Time", "Sat, 31 Jan 2026 13:02:03 +0200 (MESZ)",
		"Sat, 31 Jan 2026 11:02:03 \"GMT\"",
		"Sa., 31 Jan. 2026 12:02:03 +0100 (MEZ)", "Sat, 31 Jan 2026 11:2:3 +0000",
		"Sat, 31 Jan 2026 11:02:03 +0000 .", "Mon, 31 Jan 2026 11:02:03 +0000", // a Saturday
		"Sat, 31 Jan 2026 6:02:03 AM -0500", "Jan 31, 2026 11:02:03AM UTC", "Sat, 31 Jan 2026 11:02:03+0000",
		"Sat , 31 Jan 2026 11:02:03 +0000",
		"31 Jan 2026 11:02:03 +0000", "Sat, 31 Jan 2026 20:02:03 JST", "Sat, 31 Jan 2026 14:02:03 MSK",
	} {
		if got, _, ok := parseDate(text); !ok || !got.Equal(want) {
			t.Errorf("%q: %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{
		"31 Jan 2026", "Jan 2026 11:00", "31 2026 11:00", "31 Jan 11:00", "11:00", "31 Jan 2026 11",
		"31 Jan 2026 11:00 11:00", "31 Jan 2026 2026 11:00", "31 31 31 Jan 11:00",
		"0 Jan 2026 11:00:00 +0000", "32 Jan 2026 11:00:00 +0000", "29 Feb 2026 11:00:00 +0000",
		"31 Jan 2026 24:00:00 +0000", "31 Jan 2026 11:60:00 +0000", "31 Jan 2026 11:00:61 +0000",
		"31 Jan 2026 11:00:00 --0400", "31 Jan 2026 11:00:00 +2400", "31 Jan 2026 11:00:00 +0160",
		"31 Jan 2026 11:00:00 +", "31 Jan 2026 11:00:00 +0100 +0200", "31 Jan 2026 11:00:00 +00000",
		"31 Jan 2026 11:00:00 IST", "31 Jan 2026 11:00:00 A", "31 Jan 2026 13:00:00 PM", "01/02/2026 11:00:00",
		"01-02-2026 11:00:00", "2026-13-01 11:00:00", "20260131T110203Z",
		"1769857200", "yesterday", "Sat, 31 Jan 20260 11:00:00 +0000", "Sat, 31 Jan 2026 11:00:00:00 +0000",
		"31 Ja 2026 11:00", "31 Mai 2026 11:00:00", "31 Jan 1969 11:00:00 +0000",
	} {
		if got, _, ok := parseDate(text); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// A date that is formatted parses to the same time, in any zone and with any
// comments and blanks in it. Whatever else parses does so again after it is
// formatted.
func FuzzDate(f *testing.F) {
	for _, text := range []string{
		"Sat, 31 Jan 2026 11:00:00 +0000", "31 Jan 26 11:00 EST", "(a(b)) Sat, 31 Jan 2026 11:00:00 +0000 (c", "",
		"x", "Z", "+0000", "T T T T T",
		"Sat, 31 Jan 2026 11:00:60 +9999", "Sat, 31 Jan 2026 11:00:00 (\\) +0000", "\r\n", "\xff",
	} {
		f.Add(text, int64(1769857200), int16(60))
	}
	f.Fuzz(func(t *testing.T, text string, seconds int64, minutes int16) {
		zone := time.FixedZone("", int(minutes)%1440*60)
		want := time.Unix(seconds&(1<<37-1), 0).In(zone)
		if want.Year() >= 1970 && want.Year() <= 9999 {
			for _, layout := range []string{
				time.RFC1123Z, "2 Jan 2006 15:04:05 -0700", "Mon,  2 Jan 2006\t15:04:05 (x (y) \\) ) -0700 (z)",
				"Mon,2 Jan 2006 15:04:05 -07:00", "Monday, 2 January 2006 15:04:05-0700", "Mon Jan _2 15:04:05 2006 -0700", "Mon Jan _2 15:04:05 -07:00 2006",
				time.RFC3339, "2006-01-02 15:04:05 -0700", "02-Jan-2006 3:04:05 PM -0700", "Jan 2, 2006 3:04:05PM GMT-07:00",
			} {
				if got, _, ok := parseDate(want.Format(layout)); !ok || !got.Equal(want) {
					t.Errorf("%s: %v, %v", want.Format(layout), got, ok)
				}
			}
		}
		if got, _, ok := parseDate(text); ok {
			again, _, ok := parseDate(got.Format(time.RFC1123Z))
			if !ok || !again.Equal(got) {
				t.Errorf("%q is %v, and then %v", text, got, again)
			}
		}
		if _, date := cutDate(text + "; " + "1 Jan 2026"); !strings.ContainsAny(text, `"(\`) && date != "1 Jan 2026" {
			t.Errorf("%q after the last semicolon", date)
		}
	})
}

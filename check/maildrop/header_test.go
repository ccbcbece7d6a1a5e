package maildrop

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/report"
)

var now = time.Date(2026, time.January, 31, 12, 0, 0, 0, time.UTC)

// read takes a header as TOP sends it, with the fields of a plan with matches.
func read(text string, match ...Match) *Header {
	h := NewReading(Plan{Match: match}, now).Header()
	for line := range strings.Lines(text) {
		h.Add([]byte(strings.TrimSuffix(line, "\n")))
	}
	return h
}

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

func TestHeaderFault(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{"Subject: x\n y\nX-Empty:\n", ""},
		{"Subject: x", ""},
		{"", "the newest message has no header"},
		{"\nSubject: x", "the newest message has no header"},
		{"From alice Sat Jan 31 12:00:00 2026\nSubject: x", "is no line of a header"},
		{" continued\nSubject: x", "is no line of a header"},
		{"Sub ject: x", "is no line of a header"},
		{": x", "is no line of a header"},
		{"Gr\xc3\xbc\xc3\x9fe: x", "is no line of a header"},
		{"<html>", "is no line of a header"},
	} {
		got := ""
		if f := read(c.header).Fault(); f != nil {
			got = f.Text
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.header, got, c.want)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		match, header string
		want          bool
	}{
		{"Subject=^Backup .* ok$", "Subject: Backup of db ok", true},
		{"subject=^Backup .* ok$", "SUBJECT:   Backup of\n\tdb ok  ", true},
		{"Subject=^Backup .* ok$", "Subject: Backup of db failed", false},
		{"Subject=^Grüße$", "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", true},
		{"Subject=^Grüße$", "Subject: =?ISO-8859-1?Q?Gr=FC=DFe?=", true},
		{"Subject=^Grüße$", "Subject: Gr\xc3\xbc\xc3\x9fe", true},
		{"Subject=^ab$", "Subject: =?utf-8?b?YQ==?=\n =?utf-8?b?Yg==?=", true},
		{"Subject=^Backup. ok$", "Subject: =?koi8-r?q?Backup=C1_ok?=", true},
		{"Subject=utf-8", "Subject: =?utf-8?x?broken?=", true},
		{"Subject=", "From: x", false},
		{"Subject=^$", "Subject:", true},
		{"Received=by b", "Received: by a; x\nReceived: by b; y", true},
		{"X-A=B=C", "X-A: B=C", true},
	} {
		m, err := ParseMatch(c.match)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.matches(read(c.header, m)); got != c.want {
			t.Errorf("%s in %q: %v", c.match, c.header, got)
		}
	}
	for _, text := range []string{"", "Subject", "=x", "Sub ject=x", "Subject=(", "Subject=(?=x)"} {
		if _, err := ParseMatch(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// Nothing of a header is kept but what is wanted, and of that no more than the
// bounds.
func TestHeaderIsBounded(t *testing.T) {
	long := strings.Repeat("x", 60_000)
	h := read(strings.Repeat("Received: "+long+"\n "+long+"\n", 100) + strings.Repeat("X: "+long+"\n", 100))
	kept := 0
	for _, values := range h.kept {
		for _, v := range values {
			kept += len(v)
		}
	}
	if len(h.kept) != 1 || kept > maxValues*(maxValue+1) {
		t.Errorf("%d octets of %d fields", kept, len(h.kept))
	}
}

// What a reading comes to: where the first or the last message that counts has
// no date, the age of another is no answer.
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

// A date that is written comes back, whatever zone it is in and whatever
// comments and blanks are strewn in; nothing else is taken that does not say the
// same when it is written again.
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
			t.Errorf("%q behind the last semicolon", date)
		}
	})
}

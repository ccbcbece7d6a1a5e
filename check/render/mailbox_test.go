package render

import (
	"slices"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// read is a report of a server whose headers were read.
func read(h report.Headers) *report.Report {
	r := works()
	r.Phases, r.Time = nil, nil
	r.Mailbox.Headers = &h
	return r
}

func ago(d time.Duration) *time.Time { return new(start.Add(-d)) }

func TestContents(t *testing.T) {
	const five = "POP3 OK - 5 messages, 18067 octets"
	for _, c := range []struct {
		headers report.Headers
		want    string
	}{
		{report.Headers{Top: true, Read: new(int64(2)), Oldest: ago(72 * time.Hour), Newest: ago(10 * time.Minute)}, ", newest 10 min old, oldest 3 days old"},
		{report.Headers{Top: true, Read: new(int64(2)), Newest: ago(-time.Minute)}, ", newest 0 s old"},
		{report.Headers{Top: true, Read: new(int64(2))}, ""},
		{report.Headers{}, ", ages unknown (no TOP)"},
		{report.Headers{Top: true, Read: new(int64(50)), Matches: new(int64(2)), Newest: ago(26 * time.Hour)}, ", 2 of 50 match, newest 26 h old"},
		{report.Headers{Top: true, Read: new(int64(50)), Matches: new(int64(0))}, ", 0 of 50 match"},
	} {
		checkText(t, read(c.headers), five+c.want)
	}
}

func TestExceededMailboxLimits(t *testing.T) {
	r := read(report.Headers{Top: true, Read: new(int64(2)), Oldest: ago(72 * time.Hour), Newest: ago(25 * time.Hour)})
	got := text(r, ranges("oldest_age 3600 -", "newest_age 90000 1h"), Options{})
	if want := "POP3 CRITICAL - newest message is 25 h old (critical above 1 h); is mail delivered? look at the MTA's queue and log; oldest message is 3 days old (warning above 3600 s); is what fetches this mail running? "; !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got = text(read(report.Headers{Top: true, Read: new(int64(2)), Matches: new(int64(0))}), ranges("newest_age 1 -"), Options{})
	if want := "POP3 WARNING - none of the 2 messages that were read matches (warning above 1 s); read all with --age-scan all, or look at the job that sends it; "; !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got = text(read(report.Headers{Top: true, Read: new(int64(5)), Matches: new(int64(0))}), ranges("newest_age 1 -"), Options{})
	if want := "POP3 WARNING - no message matches, old or new (warning above 1 s); did the job that sends it run? "; !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMailboxSections(t *testing.T) {
	r := read(report.Headers{Top: true, Read: new(int64(1)), Oldest: ago(time.Hour), Newest: ago(time.Hour)})
	r.Mailbox.Changed = true
	r.Mailbox.Retrieved = &report.Retrieved{Message: 5, Listed: 9000, Octets: 1024, Time: time.Second}
	out := shown(r, verdict.Limits{}, Options{Verbose: 1, Notes: []string{"--delay has no effect"}})
	for title, want := range map[string][]string{
		"Mailbox": {"1 header read", "oldest message of 2026-11-21 09:00:00 UTC", "newest message of 2026-11-21 09:00:00 UTC", "message 5: 9000 octets listed, 1024 read in 1 s"},
		"Notes": {"--delay has no effect", "the mailbox changed while it was read, which is no fault",
			"of message 5 only 1024 octets were read (--retr-max), and the connection was cut"},
	} {
		if got := section(t, out, title); !slices.Equal(got, want) {
			t.Errorf("%s: %q", title, got)
		}
	}
}

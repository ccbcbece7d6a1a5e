package verdict

import (
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

func hoursAgo(n int) *time.Time { return new(start.Add(-time.Duration(n) * time.Hour)) }

// What limits and matches need and nobody could see is told by name, with what
// asked for it.
func TestUnjudged(t *testing.T) {
	const ages = "newest_age 3600 7200\noldest_age - 7200"
	for name, c := range map[string]struct {
		headers report.Headers
		match   bool
		limits  string
		want    string
	}{
		"no TOP": {report.Headers{}, false, ages,
			"top: the server has no TOP (--oldest-critical --newest-critical --newest-warning)"},
		"no TOP, one limit": {report.Headers{}, false, "newest_age - 7200",
			"top: the server has no TOP, so the age of the newest message is unknown (--newest-critical)"},
		"no TOP, a match": {report.Headers{}, true, "matches 1: -",
			"top: the server has no TOP (--match --messages-warning)"},
		"no TOP, only a match":  {report.Headers{}, true, "", "top: the server has no TOP, so whether a message matches is unknown (--match)"},
		"no TOP, nothing asked": {report.Headers{}, false, "messages 1: -", ""},
		"no date": {report.Headers{Top: true, Read: new(int64(2)), Oldest: hoursAgo(1)}, false, ages,
			"top: the newest message has no date that can be trusted (--newest-critical --newest-warning)"},
		"unread": {report.Headers{Top: true, Read: new(int64(2)), Matches: new(int64(0)), Unread: 38, NewestMaybe: hoursAgo(0), OldestMaybe: hoursAgo(9)}, true, ages + "\nmatches - 1:",
			"top: only 2 of 40 headers were read (--oldest-critical --newest-critical --newest-warning --messages-critical)"},
		"undecided": {report.Headers{Top: true, Read: new(int64(2)), Matches: new(int64(0)), Undecided: 1, Doubt: "message 2: no charset"}, true, "matches - 1:",
			"top: message 2: no charset, so the number of messages that match is unknown (--messages-critical)"},
		"several undecided": {report.Headers{Top: true, Read: new(int64(2)), Matches: new(int64(0)), Undecided: 3, Doubt: "message 2: no charset"}, true, "",
			"top: message 2: no charset, and 2 more, so whether a message matches is unknown (--match)"},
	} {
		t.Run(name, func(t *testing.T) {
			r, l := complete(), limits(t, c.limits)
			r.Mailbox.Headers, l.Match = &c.headers, c.match
			if got := toldUnjudged(Judge(r, l)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// toldUnjudged lists the findings of kind unjudged.
func toldUnjudged(v Verdict) string {
	var all []string
	for _, f := range v.Findings {
		if f.Fault != nil && f.Fault.Kind == fault.Unjudged {
			all = append(all, f.Phase+": "+f.Fault.Text+" ("+strings.Join(f.Options, " ")+")")
		}
	}
	return strings.Join(all, "; ")
}

// A limit is judged if all that may be is on one side of it.
func TestJudgedInSpiteOfDoubts(t *testing.T) {
	for name, c := range map[string]struct {
		headers report.Headers
		limits  string
		want    string
	}{
		"enough match":            {report.Headers{Matches: new(int64(2)), Undecided: 5}, "matches - 1:", "OK"},
		"too many match":          {report.Headers{Matches: new(int64(2)), Undecided: 5}, "matches 5 1", "CRITICAL matches~1=critical"},
		"too many may match":      {report.Headers{Matches: new(int64(2)), Undecided: 5}, "matches 1 5", "WARNING matches~1=warning unjudged=unknown"},
		"few enough":              {report.Headers{Matches: new(int64(2)), Undecided: 5}, "matches - 7", "OK"},
		"one too many":            {report.Headers{Matches: new(int64(2)), Undecided: 5}, "matches - 6", "UNKNOWN unjudged=unknown"},
		"neither inside":          {report.Headers{Matches: new(int64(2)), Undecided: 5}, "matches - @3:4", "UNKNOWN unjudged=unknown"},
		"all that may is too old": {report.Headers{Matches: new(int64(0)), Unread: 5, NewestMaybe: hoursAgo(3)}, "newest_age - 7200", "CRITICAL newest_age~7200=critical"},
		"some may be new":         {report.Headers{Matches: new(int64(0)), Unread: 5, NewestMaybe: hoursAgo(1)}, "newest_age - 7200", "UNKNOWN unjudged=unknown"},
		"one is new in any case":  {report.Headers{Matches: new(int64(1)), Unread: 5, Newest: hoursAgo(1), NewestMaybe: hoursAgo(0)}, "newest_age - 7200", "OK"},
		"one is old in any case":  {report.Headers{Matches: new(int64(1)), Unread: 5, Oldest: hoursAgo(3), OldestMaybe: hoursAgo(9)}, "oldest_age - 7200", "CRITICAL oldest_age~7200=critical"},
		"none can be too old":     {report.Headers{Matches: new(int64(0)), Unread: 5, OldestMaybe: hoursAgo(1)}, "oldest_age - 7200", "OK"},
		"one may be too old":      {report.Headers{Matches: new(int64(0)), Unread: 5, OldestMaybe: hoursAgo(3)}, "oldest_age - 7200", "UNKNOWN unjudged=unknown"},
	} {
		r := complete()
		r.Mailbox.Headers = &c.headers
		c.headers.Top, c.headers.Read = true, new(int64(7))
		if got := told(Judge(r, limits(t, c.limits))); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// An age that is not known is not shown.
func TestDoubtfulAgesAreNotShown(t *testing.T) {
	r := complete()
	r.Mailbox.Headers = &report.Headers{Top: true, Read: new(int64(2)), Matches: new(int64(2)), Unread: 5,
		Oldest: hoursAgo(3), Newest: hoursAgo(3), OldestMaybe: hoursAgo(9), NewestMaybe: hoursAgo(1)}
	for _, m := range Judge(r, Limits{}).Metrics {
		if strings.HasSuffix(m.Label, "_age") {
			t.Errorf("%+v", m)
		}
	}
	for _, row := range Metrics() {
		if strings.HasSuffix(row.Label, "_age") && row.Moment(r) != nil {
			t.Errorf("%s has a moment", row.Label)
		}
	}
}

// An empty mailbox exceeds what limits the age of the newest message, and nothing
// else; --state has the last word.
func TestEmptyMailbox(t *testing.T) {
	for _, c := range []struct{ limits, want string }{
		{"", "OK empty=ok"},
		{"newest_age 3600 -", "WARNING empty=warning"},
		{"newest_age 3600 7200", "CRITICAL empty=critical"},
		{"newest_age 3600: -", "OK empty=ok"},
		{"newest_age @3600:7200 @3600:", "CRITICAL empty=critical"},
		{"oldest_age 3600 7200", "OK empty=ok"},
		{"matches - 1:", "CRITICAL empty=ok matches~1:=critical"},
		{"time_retr - 1", "UNKNOWN empty=ok unjudged=unknown"},
	} {
		r, l := with(complete(), fault.Empty), limits(t, c.limits)
		r.Mailbox = &report.Mailbox{Headers: &report.Headers{Top: true, Read: new(int64), Matches: new(int64)}}
		if got := told(Judge(r, l)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.limits, got, c.want)
		}
		asked := strings.HasPrefix(c.limits, "newest_age") && !strings.HasPrefix(c.want, "OK")
		if f := Judge(r, l).Findings[0].Fault; (f.Problem == fault.NoNewMail) != asked || asked && !strings.Contains(f.Text, ", so it has no message of the last ") {
			t.Errorf("%s: %s", c.limits, f.Text)
		}
		l.States[fault.Empty] = OK
		if got := told(Judge(r, l)); !strings.Contains(got, "empty=ok") {
			t.Errorf("%s, chosen: got %s", c.limits, got)
		}
	}
}

// A fault that ended the session says more than what was not reached behind it.
func TestSkippedLimits(t *testing.T) {
	r, l := with(complete(), fault.InUse), limits(t, "newest_age - 7200\ntime_stat 1 2\ncert_days 30: 7:\ntime 1 2")
	r.Complete, r.Mailbox, r.TLS = false, nil, nil
	v := Judge(r, l)
	if got := told(v); got != "WARNING in-use=warning" {
		t.Error(got)
	}
	if got := strings.Join(v.Skipped, " "); got != "--newest-critical --certificate --phase-critical stat --phase-warning stat" {
		t.Error(got)
	}
}

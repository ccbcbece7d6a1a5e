package verdict

import (
	"maps"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// A doubt is why something that was asked for could not be judged. The zero doubt
// is none: nothing is there, and that is an answer.
type doubt struct {
	phase   string // where it would have been seen
	why     string // a clause
	problem fault.Problem
}

// Unjudged is what was asked for and could not be judged.
type unjudged struct {
	doubt
	what   string // "the age of the newest message"
	option string // that asked: "--newest-critical"
}

// missing lists the limits, and the match, that found nothing to look at.
func (l Limits) missing(r *report.Report, metrics []Metric) []unjudged {
	all := append(l.unmatched(r), l.unauthenticated(r)...)
	for _, row := range rows {
		if row.Label != phaseTime.Label && !measured(metrics, row.Label) {
			all = append(all, l.limit(row).unjudged(row.why(r), row.What, row.Warning, row.Critical, "")...)
		}
	}
	for _, label := range slices.Sorted(maps.Keys(l.Metrics)) {
		phase, timed := strings.CutPrefix(label, "time_")
		if timed && !measured(metrics, label) {
			all = append(all, l.Metrics[label].unjudged(notRun(r, phase), "the time of "+phase, phaseTime.Warning, phaseTime.Critical, " "+phase)...)
		}
	}
	return all
}

// unmatched is a match that nobody could look for, or that may be in a header that
// nobody understands. Limits on what matches say themselves what they need.
func (l Limits) unmatched(r *report.Report) []unjudged {
	h := headers(r)
	limited := l.Metrics[matches.Label] != Limit{} || l.Metrics[newestAge.Label] != Limit{} || l.Metrics[oldestAge.Label] != Limit{}
	if d := doubtOf(r, "", nil); l.Match && (d == noTOP || h.Undecided > 0 && h.Matches != nil && *h.Matches == 0 && !limited) {
		return []unjudged{{d, "whether a message matches", "--match"}}
	}
	return nil
}

// unauthenticated is a newest message of which nobody knows what it passed.
func (l Limits) unauthenticated(r *report.Report) []unjudged {
	d := doubtOf(r, "", nil)
	if !r.Complete {
		d = doubt{why: "the session ended before"}
	}
	if !l.Authentication || headers(r).Authentication != nil || d == (doubt{}) {
		return nil
	}
	return []unjudged{{d, "what the newest message passed", "--require-auth"}}
}

// why is why a metric has no value.
func (row *Row) why(r *report.Report) doubt {
	switch {
	case !r.Complete:
		return doubt{why: "the session ended before"}
	case row.doubt == nil:
		return doubt{}
	}
	return row.doubt(r)
}

// limit is the limit on a metric, whose value may be missing.
func (l Limits) limit(row *Row) Limit {
	if row.Label == certificateDays.Label && l.Certificate != nil {
		return l.Certificate.of(time.Time{}, time.Time{})
	}
	return l.Metrics[row.Label]
}

func measured(metrics []Metric, label string) bool {
	return slices.ContainsFunc(metrics, func(m Metric) bool { return m.Label == label })
}

// unjudged lists the limits of a metric that there are, if there is a doubt.
func (l Limit) unjudged(d doubt, what, warning, critical, value string) (all []unjudged) {
	if d == (doubt{}) {
		return nil
	}
	if l.Critical != nil {
		all = append(all, unjudged{d, what, "--" + critical + value})
	}
	if l.Warning != nil && (l.Critical == nil || warning != critical) {
		all = append(all, unjudged{d, what, "--" + warning + value})
	}
	return all
}

// notRun is why a phase of the plan did not run in a session that went well. Mail is
// not sent at each run, and probes are not deleted at each: that is no doubt.
func notRun(r *report.Report, phase string) doubt {
	if phase == "send" || phase == "delete" {
		return doubt{}
	}
	if r.Mailbox != nil && r.Mailbox.Empty() {
		return doubt{phase, "the mailbox is empty", ""}
	}
	return doubt{phase, "the connection was cut before", ""}
}

// addUnjudged adds a finding for each doubt. If a fault ended the session, it says
// more than all that was not reached behind it, and has its own state.
func (v *Verdict) addUnjudged(open []unjudged, l Limits) {
	if !v.Report.Complete {
		for _, u := range open {
			v.Skipped = append(v.Skipped, u.option)
		}
		return
	}
	for len(open) > 0 {
		d := open[0].doubt
		var what, options []string
		rest := open[:0:0]
		for _, u := range open {
			if u.doubt != d {
				rest = append(rest, u)
				continue
			}
			options = append(options, u.option)
			if !slices.Contains(what, u.what) {
				what = append(what, u.what)
			}
		}
		v.add(Finding{
			Status: l.state(fault.Unjudged), Phase: d.phase, Options: options,
			Fault: fault.New(fault.Unjudged, "%s", d.unknown(what)).Because(d.problem),
		})
		open = rest
	}
}

// maxWhy is how long a reason may be, in octets, to leave room on a phone for what
// is unknown. The remedy names the options that asked for it anyway.
const maxWhy = 45

// unknown says why something is unknown, and what if that is short.
func (d doubt) unknown(what []string) string {
	if len(what) > 1 || len(d.why) > maxWhy {
		return d.why
	}
	return d.why + ", so " + what[0] + " is unknown"
}

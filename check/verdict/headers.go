package verdict

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// What to look at if mail of one kind is missing, or should not be there.
const (
	isSent   = "did the job that sends it run? see its log, then the MTA's queue"
	whoSends = "read that mail, and look at what sends it"
	readAll  = "read all with --age-scan all, or look at the job that sends it"
)

var oldestAge = Row{
	Label: "oldest_age", What: "the age of the oldest message", Unit: Age,
	Help:       "Time at which the oldest message arrived, in seconds since 1970.",
	Prometheus: "pop3_oldest_message_timestamp_seconds",
	Moment: func(r *report.Report) *time.Time {
		if h := headers(r); h.OldestMaybe == nil {
			return h.Oldest
		}
		return nil
	},
	Warning: "oldest-warning", Critical: "oldest-critical",
	Words: func(m Metric, _ *Range) string { return "oldest " + m.Of + "message is " + old(m) },
	High:  isFetched, Low: whoDeletes,
	value: func(r *report.Report, _ Limits) []Metric {
		h := headers(r)
		if h.OldestMaybe == nil {
			return ofMatching(h, since(h.Oldest, r.Start))
		}
		return ofMatching(h, between(cmp.Or(h.Oldest, &r.Start), h.OldestMaybe, r.Start)) // without any it is met
	},
	doubt: func(r *report.Report) doubt { return doubtOf(r, "oldest", headers(r).Oldest) },
}

// newestAge counts as longer ago than any limit if nothing matches: nobody is
// told that the report came in when there is none. In an empty mailbox that is
// the kind empty.
var newestAge = Row{
	Label: "newest_age", What: "the age of the newest message", Unit: Age,
	Help:       "Time at which the newest message arrived, in seconds since 1970.",
	Prometheus: "pop3_newest_message_timestamp_seconds",
	Moment: func(r *report.Report) *time.Time {
		if h := headers(r); h.NewestMaybe == nil {
			return h.Newest
		}
		return nil
	},
	Warning: "newest-warning", Critical: "newest-critical",
	Words: func(m Metric, _ *Range) string {
		switch {
		case m.Read > 0:
			return noneOf(m.Read)
		case m.Value.isFinite() || m.Between != nil:
			return "newest " + m.Of + "message is " + old(m)
		}
		return "no message matches, old or new"
	},
	Low: whoSends,
	HighFor: func(m Metric) string {
		if m.Of != "" {
			return isSent
		}
		return isDelivered
	},
	value: func(r *report.Report, _ Limits) []Metric {
		h := headers(r)
		switch {
		case h.NewestMaybe != nil:
			return ofRead(r, ofMatching(h, between(h.NewestMaybe, h.Newest, r.Start)))
		case h.Matches != nil && *h.Matches == 0 && !r.Mailbox.Empty():
			return ofRead(r, ofMatching(h, []Metric{{Value: Real(math.Inf(1))}}))
		}
		return ofMatching(h, since(h.Newest, r.Start))
	},
	doubt: func(r *report.Report) doubt { return doubtOf(r, "newest", headers(r).Newest) },
}

var matches = Row{
	Label: "matches", What: "the number of messages that match", Unit: Count,
	Help:       "Number of messages that match, of those whose headers were read.",
	Prometheus: "pop3_matching_messages",
	Warning:    "messages-warning", Critical: "messages-critical",
	Words: func(m Metric, _ *Range) string {
		switch {
		case m.Read > 0:
			return noneOf(m.Read)
		case m.Between == nil:
			return howMany(m.Value.Int(), "matching message")
		}
		return "at least " + fault.Count(m.Value.Int(), "matching message")
	},
	High: whoSends, Low: isSent,
	value: func(r *report.Report, _ Limits) []Metric {
		h := headers(r)
		if h.Matches == nil {
			return nil
		}
		m := count(Whole(*h.Matches))
		if more := h.Undecided + h.Unread; more > 0 {
			m[0].Between = &[2]Number{m[0].Value, Whole(*h.Matches + more)}
		}
		return ofRead(r, m)
	},
	doubt: func(r *report.Report) doubt { return doubtOf(r, "", nil) },
}

// ofMatching marks ages as those of messages that match, if only these count.
func ofMatching(h report.Headers, ages []Metric) []Metric {
	for i := range ages {
		if h.Matches != nil {
			ages[i].Of = "matching "
		}
	}
	return ages
}

// ofRead marks what says that no message matches, if not all of them were read.
func ofRead(r *report.Report, all []Metric) []Metric {
	h := headers(r)
	if h.Matches != nil && *h.Matches == 0 && h.Undecided == 0 && *h.Read > 0 && *h.Read+r.Mailbox.Gone < r.Mailbox.Messages {
		all[0].Read = *h.Read
	}
	return all
}

func noneOf(read int64) string {
	if read == 1 {
		return "the only message that was read does not match"
	}
	return fmt.Sprintf("none of the %d messages that were read matches", read)
}

// headers is what TOP showed; nothing if the server has no TOP.
func headers(r *report.Report) report.Headers {
	if r.Mailbox == nil || r.Mailbox.Headers == nil {
		return report.Headers{}
	}
	return *r.Mailbox.Headers
}

// noTOP is why nothing is known about messages; RETR would mark them as read.
var noTOP = doubt{"top", "the server has no TOP", ""}

// doubtOf is why an age or a number of matches is not known. which message's age
// it is, and the date that it counts from, are nothing for a number.
func doubtOf(r *report.Report, which string, date *time.Time) doubt {
	h := headers(r)
	switch {
	case r.Mailbox == nil || r.Mailbox.Empty() || r.Mailbox.Headers == nil:
		return doubt{}
	case !h.Top:
		return noTOP
	case h.Unread > 0:
		return doubt{"top", fmt.Sprintf("only %d of %s were read", *h.Read, fault.Count(*h.Read+h.Unread, "header")), fault.NotAllRead}
	case h.Undecided > 1:
		return doubt{"top", fmt.Sprintf("%s, and %d more", h.Doubt, h.Undecided-1), ""}
	case h.Undecided > 0:
		return doubt{"top", h.Doubt, ""}
	case which != "" && date == nil && (h.Matches == nil || *h.Matches > 0):
		return doubt{"top", "the " + which + " message has no date that can be trusted", ""}
	}
	return doubt{}
}

// since is an age in whole seconds. Clocks differ: what comes from the future
// came just now.
func since(then *time.Time, now time.Time) []Metric {
	if then == nil {
		return nil
	}
	return count(ageOf(*then, now))
}

func ageOf(then, now time.Time) Number { return Whole(int64(max(now.Sub(then), 0) / time.Second)) }

// between is an age that is not known: that of the later time, or more, up to
// that of the earlier one; nil is no bound.
func between(later, earlier *time.Time, now time.Time) []Metric {
	most := Real(math.Inf(1))
	if earlier != nil {
		most = ageOf(*earlier, now)
	}
	return []Metric{{Value: Real(math.Inf(1)), Between: &[2]Number{ageOf(*later, now), most}}}
}

func old(m Metric) string {
	if m.Between != nil {
		return "at least " + fault.Age(time.Duration(m.Between[0].Int())*time.Second) + " old"
	}
	return fault.Age(time.Duration(m.Value.Int())*time.Second) + " old"
}

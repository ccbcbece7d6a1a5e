package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// transit is a table of the servers that the newest message came through, and what
// the trusted one said of it, for -v.
func transit(box *report.Mailbox) []string {
	if box == nil || box.Headers == nil {
		return nil
	}
	var all []string
	if t := box.Headers.Transit; t != nil {
		for _, hop := range t.Hops {
			all = append(all, hopLine(hop))
		}
		if t.Time != nil {
			all = append(all, fmt.Sprintf("%s in %s", fault.Count(len(t.Hops), "hop"), fault.Elapsed(*t.Time)))
		}
	}
	if results := box.Headers.Authentication; len(results) > 0 {
		all = append(all, fault.Shorten("authentication: "+strings.Join(results, ", "), maxText))
	}
	return all
}

// hopLine is a row of the table.
func hopLine(hop report.Hop) string {
	when, delay := "-", ""
	if !hop.Time.IsZero() {
		when = moment(hop.Time)
	}
	if hop.Delay != nil {
		delay = "+" + fault.Elapsed(*hop.Delay)
	}
	line := fmt.Sprintf("%-19s  %-11s  %-8s  %-7s  %s", when, delay, cmp.Or(hop.Protocol, "-"), cmp.Or(hop.TLS, "-"), cmp.Or(hop.Host, "-"))
	if hop.Behind > 0 {
		line += ", clock " + fault.Elapsed(hop.Behind) + " behind the one before"
	}
	return line
}

// withoutServers is the mailbox without what servers on the way of a message said.
func withoutServers(box *report.Mailbox) *report.Mailbox {
	if box == nil || box.Headers == nil || box.Headers.Transit == nil {
		return box
	}
	silent, headers, way := *box, *box.Headers, *box.Headers.Transit
	silent.Headers, headers.Transit, headers.Authentication = &headers, &way, nil
	way.Slowest, way.Hops = nil, slices.Clone(way.Hops)
	for i, hop := range way.Hops {
		way.Hops[i] = report.Hop{Time: hop.Time, Delay: hop.Delay, Behind: hop.Behind}
	}
	return &silent
}

// Package render words a Verdict: one table of formats, one function that
// cleans everything a server said.
package render

import (
	"maps"
	"slices"
	"strings"

	"check_pop3x/check/verdict"
)

// Options are what a user may ask of the output.
type Options struct {
	Verbose  int  // lines beyond the first: 1 phases and TLS, 2 capabilities, 3 the dialogue
	Jail     bool // do not show what the server said
	Terminal bool // a person reads it: no bound on the lines beyond the first

	Notes []string // for -v: options without effect and the like

	Name    string // of the check, where a format has one; "" is POP3 and the host
	Version string // of the plugin
}

// A Format writes a Verdict as one piece of text, its line ends included.
type Format func(verdict.Verdict, Options) string

// Formats is the table of formats by name.
var Formats = map[string]Format{
	"nagios":     nagios,
	"json":       asJSON,
	"prometheus": prometheus,
	"checkmk":    checkmk,
}

// Names lists the formats.
func Names() []string { return slices.Sorted(maps.Keys(Formats)) }

// The bounds of the plugin conventions: NRPE and Nagios lose what exceeds them.
const (
	maxLine = 1024 // octets of the first line, its end included
	maxPage = 4096 // octets of all lines
	minText = 200  // octets of text that stay before perfdata is cut
)

// A page is a Verdict on its way to a format.
type page struct {
	v verdict.Verdict
	o Options
}

// maxName bounds what a user gave for a name, in characters.
const maxName = 250

// name is that of the check.
func (p page) name() string {
	name := clean(p.o.Name, maxName)
	if name == "" {
		name = strings.TrimSpace("POP3 " + clean(p.v.Report.Host, maxName))
	}
	return name
}

// nagios is the line of the plugin guidelines, "POP3 OK - text | perfdata", and
// with -v the lines behind it.
func nagios(v verdict.Verdict, o Options) string {
	p := page{v, o}
	first := p.line() + "\n"
	lines := p.verbose()
	if o.Terminal || o.Verbose >= 3 {
		return first + joinLines(lines)
	}
	return first + fit(lines, maxPage-len(first))
}

// line is the first line, within maxLine.
func (p page) line() string {
	head := "POP3 " + p.v.Status.String() + " - "
	text, perf := trim(maxLine-1-len(head), p.text(), perfdata(p.v.Metrics), tail)
	return head + text + tail(perf)
}

// trim has text and what join makes of perf fit into so many octets: text is
// shortened first, to no less than minText, then metrics go from the end.
func trim(octets int, text string, perf []string, join func([]string) string) (string, []string) {
	for {
		rest := octets - len(join(perf))
		if len(text) <= rest || len(perf) == 0 || rest >= minText {
			return shortenBytes(text, rest), perf
		}
		perf = perf[:len(perf)-1]
	}
}

// tail is the perfdata with the bar in front, if there is any.
func tail(perf []string) string {
	if len(perf) == 0 {
		return ""
	}
	return " | " + strings.Join(perf, " ")
}

func joinLines(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

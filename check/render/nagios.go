package render

import (
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/verdict"
)

// The bounds of the plugin conventions: NRPE and Nagios lose what exceeds them.
const (
	maxLine = 1024 // octets of the first line, its end included
	maxPage = 4096 // octets of all lines
	minText = 200  // octets of text that stay before performance data is cut
)

// nagios is the line of the plugin guidelines, "POP3 OK - text | perfdata", and
// with -v the lines behind it.
func nagios(v verdict.Verdict, o Options) string {
	p := page{v, o}
	head := "POP3 " + v.Status.String() + " - "
	text, perf := trim(maxLine-len("\n")-len(head), p.text(), perfdata(v.Metrics), tail)
	first := head + text + tail(perf) + "\n"
	lines := p.verbose()
	if o.File {
		lines = comments(lines)
	}
	if o.Terminal || o.Verbose >= 3 {
		return first + joinLines(lines)
	}
	return first + fit(lines, maxPage-len(first))
}

// comments returns lines that no program obeys, whatever the server said: INI
// files, authorized_keys, crontabs and shells take # for a comment.
func comments(lines []string) []string {
	all := make([]string, len(lines))
	for i, line := range lines {
		all[i] = "# " + line
	}
	return all
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

// shortenBytes cuts text to max octets between characters.
func shortenBytes(text string, max int) string {
	if len(text) <= max {
		return text
	}
	const more = "…"
	end := 0
	for i := range text {
		if i > max-len(more) {
			break
		}
		end = i
	}
	return text[:end] + more
}

// tail is the performance data with the bar in front, if there is any.
func tail(perf []string) string {
	if len(perf) == 0 {
		return ""
	}
	return " | " + strings.Join(perf, " ")
}

// perfdata writes metrics as label=value[unit][;warn[;crit[;min[;max]]]],
// without trailing semicolons.
func perfdata(metrics []verdict.Metric) []string {
	var all []string
	for _, m := range metrics {
		all = append(all, performance(m, m.Row.Unit.Suffix, m.Warning.String(), m.Critical.String()))
	}
	return all
}

// performance is one metric with its limits as they are to be written.
func performance(m verdict.Metric, unit, warning, critical string) string {
	fields := []string{m.Label + "=" + number(m) + unit, warning, critical, bound(m.Min), bound(m.Max)}
	return strings.TrimRight(strings.Join(fields, ";"), ";")
}

// number is a metric's value as a plain decimal number.
func number(m verdict.Metric) string { return m.Value.Text(m.Row.Decimals) }

func bound(v *float64) string {
	if v == nil {
		return ""
	}
	return decimal(*v)
}

func joinLines(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// fit joins lines into at most max octets, cut at a line's end.
func fit(lines []string, max int) string {
	whole := joinLines(lines)
	if len(whole) <= max {
		return whole
	}
	var b strings.Builder
	for i, line := range lines {
		more := "… " + fault.Count(len(lines)-i, "line") + " more\n"
		if b.Len()+len(line)+1+len(more) > max {
			b.WriteString(more)
			break
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

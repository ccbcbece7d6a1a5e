package render

import (
	"fmt"
	"strings"

	"check_pop3x/check/verdict"
)

// checkmk is the line of a local check of Checkmk, STATE "NAME" METRICS TEXT,
// one blank apart each.
func checkmk(v verdict.Verdict, o Options) string {
	p := page{v, o}
	head := fmt.Sprintf(`%d "%s" `, v.Status, unquoted(nameOf(o, v.Report)))
	text, metrics := trim(maxLine-len(" \n")-len(head), unescaped(p.text()), localMetrics(v.Metrics), bars)
	return head + bars(metrics) + " " + text + "\n"
}

// unquoted has no quotes: Checkmk knows no way to have one in a name.
func unquoted(name string) string {
	return strings.NewReplacer(`"`, "’", "'", "’").Replace(name)
}

// unescaped has no \n, which Checkmk turns into a line end.
func unescaped(text string) string { return strings.ReplaceAll(text, `\n`, `\ n`) }

// bars joins metrics; a dash stands for none.
func bars(metrics []string) string {
	if len(metrics) == 0 {
		return "-"
	}
	return strings.Join(metrics, "|")
}

// localMetrics writes metrics as name=value[;warn[;crit[;min[;max]]]], without
// units.
func localMetrics(metrics []verdict.Metric) []string {
	var all []string
	for _, m := range metrics {
		all = append(all, performance(m, "", levels(m.Warning), levels(m.Critical)))
	}
	return all
}

// levels writes a range as [lower:]upper. One that alerts inside cannot be said
// so; the state has been judged by it all the same.
func levels(r *verdict.Range) string {
	if r == nil || r.AlertOnInside {
		return ""
	}
	return strings.TrimPrefix(r.String(), "~:")
}

package render

import (
	"strconv"
	"strings"

	"check_pop3x/check/verdict"
)

// perfdata writes metrics as label=value[unit][;warn[;crit[;min[;max]]]],
// without trailing semicolons.
func perfdata(metrics []verdict.Metric) []string {
	var all []string
	for _, m := range metrics {
		fields := []string{
			m.Label + "=" + figure(m) + m.Row.Unit.Suffix,
			m.Warning.String(), m.Critical.String(), limit(m.Min), limit(m.Max),
		}
		all = append(all, strings.TrimRight(strings.Join(fields, ";"), ";"))
	}
	return all
}

// figure is a metric's value as a plain decimal number.
func figure(m verdict.Metric) string { return strconv.FormatFloat(m.Value, 'f', m.Row.Decimals, 64) }

func limit(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

package formattest

import (
	"fmt"
	"regexp"
	"strings"
)

// A number, and levels: Checkmk accepts [lower:]upper, lower: and nothing.
const (
	plain  = `-?\d+(?:\.\d+)?`
	levels = `(?:(?:` + plain + `:)?` + plain + `|` + plain + `:)?`
)

var (
	local       = regexp.MustCompile(`^([0-3]) "([^"']+)" (\S+) (\S.*)\n$`)
	localMetric = regexp.MustCompile(`^[a-z][a-z0-9_]*=` + plain + `(?:;` + levels + `(?:;` + levels + `(?:;(?:` + plain + `)?(?:;(?:` + plain + `)?)?)?)?)?$`)
)

// Checkmk reads the format checkmk, the line of a local check, of a run with
// that exit code.
func Checkmk(said string, code int) error {
	found := local.FindStringSubmatch(said)
	switch {
	case found == nil || strings.Count(said, "\n") != 1:
		return fmt.Errorf("not the line of a local check: %q", said)
	case found[1] != fmt.Sprint(code):
		return fmt.Errorf("exit code %d: %s", code, said)
	case len(said) > 1024:
		return fmt.Errorf("%d octets", len(said))
	case strings.Contains(found[4], `\n`):
		return fmt.Errorf("Checkmk sees a line end in %q", said)
	}
	if err := Printable(strings.TrimSuffix(said, "\n")); err != nil || found[3] == "-" {
		return err
	}
	seen := map[string]bool{}
	for one := range strings.SplitSeq(found[3], "|") {
		name, _, _ := strings.Cut(one, "=")
		if !localMetric.MatchString(one) || strings.HasSuffix(one, ";") || seen[name] {
			return fmt.Errorf("%q is not a metric, or not the first of its name, in %s", one, said)
		}
		seen[name] = true
	}
	return nil
}

// Of returns the reader of a format, or nil for nagios.
func Of(format string) func(said string, code int) error {
	return map[string]func(string, int) error{"json": JSON, "prometheus": Prometheus, "checkmk": Checkmk}[format]
}

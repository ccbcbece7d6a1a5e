package formattest

import (
	"fmt"
	"regexp"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Families reads the text format of Prometheus.
func Families(said string) (map[string]*dto.MetricFamily, error) {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	return parser.TextToMetricFamilies(strings.NewReader(said))
}

// Value returns the value of the only series of a family with these labels,
// given as names and values.
func Value(said, name string, labels ...string) (float64, error) {
	all, err := Families(said)
	if err != nil {
		return 0, err
	}
	var found []float64
	for _, m := range all[name].GetMetric() {
		if has(m, labels) {
			found = append(found, m.GetGauge().GetValue())
		}
	}
	if len(found) != 1 {
		return 0, fmt.Errorf("%d series of %s with %v in\n%s", len(found), name, labels, said)
	}
	return found[0], nil
}

func has(m *dto.Metric, labels []string) bool {
	of := map[string]string{}
	for _, pair := range m.GetLabel() {
		of[pair.GetName()] = pair.GetValue()
	}
	for i := 0; i < len(labels); i += 2 {
		if of[labels[i]] != labels[i+1] {
			return false
		}
	}
	return true
}

// Prometheus reads the format prometheus of a run with that exit code.
func Prometheus(said string, code int) error {
	if err := Printable(strings.ReplaceAll(said, "\n", "")); err != nil {
		return err
	}
	all, err := Families(said)
	if err != nil {
		return fmt.Errorf("%w in\n%s", err, said)
	}
	for name, f := range all {
		if f.GetType() != dto.MetricType_GAUGE || f.GetHelp() == "" || !strings.HasPrefix(name, "pop3_") {
			return fmt.Errorf("%s is a %v, %q", name, f.GetType(), f.GetHelp())
		}
	}
	if err := eachOnce(said); err != nil {
		return err
	}
	if state, err := Value(said, "pop3_state"); err != nil || int(state) != code {
		return fmt.Errorf("exit code %d, but state %v (%w)", code, state, err)
	}
	return nil
}

var series = regexp.MustCompile(`^([a-z][a-z0-9_]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?)$`)

// eachOnce checks that the lines of a family are together, after its HELP and
// TYPE, and that no series occurs twice.
func eachOnce(said string) error {
	seen := map[string]bool{}
	family := ""
	for line := range strings.Lines(said) {
		line = strings.TrimSuffix(line, "\n")
		if name, help := strings.CutPrefix(line, "# HELP "); help {
			family, _, _ = strings.Cut(name, " ")
			if seen[family] {
				return fmt.Errorf("%s twice", family)
			}
			seen[family] = true
			continue
		}
		if line == "# TYPE "+family+" gauge" {
			continue
		}
		found := series.FindStringSubmatch(line)
		if found == nil || found[1] != family || seen[found[1]+"{"+found[2]] {
			return fmt.Errorf("misplaced, repeated, or not a series: %q", line)
		}
		seen[found[1]+"{"+found[2]] = true
	}
	return nil
}

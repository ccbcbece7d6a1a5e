package packaging

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"check_pop3x/check/options"
	"check_pop3x/check/verdict"
)

// TestGraphsNameMetrics: what is drawn by Icinga Web exists, and all that exists is drawn.
func TestGraphsNameMetrics(t *testing.T) {
	var labels []string
	for _, row := range verdict.Metrics() {
		labels = append(labels, row.Label)
	}
	labels = slices.DeleteFunc(labels, func(label string) bool { return label == "time_PHASE" })
	for _, phase := range options.Words()["PHASE"] {
		labels = append(labels, "time_"+phase)
	}
	template, err := os.ReadFile("icingaweb/pop3x.ini")
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]bool{}
	for _, found := range regexp.MustCompile(`\.perfdata\.(\w+)\.(\w+)"`).FindAllStringSubmatch(string(template), -1) {
		drawn[found[1]] = drawn[found[1]] || found[2] == "value"
		if !slices.Contains(labels, found[1]) || !slices.Contains([]string{"value", "warn", "crit"}, found[2]) {
			t.Errorf("there is no %s", found[0])
		}
	}
	if names := regexp.MustCompile(`(?m)^.*:.*"$`).FindAllString(string(template), -1); names != nil {
		t.Errorf("the module takes what is in front of a colon for the name of a macro: %q", names)
	}
	for _, label := range labels {
		if !drawn[label] {
			t.Errorf("%s is not drawn", label)
		}
	}
}

package packaging

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestRulesNameMetrics: each metric in the rules for Prometheus exists, and is in the manual.
func TestRulesNameMetrics(t *testing.T) {
	rules, err := os.ReadFile("prometheus/pop3.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("doc/manual.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`pop3_\w+`).FindAllString(string(rules), -1)
	if len(names) < 6 {
		t.Errorf("only %q were found", names)
	}
	for _, name := range names {
		if !strings.Contains(string(manual), name) {
			t.Errorf("the manual has no %s", name)
		}
	}
}

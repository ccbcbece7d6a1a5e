package packaging

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestRulesNameMetrics: each metric in the rules for Prometheus exists, and is in the manual. Each alert has a section of
// its document, to which it links.
func TestRulesNameMetrics(t *testing.T) {
	rules, err := os.ReadFile("prometheus/pop3.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("doc/manual.md")
	if err != nil {
		t.Fatal(err)
	}
	known, err := os.ReadFile("doc/alerts.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, alert := range regexp.MustCompile(`(?m)alert: (\w+)$`).FindAllStringSubmatch(string(rules), -1) {
		link := "monitoring-plugins-pop3x/alerts.md#" + strings.ToLower(alert[1]) + "\n"
		if !strings.Contains(string(known), "\n## "+alert[1]+"\n") || !strings.Contains(string(rules), link) {
			t.Errorf("%s has no section in alerts.md, or no link to it", alert[1])
		}
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

package packaging

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"check_pop3x/check/options"
)

// TestZabbixMacros: each macro that the template or its document uses has a value and a description. Zabbix would take one
// that is missing as it stands.
func TestZabbixMacros(t *testing.T) {
	text, err := Current().zabbix()
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Export struct {
			Templates []struct {
				Macros []struct{ Macro, Description string }
			}
		} `json:"zabbix_export"`
	}
	if err := json.Unmarshal([]byte(text), &template); err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for _, m := range template.Export.Templates[0].Macros {
		described[m.Macro] = m.Description != ""
	}
	document, err := os.ReadFile("doc/monitors.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, macro := range regexp.MustCompile(`\{\$[^}]+\}`).FindAllString(text+string(document), -1) {
		if !described[macro] {
			t.Errorf("%s has no description", macro)
		}
	}
}

// TestZabbixOptions: an option of every day that has a value is a macro, and no other is.
func TestZabbixOptions(t *testing.T) {
	r := Reference{Options: []options.Option{
		{Long: "deadline-of", Value: "DAY", Everyday: true, Description: "When it ends"}, {Long: "fast", Everyday: true}, {Long: "rare", Value: "ONE"},
	}}
	text, err := r.zabbix()
	if err != nil {
		t.Fatal(err)
	}
	const key = `"pop3x[\"{$POP3X.OPTIONS}\",\"--hostname={HOST.CONN}\",\"--deadline-of={$POP3X.DEADLINE.OF}\"]"`
	if !regexp.MustCompile(`"key": ` + regexp.QuoteMeta(key)).MatchString(text) {
		t.Errorf("no %s in\n%s", key, text)
	}
}

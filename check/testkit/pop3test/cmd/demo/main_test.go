package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"check_pop3x/check"
)

// asPlugin makes this binary the plugin.
const asPlugin = "CHECK_POP3X_DEMO"

func TestMain(m *testing.M) {
	if os.Getenv(asPlugin) != "" {
		os.Exit(check.Main("test", os.Args, os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// changing matches what differs from run to run: numbers, times and which phases
// took long.
var changing = regexp.MustCompile(` \([a-z]+ [0-9.]+ m?s[^)]*\)|: [a-z]+ [0-9.]+ m?s(, [a-z]+ [0-9.]+ m?s)*|\d+(\.\d+)?( m?s\b)?`)

// aScene matches a command and what it printed: what it is about, its arguments,
// the line, and the exit code.
var aScene = regexp.MustCompile(`(?m)^# (.*)\n\$ check_pop3x (.*)\n(POP3 .*)\nexit code (\d)$`)

// The README shows what the demo prints, except performance data. A busy machine
// may exceed the limits on time of a scene that has some.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	plugin, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asPlugin, "1")
	var out bytes.Buffer
	if err := run(plugin, &out); err != nil {
		t.Fatal(err)
	}
	played := map[string][]string{}
	for _, m := range aScene.FindAllStringSubmatch(out.String(), -1) {
		played[m[1]] = m
	}
	shown := aScene.FindAllStringSubmatch(string(readme), -1)
	if len(shown) < 4 {
		t.Errorf("the README shows %d scenes", len(shown))
	}
	for _, m := range shown {
		got, timed := played[m[1]], strings.Contains(m[2], " -w ")
		if got == nil || comparable(got) != comparable(m) && !(timed && got[4] != m[4]) {
			t.Errorf("the README shows\n%s\nbut the demo prints\n%q", m[0], got)
		}
	}
}

// comparable removes from a scene what may differ.
func comparable(scene []string) string {
	line, _, _ := strings.Cut(scene[3], " | ")
	return changing.ReplaceAllString(strings.Join([]string{scene[2], line, scene[4]}, "\n"), "")
}

package main

import (
	"bytes"
	"os"
	"regexp"
	"slices"
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

// number matches what differs from run to run.
var number = regexp.MustCompile(`\d+(\.\d+)?`)

// aScene matches a command of the README that is shown with its output.
var aScene = regexp.MustCompile(`(?m)^# .*\n\$ check_pop3x .*\n(POP3 .*\nexit code .*\n)`)

// The README shows what the demo prints. It may leave out performance data, and
// the lines of scenes with limits on time, which differ on a busy machine.
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
	var played []string
	for scene := range strings.SplitSeq(out.String(), "\n\n") {
		played = append(played, comparable(scene))
	}
	scenes := aScene.FindAllString(string(readme), -1)
	if len(scenes) < 4 {
		t.Errorf("the README shows %d scenes", len(scenes))
	}
	for _, scene := range scenes {
		if !slices.Contains(played, comparable(scene)) {
			t.Errorf("the demo does not print\n%s", scene)
		}
	}
}

// comparable removes from a scene what may differ.
func comparable(scene string) string {
	lines := strings.Split(number.ReplaceAllString(strings.TrimSpace(scene), "N"), "\n")
	if len(lines) < 4 || strings.Contains(lines[1], " -w N") {
		return strings.Join(lines[:min(2, len(lines))], "\n")
	}
	lines[2], _, _ = strings.Cut(lines[2], " | ")
	return strings.Join(lines, "\n")
}

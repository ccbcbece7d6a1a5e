package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"check_pop3x/check"
)

// asPlugin has this binary be the plugin.
const asPlugin = "CHECK_POP3X_DEMO"

func TestMain(m *testing.M) {
	if os.Getenv(asPlugin) != "" {
		os.Exit(check.Main(check.UntilSignal, "test", os.Args, os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// number is what differs from run to run.
var number = regexp.MustCompile(`\d+(\.\d+)?`)

// TestReadme: the README shows the scenes as they are played today. What a busy
// machine may make of those with limits on time is left out.
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
	shown, timed := number.ReplaceAllString(string(readme), "N"), regexp.MustCompile(` -(w 2|t )`)
	for scene := range strings.SplitSeq(strings.TrimSpace(out.String()), "\n\n") {
		if timed.MatchString(scene) {
			scene = strings.Join(strings.SplitN(scene, "\n", 3)[:2], "\n")
		}
		if scene = number.ReplaceAllString(scene, "N"); !strings.Contains(scene, "-vvv") && !strings.Contains(shown, scene) {
			t.Errorf("the README does not have\n%s", scene)
		}
	}
}

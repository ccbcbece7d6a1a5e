package options

import (
	"os"
	"regexp"
	"testing"

	"github.com/kballard/go-shellquote"
)

// TestCommandsInDocuments: what the documents tell people to type can be parsed.
func TestCommandsInDocuments(t *testing.T) {
	command := regexp.MustCompile(`(?m)^ *(?:\$ )?check_pop3x (-.*)$`)
	for name, atLeast := range map[string]int{"../../README.md": 25, "../../packaging/doc/upgrading.md": 1} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found := command.FindAllStringSubmatch(string(text), -1)
		if len(found) < atLeast {
			t.Errorf("%s: only %d commands were found", name, len(found))
		}
		for _, line := range found {
			args, err := shellquote.Split(line[1])
			if err == nil {
				_, err = Parse(args)
			}
			if err != nil {
				t.Errorf("%s: %s: %v", name, line[1], err)
			}
		}
	}
}

// Package formattest reads what check_pop3x wrote as strictly as any program may:
// what it does not take is a mistake of the writer. For tests only.
package formattest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// JSON reads the format json of a run that ended with that exit code.
func JSON(said string, code int) error {
	if strings.Count(said, "\n") != 1 || !strings.HasSuffix(said, "\n") {
		return fmt.Errorf("not one line: %q", said)
	}
	if err := Printable(strings.TrimSuffix(said, "\n")); err != nil {
		return err
	}
	schema, err := compiled()
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(said))
	if err != nil {
		return fmt.Errorf("%w in %s", err, said)
	}
	if err := schema.Validate(document); err != nil {
		return fmt.Errorf("%#v\n%s", err, said)
	}
	return sameState(said, code)
}

// sameState wants the state of the exit code, and that it is the worst of all.
func sameState(said string, code int) error {
	var d struct {
		State    struct{ Code int }
		Findings []struct{ State string }
	}
	if err := json.Unmarshal([]byte(said), &d); err != nil {
		return err
	}
	worst := 0
	order := []string{"OK", "UNKNOWN", "WARNING", "CRITICAL"}
	for _, f := range d.Findings {
		for i, name := range order {
			if f.State == name {
				worst = max(worst, i)
			}
		}
	}
	if d.State.Code != code || states[code] != order[worst] {
		return fmt.Errorf("exit code %d, but %s", code, said)
	}
	return nil
}

// states are the names of the exit codes.
var states = []string{"OK", "WARNING", "CRITICAL", "UNKNOWN"}

// compiled is the schema that users have. Its formats are obeyed, too.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	file, err := upwards(filepath.Join("packaging", "schema", "check_pop3x.schema.json"))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	return c.Compile(file)
})

// upwards finds a file of the module, from where a test runs.
func upwards(file string) (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, file)); missing == nil {
			return filepath.Join(dir, file), nil
		}
		if dir == filepath.Dir(dir) {
			err = fmt.Errorf("there is no %s", file)
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// Printable refuses what a terminal or a log could take for more than text.
func Printable(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("invalid UTF-8: %q", text)
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return fmt.Errorf("%U in %q", r, text)
		}
	}
	return nil
}

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

// JSON reads the format json of a run with that exit code.
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

// sameState checks that the state is that of the exit code and the worst of all
// findings.
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

// compiled returns the schema that users have. Its formats are asserted.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	file, err := moduleFile(filepath.Join("packaging", "schema", "check_pop3x.schema.json"))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	return c.Compile(file)
})

// moduleFile finds a file of the module from a test's directory.
func moduleFile(file string) (string, error) {
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

// Printable returns an error if text contains characters that a terminal or a
// log may interpret.
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

package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"check_pop3x/check/credential"
	"check_pop3x/check/probe"
	"check_pop3x/check/verdict"
)

// TestDocumentation looks for every visible option, phase and kind of fault in
// what a user reads.
func TestDocumentation(t *testing.T) {
	_, err := parse([]string{"--help"})
	if err == nil {
		t.Fatal("no help")
	}
	places := map[string]string{"--help": err.Error() + epilogue()}
	if text, err := os.ReadFile("../README.md"); err != nil {
		t.Errorf("the README is still to be written: %v", err)
	} else {
		places["README.md"] = string(text)
	}
	for place, text := range places {
		for _, name := range documented(t) {
			if !mentions(text, name) {
				t.Errorf("%s does not mention %s", place, name)
			}
		}
	}
}

// documented lists what the documentation must have: options, phases, logins, kinds,
// the variables of the environment and the credentials.
func documented(t *testing.T) []string {
	t.Helper()
	names := []string{"POP3X_USER", credential.PasswordVariable, credential.SystemdUser, credential.SystemdPassword}
	for _, option := range visible(reflect.TypeFor[options]()) {
		names = append(names, "--"+option)
	}
	names = append(names, probe.Names()...)
	names = append(names, probe.Logins()...)
	return append(names, kinds(t)...)
}

// visible lists the long names in a struct of options.
func visible(s reflect.Type) []string {
	var names []string
	for i := range s.NumField() {
		f := s.Field(i)
		switch name := f.Tag.Get("long"); {
		case f.Tag.Get("group") != "":
			names = append(names, visible(f.Type)...)
		case name != "" && f.Tag.Get("hidden") == "":
			names = append(names, name)
		}
	}
	return names
}

// kinds lists the constants of package fault, each of which has a row in the
// table of package verdict.
func kinds(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "fault/fault.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok && of.Name == "Kind" {
			name, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			names = append(names, name)
		}
		return true
	})
	if len(names) != len(verdict.Kinds) {
		t.Errorf("there are %d kinds of fault, %d of them in the table", len(names), len(verdict.Kinds))
	}
	return names
}

// mentions looks for a whole word.
func mentions(text, name string) bool {
	for rest := text; ; {
		before, after, found := strings.Cut(rest, name)
		if !found {
			return false
		}
		if !wordly(before, len(before)-1) && !wordly(after, 0) {
			return true
		}
		rest = after
	}
}

// wordly says whether the octet there is part of a name.
func wordly(text string, at int) bool {
	if at < 0 || at >= len(text) {
		return false
	}
	c := text[at]
	return c == '-' || c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

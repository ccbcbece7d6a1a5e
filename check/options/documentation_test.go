package options

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"check_pop3x/check/credential"
	"check_pop3x/check/probe"
	"check_pop3x/check/verdict"
)

// TestDocumentation looks for every visible option, phase and kind of fault, and
// every variable of the environment, in what a user reads.
func TestDocumentation(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
	options := visible(func(o Option) bool { return true })
	words := slices.Concat(probe.Names(), probe.Logins(), kinds(t))
	all := slices.Concat(options, words, literals(t, `^POP3X_[A-Z0-9_]+$`), []string{credential.SystemdUser, credential.SystemdPassword})
	reference := slices.Concat(all, literals(t, `^pop3_[a-z_]+$`))
	for _, place := range []struct {
		name, text string
		wanted     []string
	}{
		{"--help", help(), all},
		{"manual.md", read("../../packaging/doc/manual.md"), reference},
		{"the man page", strings.NewReplacer(`\-`, "-", `\fB`, "", `\fI`, "", `\fR`, "").Replace(read("../../packaging/man/check_pop3x.8")), reference},
		{"bash's completion", read("../../packaging/completion/check_pop3x.bash"), append(options, words...)},
		{"zsh's completion", read("../../packaging/completion/_check_pop3x"), append(options, words...)},
		{"Icinga 2's command", read("../../packaging/icinga2/pop3x.conf"), visible(func(o Option) bool { return !o.ByHand })},
	} {
		for _, name := range place.wanted {
			if !mentions(place.text, name) {
				t.Errorf("%s does not mention %s, type: make generate", place.name, name)
			}
		}
	}
}

// visible lists the names of options that are not hidden.
func visible(wanted func(Option) bool) []string {
	var names []string
	for _, o := range All() {
		if !o.Hidden && wanted(o) {
			names = append(names, "--"+o.Long)
		}
	}
	return names
}

// literals lists the strings in the source that match a pattern: variables of
// the environment, or metrics of Prometheus.
func literals(t *testing.T, pattern string) []string {
	t.Helper()
	own := regexp.MustCompile(pattern)
	found := map[string]bool{}
	here, errHere := filepath.Glob("../*.go")
	below, errBelow := filepath.Glob("../*/*.go")
	if err := errors.Join(errHere, errBelow); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(here, below...) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING && !strings.HasSuffix(name, "_test.go") {
				if text, _ := strconv.Unquote(literal.Value); own.MatchString(text) {
					found[text] = true
				}
			}
			return true
		})
	}
	if len(found) < 2 {
		t.Errorf("%s: only %d found in the source", pattern, len(found))
	}
	return slices.Sorted(maps.Keys(found))
}

// TestByHand: what ends in no check is not for an engine.
func TestByHand(t *testing.T) {
	engine := visible(func(o Option) bool { return !o.ByHand })
	for name, want := range map[string]bool{"--help": false, "--version": false, "--hostname": true} {
		if slices.Contains(engine, name) != want {
			t.Errorf("%s is for an engine: %v", name, !want)
		}
	}
}

// kinds lists the constants of package fault, each of which has a row in the
// table of package verdict.
func kinds(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../fault/kind.go", nil, 0)
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
	if len(names) != len(verdict.Kinds()) {
		t.Errorf("there are %d kinds of fault, %d of them in the table", len(names), len(verdict.Kinds()))
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

// wordly reports whether the octet there is part of a name.
func wordly(text string, at int) bool {
	if at < 0 || at >= len(text) {
		return false
	}
	c := text[at]
	return c == '-' || c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

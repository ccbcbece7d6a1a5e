package verdict

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"testing"

	"check_pop3x/check/fault"
)

// documented is what users rely on: the default state of each kind of fault.
var documented = []struct {
	kind   string
	status Status
}{
	{"usage", Unknown},
	{"dns", Critical}, {"refused", Critical}, {"unreachable", Critical},
	{"proxy", Critical},
	{"timeout", Critical},
	{"closed", Critical},
	{"tls", Critical}, {"tls-version", Warning}, {"tls-legacy", Warning}, {"tls-policy", Warning}, {"certificate", Critical}, {"ocsp", Warning}, {"crl", Warning},
	{"greeting", Critical}, {"mismatch", Warning},
	{"stls", Critical},
	{"cleartext", Unknown},
	{"mechanism", Critical},
	{"token", Unknown},
	{"ticket", Unknown},
	{"tls-required", Critical},
	{"auth", Critical},
	{"in-use", Warning}, {"login-delay", Warning},
	{"temporary", Critical}, {"permanent", Critical},
	{"command", Critical},
	{"protocol", Critical},
	{"cleartext-offered", OK},
	{"unjudged", Unknown}, {"empty", OK}, {"address", OK}, {"credential-expiry", Warning}, {"mail-authentication", Critical}, {"clock", OK}, {"consistency", Warning},
	{"send", Critical}, {"deferred", Warning},
	{"bounce", Critical}, {"probes", Warning},
	{"interrupted", Unknown}, {"internal", Unknown},
}

func TestKindsAreAsDocumented(t *testing.T) {
	if len(kinds) != len(documented) {
		t.Errorf("%d rows, %d are documented", len(kinds), len(documented))
	}
	for i, d := range documented {
		row, ok := Lookup(fault.Kind(d.kind))
		if !ok || row.Default != d.status || row.When == "" {
			t.Errorf("%s: got %+v, want %v", d.kind, row, d.status)
		}
		if i < len(kinds) && string(kinds[i].Kind) != d.kind {
			t.Errorf("row %d is %s, the documentation has %s", i, kinds[i].Kind, d.kind)
		}
	}
	if row, ok := Lookup("no-such-kind"); ok {
		t.Error(row)
	}
}

// Each kind that a fault can have is one row: a new one cannot be forgotten.
func TestEachKindHasOneRow(t *testing.T) {
	rows := map[fault.Kind]int{}
	for _, row := range kinds {
		rows[row.Kind]++
	}
	declared := declaredKinds(t)
	for name, kind := range declared {
		if rows[kind] != 1 {
			t.Errorf("fault.%s (%s) has %d rows", name, kind, rows[kind])
		}
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(string(kind)) {
			t.Errorf("fault.%s: %q cannot be typed behind --state", name, kind)
		}
	}
	if len(declared) != len(rows) {
		t.Errorf("%d kinds declared, %d have rows", len(declared), len(rows))
	}
}

// declaredKinds finds the constants of type Kind where they are declared.
func declaredKinds(t *testing.T) map[string]fault.Kind {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../fault/kind.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]fault.Kind{}
	for _, d := range file.Decls {
		block, ok := d.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST {
			continue
		}
		for _, s := range block.Specs {
			spec := s.(*ast.ValueSpec)
			if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != "Kind" {
				t.Fatalf("%v is a constant without the type Kind", spec.Names)
			}
			kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			kinds[spec.Names[0].Name] = fault.Kind(kind)
		}
	}
	if len(kinds) < 20 {
		t.Fatalf("only %d kinds found", len(kinds))
	}
	return kinds
}

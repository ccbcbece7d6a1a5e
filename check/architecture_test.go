package check_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "check_pop3x"

// A layer is a row of the design's table of places.
type layer struct {
	imports   []string // packages of the module besides check/fault
	libraries []string // of others; "*": its own, but none that has a place elsewhere
	never     []string // packages of the standard library, and functions of it
}

// layers is that table. A package without a row is a mistake.
var layers = map[string]layer{
	"packaging":          {imports: []string{"check/options", "check/verdict"}, libraries: []string{"*"}}, // what surrounds it, made from its tables
	"packaging/generate": {imports: []string{"packaging"}},
	"packaging/roots":    {}, // for the image

	"": {imports: []string{"check", "check/lean"}},
	"check": {imports: []string{
		"check/options", "check/confine", "check/files", "check/report", "check/credential", "check/probe", "check/verdict", "check/render",
	}},
	"check/options": {
		imports:   []string{"check/confine", "check/files", "check/report", "check/pop3", "check/sasl", "check/credential", "check/credential/kerberos", "check/credential/oauth", "check/crl", "check/loop", "check/resolve", "check/transport", "check/trust", "check/maildrop", "check/probe", "check/verdict", "check/render"},
		libraries: []string{"github.com/jessevdk/go-flags"},
	},
	"check/fault":                   {imports: []string{"check/charset", "check/stack"}},
	"check/lean":                    {imports: []string{"check/stack"}},
	"check/stack":                   {},
	"check/confine":                 {libraries: []string{"*"}, never: []string{"net", "time"}},
	"check/charset":                 {libraries: []string{"*"}, never: []string{"net", "os", "time"}},
	"check/report":                  {never: []string{"net", "os", "time.Now"}},
	"check/pop3":                    {never: []string{"net", "os", "time", "crypto/tls"}},
	"check/submit":                  {imports: []string{"check/sasl"}, never: []string{"net", "os", "time.Now", "crypto/tls"}},
	"check/sasl":                    {libraries: []string{"*"}, never: []string{"net", "os", "time"}},
	"check/maildrop":                {imports: []string{"check/charset", "check/report"}, never: []string{"net", "os", "time.Now", "time.Since", "time.Until"}},
	"check/files":                   {libraries: []string{"*"}, never: []string{"check_pop3x/check/fault"}},
	"check/credential":              {imports: []string{"check/charset", "check/files", "check/sasl"}, libraries: []string{"*"}},
	"check/credential/oauth":        {imports: []string{"check/credential", "check/files", "check/sasl"}, libraries: []string{"*"}},
	"check/credential/kerberos":     {imports: []string{"check/files"}, libraries: []string{"*"}},
	"check/trust":                   {imports: []string{"check/files"}, libraries: []string{"*"}, never: []string{"net", "os", "time.Now"}},
	"check/trust/roots.go":          {imports: []string{"check/files"}, libraries: []string{"*"}, never: []string{"net"}}, // the trusted roots are files
	"check/crl":                     {imports: []string{"check/files", "check/trust"}},
	"check/loop":                    {imports: []string{"check/files"}},
	"check/resolve":                 {imports: []string{"check/trust"}, libraries: []string{"*"}},
	"check/transport":               {imports: []string{"check/trust"}, libraries: []string{"*"}},
	"check/probe":                   {imports: []string{"check/pop3", "check/sasl", "check/submit", "check/crl", "check/loop", "check/resolve", "check/transport", "check/trust", "check/maildrop", "check/credential", "check/credential/kerberos", "check/report"}},
	"check/verdict":                 {imports: []string{"check/report"}, libraries: []string{"github.com/olorin/nagiosplugin"}, never: []string{"net", "os", "time.Now", "time.Since", "time.Until"}},
	"check/render":                  {imports: []string{"check/verdict", "check/report"}, never: []string{"os", "time.Now", "time.Since", "time.Until"}},
	"check/testkit/pop3test":        {},
	"check/testkit/dnstest":         {libraries: []string{"*"}}, // for tests: nothing may import it
	"check/testkit/formattest":      {libraries: []string{"*"}}, // for tests: nothing may import it
	"check/testkit/measured":        {},                         // for tests
	"check/testkit/ntlmtest":        {libraries: []string{"*"}}, // for tests: nothing may import it
	"check/testkit/measured/plugin": {imports: []string{"check", "check/lean", "check/testkit/measured"}},

	"check/lab/integration/engine": {imports: []string{"check/lab/integration/debian"}}, // for the tests of packaging, too
	"check/lab/demo":               {imports: []string{"check/testkit/pop3test", "check/lab/integration/debian", "check/lab/integration/engine"}},
	"check/lab/bench/startup":      {imports: []string{"check", "check/lean"}},
	"check/lab/bench":              {imports: []string{"check/testkit/pop3test", "check/lab/integration/engine"}},
}

// tools are programs for those who build it. They may use the fake server, exit
// and print, and nothing may import them.
var tools = []string{"check/testkit/measured/plugin", "check/testkit/pop3test/cmd/", "check/lab/bench", "check/lab/demo", "check/lab/integration", "packaging/generate", "packaging/roots"}

// system are the places with matters of the operating system: numbers of
// errors, processes, signals, owners of files.
var system = []string{"check", "check/transport", "check/files", "check/credential", "check/credential/oauth", "check/credential/kerberos"}

// spoken are the ways to end the process or to write past check.Main.
var spoken = []string{
	"os.Exit", "syscall.Exit", "log.*", "os.Stdout", "os.Stderr", "fmt.Print", "fmt.Printf", "fmt.Println", "print", "println",
}

// silence is how libraries are kept from writing past it.
const silence = "log.SetOutput"

// TestArchitecture fails on an arrow that the table does not have, and on an
// end or an output anywhere but in main.go.
func TestArchitecture(t *testing.T) {
	files := 0
	for name, file := range sources(t) {
		files++
		place := strings.Trim(path.Dir(name), ".")
		for _, wrong := range misplaced(place, name, file) {
			t.Errorf("%s: %s", name, wrong)
		}
	}
	if files < 20 {
		t.Errorf("only %d files were found", files)
	}
}

// sources parses the module's files, except tests.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	root := os.DirFS("..")
	all := map[string]*ast.File{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || len(name) > 1 && strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		all[name], err = parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// misplaced lists what a file has that its place may not have.
func misplaced(place, name string, file *ast.File) (wrong []string) {
	row, known := layers[name] // a file with rules of its own
	if !known {
		row, known = layers[place]
	}
	tool := slices.ContainsFunc(tools, func(dir string) bool { return strings.HasPrefix(place+"/", strings.TrimSuffix(dir, "/")+"/") })
	if tool && !known {
		row = layer{imports: []string{"check/testkit/pop3test"}}
	} else if !known {
		return []string{"package " + place + " has no row in the table of places"}
	}
	if !tool && !slices.Contains(system, place) && !strings.HasPrefix(place, "check/testkit/") {
		row.never = append(slices.Clone(row.never), "syscall")
	}
	for _, imported := range imports(file) {
		if !row.mayImport(imported) {
			wrong = append(wrong, "imports "+imported)
		}
	}
	never := row.never
	if !tool && name != "main.go" {
		never = append(slices.Clone(never), spoken...)
	}
	for _, used := range uses(file) {
		if used == silence {
			continue
		}
		if slices.Contains(never, used) || slices.Contains(never, strings.Split(used, ".")[0]+".*") {
			wrong = append(wrong, "uses "+used)
		}
	}
	return wrong
}

func (l layer) mayImport(imported string) bool {
	own, inside := strings.CutPrefix(imported, module+"/")
	switch {
	case slices.Contains(l.never, imported):
		return false
	case inside:
		return own == "check/fault" || slices.Contains(l.imports, own)
	case strings.Contains(strings.Split(imported, "/")[0], "."):
		return slices.Contains(l.libraries, imported) || slices.Contains(l.libraries, "*") && !placedElsewhere(imported)
	}
	return true
}

// placedElsewhere reports whether a library serves at one place only.
func placedElsewhere(library string) bool {
	for _, l := range layers {
		if slices.Contains(l.libraries, library) {
			return true
		}
	}
	return false
}

func imports(file *ast.File) []string {
	var all []string
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		all = append(all, imported)
	}
	return all
}

// uses lists the functions and variables of other packages that a file names,
// as package.Name, and the built-in functions that it calls.
func uses(file *ast.File) []string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path.Base(imported)
	}
	var all []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && names[x.Name] != "" {
				all = append(all, fmt.Sprintf("%s.%s", names[x.Name], n.Sel.Name))
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok {
				all = append(all, f.Name)
			}
		}
		return true
	})
	return all
}

// TestTheRoot holds what the design lets it hold, what is built aside.
func TestTheRoot(t *testing.T) {
	allowed := []string{"main.go", "check", "packaging", "go.mod", "go.sum", "Makefile", "README.md", "CHANGELOG.md", "LICENSE"}
	ignored, err := os.ReadFile("../.gitignore")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(ignored)) {
		allowed = append(allowed, strings.Trim(line, "/\n"))
	}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) {
			t.Errorf("%s has no place in the root", e.Name())
		}
	}
}

func TestTheArchitectureTestSeesMistakes(t *testing.T) {
	for place, text := range map[string]string{
		"check/pop3":      `import "net"`,
		"check/resolve":   `import "syscall"`,
		"check/render":    `import "check_pop3x/check/probe"`,
		"check/verdict":   `import "time"; var x = time.Now()`,
		"check/probe":     `import "check_pop3x/check/testkit/pop3test"`,
		"check":           `import o "os"; func f() { o.Exit(1) }`,
		"check/sasl":      `import "github.com/olorin/nagiosplugin"`,
		"check/report":    `func f() { println("x") }`,
		"check/fault":     `import "log"; func f() { log.Fatalln() }`,
		"check/files":     `import "check_pop3x/check/fault"`,
		"check/unknown":   ``,
		"check/lab/bench": `import "check_pop3x/check"`,
		"packaging":       `import "check_pop3x/check/render"`,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+text, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(misplaced(place, place+"/x.go", file)) == 0 {
			t.Errorf("%s: %s was taken", place, text)
		}
	}
}

package check_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// theMap reads the package comment of doc.go.
func theMap(t *testing.T) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	return file.Doc.Text()
}

// TestMapOfPackages: doc.go lists every package that is shipped, and each imports
// only packages below it.
func TestMapOfPackages(t *testing.T) {
	_, list, _ := strings.Cut(theMap(t), "# Packages")
	list, _, _ = strings.Cut(list, "# How it grows")
	var order []string
	for _, m := range regexp.MustCompile(`(?m)^\t([a-z0-9/]+) `).FindAllStringSubmatch(list, -1) {
		order = append(order, strings.TrimPrefix(m[1], "check"))
	}
	shipped := map[string]bool{}
	for name, file := range sources(t) {
		room, ok := strings.CutPrefix(path.Dir(name), "check")
		room = strings.TrimPrefix(room, "/")
		if top, _, _ := strings.Cut(room, "/"); !ok || top == "testkit" || top == "lab" {
			continue
		}
		shipped[room] = true
		for _, imported := range imports(file) {
			below, ok := strings.CutPrefix(imported, module+"/check/")
			if ok && slices.Index(order, below) < slices.Index(order, room) {
				t.Errorf("%s imports %s, which doc.go has above it, or not at all", name, below)
			}
		}
	}
	if names := slices.Sorted(maps.Keys(shipped)); !slices.Equal(names, slices.Sorted(slices.Values(order))) {
		t.Errorf("doc.go lists\n%q\nshipped are\n%q", slices.Sorted(slices.Values(order)), names)
	}
}

// TestMapOfGrowth: the files that doc.go sends people to exist, and have the
// tables.
func TestMapOfGrowth(t *testing.T) {
	_, growth, _ := strings.Cut(theMap(t), "# How it grows")
	found := 0
	for _, m := range regexp.MustCompile(`([\w./]+\.(?:go|txt|json|md))(?:\s+\((\w+)\))?`).FindAllStringSubmatch(growth, -1) {
		name, table := m[1], m[2]
		dir, example := strings.CutSuffix(name, "/NAME"+path.Ext(name))
		switch {
		case example:
			if files, _ := filepath.Glob(dir + "/*" + path.Ext(name)); len(files) < 2 {
				t.Errorf("there is no file like %s", name)
			}
		case table != "":
			found++
			if !slices.Contains(declared(t, name), table) {
				t.Errorf("%s does not declare %s", name, table)
			}
		case strings.Contains(name, "/"):
			if _, err := os.Stat(name); err != nil {
				t.Error(err)
			}
		}
	}
	if found < 8 {
		t.Errorf("only %d tables were found", found)
	}
}

// declared lists the names that a file declares at its top.
func declared(t *testing.T, name string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Error(err)
		return nil
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			names = append(names, d.Name.Name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
				case *ast.ValueSpec:
					for _, id := range s.Names {
						names = append(names, id.Name)
					}
				}
			}
		}
	}
	return names
}

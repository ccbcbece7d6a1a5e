package lean

import (
	"go/parser"
	"go/token"
	"runtime"
	"slices"
	"testing"
)

func TestOneProcessor(t *testing.T) {
	if n := runtime.GOMAXPROCS(0); n != 1 {
		t.Errorf("%d processors are used, want 1", n)
	}
}

// Every package that lean imports is initialized before it.
func TestImportsNextToNothing(t *testing.T) {
	for name, allowed := range map[string][]string{"lean.go": {`"runtime"`, `"check_pop3x/check/stack"`}, "../stack/stack.go": nil} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range file.Imports {
			if !slices.Contains(allowed, imported.Path.Value) {
				t.Errorf("%s imports %s", name, imported.Path.Value)
			}
		}
	}
}

package lean

import (
	"go/parser"
	"go/token"
	"runtime"
	"testing"
)

func TestOneProcessor(t *testing.T) {
	if n := runtime.GOMAXPROCS(0); n != 1 {
		t.Errorf("%d processors are used, want 1", n)
	}
}

// Every package that lean imports is initialized before it.
func TestImportsOnlyRuntime(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "lean.go", nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, imported := range file.Imports {
		if imported.Path.Value != `"runtime"` {
			t.Errorf("imports %s", imported.Path.Value)
		}
	}
}

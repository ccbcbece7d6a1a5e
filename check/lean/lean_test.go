package lean

import (
	"go/parser"
	"go/token"
	"runtime"
	"testing"
)

func TestOneProcessor(t *testing.T) {
	if n := runtime.GOMAXPROCS(0); n != 1 {
		t.Errorf("%d processors are used", n)
	}
}

// Only what uses its frame keeps it.
func TestReserve(t *testing.T) {
	if reserve(true) != 1 || reserve(false) != 0 {
		t.Error("the frame is not used")
	}
}

// Whatever it imported would be initialized before it.
func TestNothingComesBefore(t *testing.T) {
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

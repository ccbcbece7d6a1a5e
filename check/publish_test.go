package check

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadersSeeWholeFiles reads while the file is replaced again and again: it
// is one text or the other, never missing or half of one.
func TestReadersSeeWholeFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pop3.prom")
	texts := []string{strings.Repeat("a", 1<<16), strings.Repeat("b", 1<<10)}
	if err := replace(file, texts[0]); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		var err error
		for i := range 50 {
			err = errors.Join(err, replace(file, texts[i%2]))
		}
		done <- err
	}()
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
				t.Errorf("%d files are there", len(left))
			}
			return
		default:
			if got, err := os.ReadFile(file); err != nil || string(got) != texts[0] && string(got) != texts[1] {
				t.Fatalf("%d octets, %v", len(got), err)
			}
		}
	}
}

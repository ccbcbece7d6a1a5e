package files

import (
	"io"
	"os"
	"strings"
	"testing"
)

// A pipe takes what it has room for. The rest, and a pipe that is full, is left to
// a write that may wait.
func TestWriteNow(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n := WriteNow(w, "OK\n"); n != 3 {
		t.Errorf("wrote %d octets, want 3", n)
	}
	text := strings.Repeat("x", 1<<20)
	wrote := WriteNow(w, text)
	if wrote == 0 || wrote == len(text) {
		t.Errorf("wrote %d octets", wrote)
	}
	if n := WriteNow(w, text); n != 0 {
		t.Errorf("wrote %d octets to a full pipe", n)
	}
	w.Close()
	if n := WriteNow(w, "late"); n != 0 {
		t.Errorf("wrote %d octets to a closed file", n)
	}
	if all, err := io.ReadAll(r); err != nil || string(all) != "OK\n"+text[:wrote] {
		t.Errorf("read %d octets, %v", len(all), err)
	}
}

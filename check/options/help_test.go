package options

import (
	"strings"
	"testing"
)

// The everyday options are one screen, of 24 lines and 80 columns.
func TestEveryday(t *testing.T) {
	text := everyday()
	if n := strings.Count(text, "\n"); n > 24 || !strings.HasSuffix(text, "\nall options: --help\n") {
		t.Errorf("%d lines:\n%s", n, text)
	}
	narrow(t, text)
}

// Descriptions begin in column 26, however long the names are.
func TestHelp(t *testing.T) {
	text := help()
	narrow(t, text)
	options, _, _ := strings.Cut(text, "\nKinds of fault")
	for line := range strings.Lines(options) {
		if rest, ok := strings.CutPrefix(line, strings.Repeat(" ", margin)); ok && strings.HasPrefix(rest, " ") {
			t.Errorf("not in column %d: %q", margin, line)
		}
	}
	if want := "\n      --oauth-client-secret-file FILE\n" + strings.Repeat(" ", margin) + "File whose first line is the client secret; needs\n"; !strings.Contains(text, want) {
		t.Errorf("no%s\nin%s", want, text)
	}
}

// Usage is five lines that end with --help.
func TestUsage(t *testing.T) {
	if strings.Count(Usage, "\n") != 5 || !strings.HasSuffix(Usage, "--help\n") {
		t.Error(Usage)
	}
	narrow(t, Usage)
}

func narrow(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if len(line) > width+1 {
			t.Errorf("over %d columns: %q", width, line)
		}
	}
}

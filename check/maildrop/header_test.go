package maildrop

import (
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// read reads a header as TOP sends it, for a plan with the matches.
func read(text string, match ...Match) *Header {
	h := NewReading(Plan{Match: match}, Scan{}, now).Header()
	for line := range strings.Lines(text) {
		h.Add([]byte(strings.TrimSuffix(line, "\n")))
	}
	return h
}

func TestHeaderFault(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{"Subject: x\n y\nX-Empty:\n", ""},
		{"Subject: x", ""},
		{"", "the newest message has no header"},
		{"\nSubject: x", "the newest message has no header"},
		{"From alice Sat Jan 31 12:00:00 2026\nSubject: x", "the newest message has a line in its header that is not a field"},
		{" continued\nSubject: x", "the newest message has a line in its header that is not a field"},
		{"Sub ject: x", "the newest message has a line in its header that is not a field"},
		{": x", "the newest message has a line in its header that is not a field"},
		{"Gr\xc3\xbc\xc3\x9fe: x", "the newest message has a line in its header that is not a field"},
		{"<html>", "the newest message has a line in its header that is not a field"},
	} {
		f := fault.Of(read(c.header).Fault())
		if got := f != nil; got != (c.want != "") || got && f.Text != c.want {
			t.Errorf("%q: %v, want %q", c.header, f, c.want)
		}
	}
}

// Only wanted fields are kept, and no more of them than the bounds allow.
func TestHeaderIsBounded(t *testing.T) {
	long := strings.Repeat("x", 60_000)
	h := read(strings.Repeat("Received: "+long+"\n "+long+"\n", 100) + strings.Repeat("X: "+long+"\n", 100))
	kept := 0
	for _, values := range h.kept {
		for _, v := range values {
			kept += len(v)
		}
	}
	if len(h.kept) != 1 || kept > maxValues*(maxValue+1) {
		t.Errorf("%d octets of %d fields", kept, len(h.kept))
	}
}

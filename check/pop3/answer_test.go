package pop3

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// What came of an answer when the time was up, and what of it the trace shows: all
// of a status line, but no challenge and no message beyond its first lines.
func TestUnfinished(t *testing.T) {
	auth := func(c *Conn) error { return c.Auth("PLAIN", exchange{initial: []byte{}}) }
	const cut = "S: (the line did not end)"
	for name, s := range map[string]struct {
		dialogue   string
		do         func(*Conn) error
		text, said string
		trace      []string // its end
	}{
		"status line":      {"C: NOOP\nS- +O", (*Conn).Noop, "the answer to NOOP stopped in the middle", "+O", []string{"C: NOOP", "S: +O", cut}},
		"challenge":        {"C: AUTH PLAIN =\nS- + dj0x", auth, "the answer to AUTH stopped in the middle", "+ ***", []string{"S: + ***", cut}},
		"status of a list": {"C: CAPA\nS: +OK", func(c *Conn) error { _, err := c.Capa(); return err }, "the answer to CAPA stopped after the +OK", "", []string{"C: CAPA", "S: +OK"}},
		"list":             {"C: CAPA\nS: +OK\nS: TOP\nS- UI", func(c *Conn) error { _, err := c.Capa(); return err }, "the answer to CAPA stopped after line 1", "", []string{"S: TOP", "S: UI", cut}},
		"message":          {"C: TOP 1 0\nS: +OK\nS- Date: Mon", func(c *Conn) error { return c.Top(1, 0, func([]byte) {}) }, "the answer to TOP stopped after the +OK", "", []string{"S: Date: Mon", cut}},
	} {
		w := play(t, s.dialogue)
		w.end = os.ErrDeadlineExceeded
		var trace tracer
		err := s.do(New(w, trace.note))
		part, ok := errors.AsType[*Unfinished](err)
		if !ok || part.Text != s.text || part.Said != s.said || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		if end := trace[max(0, len(trace)-len(s.trace)):]; !slices.Equal(end, s.trace) {
			t.Errorf("%s: %q", name, trace)
		}
	}
}

// Of a line that is too long the trace shows the beginning.
func TestTraceOfALongLine(t *testing.T) {
	var trace tracer
	if _, err := New(play(t, "S: +OK "+strings.Repeat("x", MaxLine)), trace.note).Greeting(); err != errLongLine {
		t.Error(err)
	}
	if want := []string{"S: +OK " + strings.Repeat("x", 508), "S: (the line did not end)"}; !slices.Equal(trace, want) {
		t.Errorf("%q", trace)
	}
}

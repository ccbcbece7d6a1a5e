package pop3

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// Lines of a message may be as long as they are. They are counted, and of what is
// looked at only the beginning is kept.
func TestLongLines(t *testing.T) {
	for _, length := range []int{MaxLine - 1, MaxLine, MaxLine + 1, 2*MaxLine - 1, 2 * MaxLine, 300_000, 5 << 20} {
		for _, end := range []string{"\r\n", "\n"} {
			for _, most := range []int{1 << 20, 4096, 1000} {
				said := []byte("+OK\r\n" + "Subject: x" + end + strings.Repeat("x", length) + end + "y" + end + "." + end)
				c := New(&fixedServer{said: said, chunk: most}, silent)
				body, err := c.Retr(1, MaxRetr)
				if want := int64(12 + length + 2 + 3); err != nil || body.Octets != want || body.Lines != 3 || !body.Whole {
					t.Errorf("%d octets in reads of %d: %+v, %v", length, most, body, err)
				}
				if kept := cap(c.lines.buf); kept > 2*MaxLine {
					t.Errorf("%d octets kept of a line of %d", kept, length)
				}
			}
		}
	}
	var lines [][]byte
	c := New(&fixedServer{said: []byte("+OK\r\nX: ." + strings.Repeat("x", 200_000) + "\r\n..y\r\n.\r\n"), chunk: 1 << 20}, silent)
	err := c.Top(1, 0, func(line []byte) { lines = append(lines, bytes.Clone(line)) })
	if err != nil || len(lines) != 2 || len(lines[0]) != MaxLine || string(lines[1]) != ".y" {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

// A line that does not end is read up to the bound, of a header up to its own.
func TestEndlessLine(t *testing.T) {
	c := New(&endless{line: "x", left: 1 << 24}, silent)
	body, err := c.Retr(1, 1<<20)
	if err != nil || body.Whole || body.Octets <= 1<<20 || body.Octets > 1<<20+4*MaxLine || cap(c.lines.buf) > 2*MaxLine {
		t.Errorf("%+v, %v, %d octets kept", body, err, cap(c.lines.buf))
	}
	c = New(&endless{line: "x", left: 1 << 24}, silent)
	if err := c.Top(1, 0, func([]byte) {}); kindOf(err) != fault.Protocol {
		t.Error(err)
	}
}

// What comes out of turn is blamed on what did not end where it seemed to.
func TestOutOfTurn(t *testing.T) {
	retr := func(c *Conn) error { _, err := c.Retr(1, MaxRetr); return err }
	capa := func(c *Conn) error { _, err := c.Capa(); return err }
	greeting := func(c *Conn) error { _, err := c.Greeting(); return err }
	const early = "the answer to RETR ended at a dot that was not doubled (RFC 1939, section 3)"
	const twice = "the server answered twice, at the greeting or at CAPA"
	const perhaps = "the answer to RETR seems to end at a dot that was not doubled (RFC 1939, section 3)"
	const several = "the greeting has several lines, and RFC 1939 allows one"
	for _, s := range []struct {
		said string
		ask  []func(*Conn) error
		want string
	}{
		{"+OK\r\na\r\n.\r\n", []func(*Conn) error{retr}, ""},
		{"+OK\r\na\r\n.\r\nb\r\n.\r\n", []func(*Conn) error{retr}, `"b" ` + early},
		{"+OK\r\na\r\n.\r\n|b\r\n.\r\n", []func(*Conn) error{retr, (*Conn).Noop}, `"b" ` + perhaps},
		{"+OK\r\na\r\n.\r\n-ERR gone\r\n", []func(*Conn) error{retr, (*Conn).Noop}, "NOOP: -ERR gone"}, // the server's last word
		{"+OK\r\na\r\n.\r\n|+OK\r\nb\r\n", []func(*Conn) error{retr, (*Conn).Noop, (*Conn).Noop}, `"b" the server spoke before NOOP was sent`},
		{"+OK a\r\nb\r\n", []func(*Conn) error{greeting, capa}, `"b" ` + several},
		{"+OK a\r\n+OK b\r\n", []func(*Conn) error{greeting, capa}, `"+OK b" ` + several},
		{"+OK a\r\n|b\r\n", []func(*Conn) error{greeting, capa}, `"b" the answer to CAPA is neither +OK nor -ERR`},
		{"+OK a\r\n|+OK b\r\n+OK\r\nUSER\r\n.\r\n", []func(*Conn) error{greeting, capa}, `"+OK" ` + twice},
		{"+OK a\r\n|+OK b\r\n-ERR no CAPA\r\n", []func(*Conn) error{greeting, capa}, `"-ERR no CAPA" ` + twice},
	} {
		first, later, _ := strings.Cut(s.said, "|")
		c := New(&inTurns{[]string{first, later}}, silent)
		var err error
		for _, ask := range s.ask {
			if err == nil {
				err = ask(c)
			}
		}
		got := ""
		if err != nil {
			got = strings.TrimSuffix(err.Error(), " [protocol]")
		}
		if got != s.want {
			t.Errorf("%q: %s, want %s", s.said, got, s.want)
		}
	}
}

// inTurns says each text in a packet of its own.
type inTurns struct{ packets []string }

func (n *inTurns) Read(p []byte) (int, error) {
	if len(n.packets) == 0 {
		return 0, io.EOF
	}
	said := copy(p, n.packets[0])
	n.packets = n.packets[1:]
	return said, nil
}
func (n *inTurns) Write(p []byte) (int, error)     { return len(p), nil }
func (n *inTurns) ReadWaiting([]byte) (int, error) { return 0, nil }

// A line that is not what it should be says what can be seen of it.
func TestMalformed(t *testing.T) {
	for said, want := range map[string]string{
		"+OK  5  1234": `"+OK  5  1234" the answer has several blanks where RFC 1939 has one [protocol]`,
		" 1 2":         `" 1 2" the answer has several blanks where RFC 1939 has one [protocol]`,
		"1\t2":         `"1\t2" the answer has a tab where RFC 1939 has a blank [protocol]`,
		"1 many":       `"1 many" x [protocol]`,
		"":             `x: it is empty [protocol]`,
	} {
		if got := malformed(said, "x").Error(); got != want {
			t.Errorf("%q: %s, want %s", said, got, want)
		}
	}
}

package pop3

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// lines joins the lines of a stream.
func lines(stream func(add func(format string, args ...any)) error) string {
	var all []string
	err := stream(func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) })
	return outcome(strings.Join(all, "|"), err)
}

func list(c *Conn) string {
	return lines(func(add func(string, ...any)) error {
		return c.List(func(number, octets int64) { add("%d:%d", number, octets) })
	})
}

func uidl(c *Conn) string {
	return lines(func(add func(string, ...any)) error {
		return c.UIDL(func(number int64, uid []byte) { add("%d:%s", number, uid) })
	})
}

func top(c *Conn) string {
	return lines(func(add func(string, ...any)) error {
		return c.Top(1, 0, func(line []byte) { add("%s", line) })
	})
}

// RFC 1939, section 5.
func TestListAndSizeOf(t *testing.T) {
	ask := "S: +OK\nC: LIST\n"
	runStories(t, []story{
		{"usual", ask + "S: +OK 2 messages (320 octets)\nS+ 1 120\nS+ 2 200\nS+ .", `+OK "1:120|2:200"`, nil},
		{"with text", ask + "S: +OK\nS+ 1 120 and more\nS: .", `+OK "1:120"`, nil},
		{"none", ask + "S: +OK\nS: .", `+OK ""`, nil},
		{"any numbers", ask + "S: +OK\nS+ 7 0\nS+ 0 9223372036854775807\nS+ .", `+OK "7:0|0:9223372036854775807"`, nil},
		{"refused", ask + "S: -ERR [IN-USE] later", `-ERR LIST "[IN-USE] later" [IN-USE]`, nil},
		{"one number", ask + "S: +OK\nS+ 1\nS+ .", `protocol "1"`, nil},
		{"two blanks", ask + "S: +OK\nS+ 1  120\nS+ .", `protocol "1  120"`, nil},
		{"too large", ask + "S: +OK\nS+ 1 9223372036854775808\nS+ .", `protocol "1 9223372036854775808"`, nil},
		{"sign", ask + "S: +OK\nS+ 1 -5\nS+ .", `protocol "1 -5"`, nil},
		{"empty line", ask + "S: +OK\nS+ \nS+ .", `protocol ""`, nil},
		{"stuffed dot", ask + "S: +OK\nS+ ..\nS+ .", `protocol "."`, nil},
		{"hang-up", ask + "S: +OK\nS+ 1 120", `closed ""`, nil},
	}, afterGreeting(list))
	ask = "S: +OK\nC: LIST 3\n"
	runStories(t, []story{
		{"usual", ask + "S: +OK 3 200", `+OK "200"`, nil},
		{"another", ask + "S: +OK 2 200", `protocol "+OK 2 200"`, nil},
		{"no size", ask + "S: +OK 3", `protocol "+OK 3"`, nil},
		{"refused", ask + "S: -ERR no such message", `-ERR LIST "no such message"`, nil},
	}, afterGreeting(func(c *Conn) string { n, err := c.SizeOf(3); return outcome(itoa(n), err) }))
}

// RFC 1939, section 7: what a unique-id may be is not judged here.
func TestUIDLAndUIDOf(t *testing.T) {
	ask := "S: +OK\nC: UIDL\n"
	runStories(t, []story{
		{"usual", ask + "S: +OK\nS+ 1 whqtswO00WBw418f9t5JxYwZ\nS+ 2 QhdPYR:00WBw1Ph7x7\nS+ .", `+OK "1:whqtswO00WBw418f9t5JxYwZ|2:QhdPYR:00WBw1Ph7x7"`, nil},
		{"blank after +OK", ask + "S: +OK \nS: .", `+OK ""`, nil},
		{"empty, blanks", ask + "S: +OK\nS+ 1\nS+ 2 \nS+ 3 a b\nS+ .", `+OK "1:|2:|3:a b"`, nil},
		{"no number", ask + "S: +OK\nS+ a b\nS+ .", `protocol "a b"`, nil},
		{"refused", ask + "S: -ERR", `-ERR UIDL ""`, nil},
	}, afterGreeting(uidl))
	ask = "S: +OK\nC: UIDL 2\n"
	runStories(t, []story{
		{"usual", ask + "S: +OK 2 QhdPYR:00WBw1Ph7x7", `+OK "QhdPYR:00WBw1Ph7x7"`, nil},
		{"another", ask + "S: +OK 1 a", `protocol "+OK 1 a"`, nil},
	}, afterGreeting(func(c *Conn) string { return outcome(c.UIDOf(2)) }))
}

func TestOtherCommands(t *testing.T) {
	runStories(t, []story{
		{"usual", "S: +OK\nC: TOP 1 0\nS: +OK\nS+ Subject: x\nS+ ..\nS+ \nS+ .", `+OK "Subject: x|.|"`, nil},
		{"refused", "S: +OK\nC: TOP 1 0\nS: -ERR no", `-ERR TOP "no"`, nil},
		{"more than a header", "S: +OK\nC: TOP 1 0\nS: +OK" + strings.Repeat("\nS+ "+strings.Repeat("x", 1022), 1025), `protocol ""`, nil},
	}, afterGreeting(top), 0)
	retr := func(c *Conn) string {
		body, err := c.Retr(3, 20)
		return outcome(fmt.Sprintf("%+v", body), err)
	}
	ask := "S: +OK\nC: RETR 3\n"
	runStories(t, []story{
		{"whole", ask + "S: +OK 20 octets\nS+ Subject: x\nS+ \nS+ ..\nS+ .", `+OK "{Octets:17 Lines:3 Whole:true}"`, nil},
		{"bare LF", ask + `S- +OK\nSubject: x\n\n..\n.\n`, `+OK "{Octets:17 Lines:3 Whole:true}"`, nil},
		{"just so much", ask + "S: +OK\nS+ 123456789012345678\nS+ .", `+OK "{Octets:20 Lines:1 Whole:true}"`, nil},
		{"more", ask + "S: +OK\nS+ 1234567890123456789\nS+ .", `+OK "{Octets:21 Lines:1 Whole:false}"`, nil},
		{"without a dot", ask + "S: +OK\nS+ x", `closed ""`, nil},
	}, afterGreeting(retr))
	runStories(t, []story{{"all", "S: +OK\nC: DELE 4\nS: +OK\nC: RSET\nS: +OK\nC: NOOP\nS: -ERR no", `-ERR NOOP "no"`, nil}},
		afterGreeting(func(c *Conn) string {
			for _, err := range []error{c.Dele(4), c.Rset()} {
				if err != nil {
					return outcome("", err)
				}
			}
			return outcome("", c.Noop())
		}))
}

// RFC 2449, section 6.8: commands in one write, replies in order.
func TestPipeline(t *testing.T) {
	do := func(c *Conn) string {
		if err := c.Pipeline(STAT, LIST); err != nil {
			return outcome("", err)
		}
		text := stat(c) + " " + list(c)
		if c.Pending() != 0 {
			t.Error("commands are pending")
		}
		return text + " " + outcome("", c.Noop())
	}
	runStories(t, []story{
		{"in order", `S: +OK` + "\n" + `C: STAT\r\nLIST` + "\nS: +OK 1 10\nS+ +OK\nS+ 1 10\nS+ .\nC: NOOP\nS: +OK", `+OK "1 10" +OK "1:10" +OK ""`, nil},
		{"one refused", `S: +OK` + "\n" + `C: STAT\r\nLIST` + "\nS: +OK 1 10\nS+ -ERR no\nC: NOOP\nS: +OK", `+OK "1 10" -ERR LIST "no" +OK ""`, nil},
		{"one too many", `S: +OK` + "\n" + `C: STAT\r\nLIST` + "\nS: +OK 1 10\nS+ -ERR no\nS+ +OK", `+OK "1 10" -ERR LIST "no" protocol "+OK"`, nil},
		{"last word", "S: +OK\nS+ -ERR [SYS/TEMP] gone", `-ERR STAT "[SYS/TEMP] gone" [SYS/TEMP] unsolicited`, nil},
	}, afterGreeting(do), 0)
	w := play(t, `C: STAT\r\nLIST`)
	c := New(w, silent)
	if err := c.Pipeline(STAT, LIST); err != nil {
		t.Fatal(err)
	}
	if err := c.Noop(); kindOf(err) != "internal" {
		t.Errorf("another command than the one that was written: %v", err)
	}
}

// The trace shows the beginning and the end of a long list, and its length.
func TestTraceOfALongList(t *testing.T) {
	w := play(t, "S: +OK\nC: LIST\nS: +OK"+strings.Repeat("\nS+ 1 10", 1000)+"\nS+ .")
	var trace tracer
	c := New(w, trace.note)
	greet(c)
	if err := c.List(func(int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	if len(trace) != 3+20+2 || !slices.Equal(trace[len(trace)-2:], []string{"S: (980 lines more)", "S: ."}) {
		t.Errorf("%d lines, at the end %q", len(trace), trace[len(trace)-2:])
	}
}

// endless sends a line over and over after a +OK.
type endless struct {
	line  string
	begun bool
	left  int
}

func (e *endless) Read(p []byte) (int, error) {
	if !e.begun {
		e.begun = true
		return copy(p, "+OK\r\n"), nil
	}
	if e.left == 0 {
		return 0, io.EOF
	}
	n := 0
	for n+len(e.line) <= len(p) && e.left > 0 {
		n += copy(p[n:], e.line)
		e.left--
	}
	return n, nil
}
func (*endless) Write(p []byte) (int, error)     { return len(p), nil }
func (*endless) ReadWaiting([]byte) (int, error) { return 0, nil }

// Memory does not grow with the lines of a list.
func TestListsKeepNothing(t *testing.T) {
	const messages = 100_000
	for name, read := range map[string]func(*Conn) error{
		"LIST": func(c *Conn) error { return c.List(func(int64, int64) {}) },
		"UIDL": func(c *Conn) error { return c.UIDL(func(int64, []byte) {}) },
		"TOP":  func(c *Conn) error { return c.Top(1, 0, func([]byte) {}) },
		"RETR": func(c *Conn) error { _, err := c.Retr(1, MaxRetr); return err },
	} {
		allocated := testing.AllocsPerRun(1, func() {
			err := read(New(&endless{line: "1 10\r\n", left: messages}, silent))
			if err == nil {
				t.Errorf("%s: a list without its dot is accepted", name)
			}
		})
		if allocated > 200 {
			t.Errorf("%s: %v allocations for %d lines", name, allocated, messages)
		}
	}
}

package pop3

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

func greet(c *Conn) string { return outcome(c.Greeting()) }

// RFC 1939, sections 3 and 4.
func TestGreeting(t *testing.T) {
	runStories(t, []story{
		{"usual", "S: +OK POP3 server ready", `+OK "POP3 server ready"`, nil},
		{"alone", "S: +OK", `+OK ""`, nil},
		{"blank", "S: +OK ", `+OK ""`, nil},
		{"two blanks", "S: +OK  <1896.697170952@dbc.mtview.ca.us>", `+OK " <1896.697170952@dbc.mtview.ca.us>"`, nil},
		{"bare LF", `S- +OK bare\n`, `+OK "bare"`, nil},
		{"NUL", `S: +OK a\x00b`, `+OK "a\x00b"`, nil},
		{"ESC", `S: +OK \x1b[2J`, `+OK "\x1b[2J"`, nil},
		{"not UTF-8", `S: +OK \xff\xfe`, `+OK "\xff\xfe"`, nil},
		{"CR inside", `S: +OK a\rb`, `+OK "a\rb"`, nil},
		{"cut off after it", "S: +OK ready\nS- half", `+OK "ready"`, nil},

		{"refused", "S: -ERR too many connections", `-ERR  "too many connections"`, nil},
		{"refused with a code", "S: -ERR [SYS/TEMP] try later", `-ERR  "[SYS/TEMP] try later" [SYS/TEMP]`, nil},
		{"refused without a word", "S: -ERR", `-ERR  ""`, nil},

		{"lower case", "S: +ok ready", `greeting "+ok ready"`, nil},
		{"mixed case", "S: -Err no", `greeting "-Err no"`, nil},
		{"no blank", "S: +OKfoo", `greeting "+OKfoo"`, nil},
		{"tab", `S: +OK\tready`, `greeting "+OK\tready"`, nil},
		{"blank in front", "S:  +OK ready", `greeting " +OK ready"`, nil},
		{"two CR", `S- +OK\r\r\n`, `greeting "+OK\r"`, nil},
		{"empty line", "S: ", `greeting ""`, nil},
		{"continuation", "S: + ", `greeting "+ "`, nil},
		{"HTTP", "S: HTTP/1.1 400 Bad Request", `greeting "HTTP/1.1 400 Bad Request"`, nil},
		{"IMAP", "S: * OK [CAPABILITY IMAP4rev1] ready", `greeting "* OK [CAPABILITY IMAP4rev1] ready"`, nil},
		{"SMTP", "S: 220 mail.example.org ESMTP", `greeting "220 mail.example.org ESMTP"`, nil},
		{"SSH", `S- SSH-2.0-OpenSSH_9.2p1\n`, `greeting "SSH-2.0-OpenSSH_9.2p1"`, nil},
		{"TLS alert, hang-up", `S- \x15\x03\x01\x00\x02\x02\x46`, `greeting ""`, nil},
		{"TLS alert, reset", `S- \x15\x03\x01\x00\x02\x02\x46`, `greeting ""`, reset},
		{"half of HTTP", "S- HTTP/1.1 400", `greeting "HTTP/1.1 400"`, nil},

		{"hang-up", "", `closed ""`, nil},
		{"reset", "", `closed ""`, reset},
		{"time is up", "", "error: " + os.ErrDeadlineExceeded.Error(), os.ErrDeadlineExceeded},
		{"time is up in the line", "S- +OK rea", `error: the greeting stopped in the middle: i/o timeout, "+OK rea"`, os.ErrDeadlineExceeded},
		{"time is up in the first octets", "S- +", `error: the greeting stopped in the middle: i/o timeout, "+"`, os.ErrDeadlineExceeded},
		{"time is up in another protocol", `S- \xff\xfb\x01login: `, `greeting "\xff\xfb\x01login: "`, os.ErrDeadlineExceeded},
		{"hang-up in the line", "S- +OK rea", `closed ""`, nil},
		{"hang-up in the first octets", "S- +O", `closed ""`, nil},
	}, greet)
}

// A blank before +OK is not ignored, and half a greeting is not a greeting.
func TestGreetingIsNotRepaired(t *testing.T) {
	for _, packet := range []string{" +OK ready\r\n", "\r\n+OK ready\r\n", "\x00+OK ready\r\n", "\xef\xbb\xbf+OK\r\n", "+OK", "+OK rea", "+OK ready\r"} {
		w := play(t, "")
		w.steps = []step{{false, packet}}
		text, err := New(w, silent).Greeting()
		if kind := kindOf(err); kind != fault.Greeting && kind != fault.Closed {
			t.Errorf("%q: %s", packet, outcome(text, err))
		}
	}
}

// An overlong line ends the session, at any point.
func TestOverlongLine(t *testing.T) {
	line := func(octets int) string { return "S: +OK " + strings.Repeat("x", octets-len("+OK \r")) }
	runStories(t, []story{
		{"64 KiB", line(MaxLine), `+OK "` + strings.Repeat("x", MaxLine-5) + `"`, nil},
		{"one more", line(MaxLine + 1), `protocol ""`, nil},
		{"70000", line(70000), `protocol ""`, nil},
		{"70000 without an end", "S- " + strings.Repeat("x", 70000), `protocol ""`, nil},
	}, greet, 0, 1460)
	runStories(t, []story{
		{"answer", "S: +OK\nC: STAT\n" + line(MaxLine+1), `protocol ""`, nil},
	}, func(c *Conn) string { greet(c); return stat(c) }, 0, 1460)
	runStories(t, []story{
		{"list", "S: +OK\nC: CAPA\nS: +OK\n" + line(MaxLine+1), `protocol ""`, nil},
	}, func(c *Conn) string { greet(c); return capa(c) }, 0, 1460)
}

// A flood sends the same text without end.
type flood struct {
	text     string
	consumed int
}

func (f *flood) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], f.text[(f.consumed+n)%len(f.text):])
	}
	f.consumed += n
	return n, nil
}
func (f *flood) Write(p []byte) (int, error)       { return len(p), nil }
func (f *flood) ReadWaiting(p []byte) (int, error) { return 0, nil }

// What is read and kept is bounded.
func TestFloods(t *testing.T) {
	for _, text := range []string{"x", "\x00", "+OK ", "\r"} {
		f := &flood{text: text}
		c := New(f, silent)
		if text, err := c.Greeting(); kindOf(err) != fault.Protocol {
			t.Error(outcome(text, err))
		}
		if f.consumed > 2*MaxLine || cap(c.lines.buf) > 2*MaxLine {
			t.Errorf("%d octets read, %d kept", f.consumed, cap(c.lines.buf))
		}
	}
	for _, text := range []string{"+OK\r\n", "\n", "+OK " + strings.Repeat("x", 1000) + "\r\n"} {
		f := &flood{text: text}
		lines := 0
		c := New(f, func(bool, string) { lines++ })
		if _, err := c.Capa(); kindOf(err) != fault.Protocol {
			t.Errorf("%.20q: %v", text, err)
		}
		if f.consumed > capaLimit.octets+2*MaxLine || lines > capaLimit.lines+2 {
			t.Errorf("%.20q: %d octets read, %d lines traced", text, f.consumed, lines)
		}
	}
}

// stuck neither reads nor fails.
type stuck struct{ flood }

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestReaderWithoutProgress(t *testing.T) {
	if text, err := New(&stuck{}, silent).Greeting(); err == nil {
		t.Error(text)
	}
}

// dataAndError returns its text and an error in one read, as an io.Reader may.
type dataAndError struct {
	flood
	err error
}

func (l *dataAndError) Read(p []byte) (int, error) { return copy(p, l.text), l.err }

func TestTextAndEndInOneRead(t *testing.T) {
	c := New(&dataAndError{flood{text: "+OK a\r\n+OK b"}, reset}, silent)
	if got := greet(c); got != `+OK "a"` {
		t.Error(got)
	}
	if got := stat(c); got != `protocol "+OK b"` {
		t.Error(got)
	}
	c = New(&dataAndError{flood{text: "HTTP/1.1 400"}, io.EOF}, silent)
	if got := greet(c); got != `greeting "HTTP/1.1 400"` {
		t.Error(got)
	}
	c = New(&dataAndError{flood{text: "+OK a\r\n"}, reset}, silent)
	if got := greet(c); got != `+OK "a"` {
		t.Error(got)
	}
	if got := stat(c); got != `closed ""` {
		t.Error(got)
	}
}

// everyCommand lists each way to write, with its keyword.
var everyCommand = []struct {
	keyword string
	do      func(*Conn) error
}{
	{"CAPA", func(c *Conn) error { _, err := c.Capa(); return err }},
	{"STLS", (*Conn).STLS},
	{"USER", func(c *Conn) error { return c.User("alice") }},
	{"PASS", func(c *Conn) error { return c.Pass("secret") }},
	{"AUTH", func(c *Conn) error { return c.Auth("PLAIN", exchange{initial: []byte("\x00a\x00b")}) }},
	{"APOP", func(c *Conn) error { return c.APOP("alice", Digest("<1896.697170952@dbc.mtview.ca.us>", "tanstaaf")) }},
	{"STAT", func(c *Conn) error { _, _, err := c.Stat(); return err }},
	{"QUIT", (*Conn).Quit},
}

// A reply counts only if it came after its command. If anything is there before,
// nothing is sent (RFC 1939, section 3: lock-step).
func TestUnsolicitedText(t *testing.T) {
	early := []story{
		{"two greetings in one packet", "S: +OK ready\nS+ +OK ready", `protocol "+OK ready"`, nil},
		{"two greetings", "S: +OK ready\nS: +OK ready", `protocol "+OK ready"`, nil},
		{"answer in the greeting's packet", "S: +OK ready\nS+ +OK 5 18067", `protocol "+OK 5 18067"`, nil},
		{"empty line", "S: +OK ready\nS+ ", `protocol ""`, nil},
		{"half a line", "S: +OK ready\nS- +O", `protocol "+O"`, nil},
		{"first line of several", "S: +OK ready\nS: a\nS+ b", `protocol "a"`, nil},
		{"no status", "S: +OK ready\nS: Connection is closed. 21", `protocol "Connection is closed. 21"`, nil},
		{"lower case", "S: +OK ready\nS: -err bye", `protocol "-err bye"`, nil},
		{"continuation", "S: +OK ready\nS: + ", `protocol "+ "`, nil},
		{"a flood", "S: +OK ready\nS: " + strings.Repeat("x", 5000), `protocol "` + strings.Repeat("x", 512) + `"`, nil},
		{"last word", "S: +OK ready\nS: -ERR Disconnected for inactivity.",
			`-ERR KEYWORD "Disconnected for inactivity." unsolicited`, nil},
		{"last word after the greeting", "S: +OK ready\nS+ -ERR [SYS/TEMP] Internal error",
			`-ERR KEYWORD "[SYS/TEMP] Internal error" [SYS/TEMP] unsolicited`, nil},
		{"last word without a word", "S: +OK ready\nS: -ERR", `-ERR KEYWORD "" unsolicited`, nil},
		{"hang-up", "S: +OK ready", `closed ""`, nil},
		{"reset", "S: +OK ready", `closed ""`, reset},
	}
	for _, command := range everyCommand {
		stories := slices.Clone(early)
		for i := range stories {
			stories[i].name = command.keyword + "/" + stories[i].name
			stories[i].want = strings.ReplaceAll(stories[i].want, "KEYWORD", command.keyword)
		}
		runStories(t, stories, func(c *Conn) string {
			greet(c)
			return outcome("", command.do(c))
		}, 0)
	}
}

// For every command, an -ERR is a refusal, and anything but +OK and -ERR breaks the
// protocol.
func TestReplies(t *testing.T) {
	for _, command := range everyCommand {
		sent := map[string]string{"USER": " alice", "PASS": " secret", "APOP": " alice c4c9334bac560ecc979e58001b3e22fb", "AUTH": " PLAIN AGEAYg=="}
		ask := "S: +OK\nC: " + command.keyword + sent[command.keyword] + "\n"
		runStories(t, []story{
			{command.keyword + "/refused", ask + "S: -ERR no", `-ERR ` + command.keyword + ` "no"`, nil},
			{command.keyword + "/code", ask + "S: -ERR [sys/Temp] no", `-ERR ` + command.keyword + ` "[sys/Temp] no" [SYS/TEMP]`, nil},
			{command.keyword + "/neither", ask + "S: OK 5 18067", `protocol "OK 5 18067"`, nil},
			{command.keyword + "/lower case", ask + "S: +ok 5 18067", `protocol "+ok 5 18067"`, nil},
			{command.keyword + "/without a blank", ask + "S: +OK5 18067", `protocol "+OK5 18067"`, nil},
			{command.keyword + "/hang-up", ask, `closed ""`, nil},
			{command.keyword + "/half a line", ask + "S- +OK 5 18067", `closed ""`, nil},
			{command.keyword + "/reset", ask, `closed ""`, reset},
			{command.keyword + "/time is up", ask, "error: " + os.ErrDeadlineExceeded.Error(), os.ErrDeadlineExceeded},
		}, func(c *Conn) string {
			greet(c)
			return outcome("", command.do(c))
		})
	}
}

// A server that hung up before the command may have said why.
func TestLastWordOfAFailedWrite(t *testing.T) {
	for _, s := range []struct{ rest, want string }{
		{"S: -ERR Autologout; idle for too long", `-ERR STAT "Autologout; idle for too long" unsolicited`},
		{"S: -ERR [IN-USE] locked", `-ERR STAT "[IN-USE] locked" [IN-USE] unsolicited`},
		{"", `closed ""`},
	} {
		w := play(t, "S: +OK\nC: STAT\n"+s.rest)
		w.broken = reset
		c := New(w, silent)
		greet(c)
		if got := stat(c); got != s.want {
			t.Errorf("got %s, want %s", got, s.want)
		}
	}
	w := play(t, "S: +OK\nC: STAT\nC: never")
	w.broken = os.ErrDeadlineExceeded
	c := New(w, silent)
	greet(c)
	if got := stat(c); !strings.HasPrefix(got, "error: i/o timeout") {
		t.Error(got)
	}
}

func TestErrorText(t *testing.T) {
	for want, e := range map[string]*Error{
		"STAT: -ERR [SYS/TEMP] no": refusal("STAT", "[SYS/TEMP] no"),
		": -ERR busy":              refusal("", "busy"),
	} {
		if e.Error() != want {
			t.Errorf("got %q, want %q", e.Error(), want)
		}
	}
}

// A fault of a connection that ended says how and when, and wraps its cause.
func TestEnded(t *testing.T) {
	for _, c := range []struct {
		err     error
		problem fault.Problem
		text    string
	}{
		{io.EOF, "", "the server closed the connection before the greeting"},
		{io.ErrUnexpectedEOF, "", "the server closed the connection before the greeting"},
		{fault.New(fault.Closed, "the server closed the connection"), "", "the server closed the connection before the greeting"},
		{reset, fault.Reset, "the connection was reset before the greeting"},
		{errors.Join(ErrUnsent, reset), fault.Reset, "the connection was reset before the greeting"},
	} {
		err := ended(c.err, "before the greeting")
		if f := fault.Of(err); f.Kind != fault.Closed || f.Problem != c.problem || f.Text != c.text || !errors.Is(err, c.err) {
			t.Errorf("%v: %v", c.err, err)
		}
	}
	tls := fault.New(fault.TLS, "refused")
	if ended(tls, "") != error(tls) {
		t.Error("a fault must stay what it is")
	}
}

// How a connection ended, by the command.
func TestEndOfConnection(t *testing.T) {
	stat := func(c *Conn) error { _, _, err := c.Stat(); return err }
	for name, s := range map[string]struct {
		dialogue string
		do       func(*Conn) error
		want     string
	}{
		"greeting":        {"", func(c *Conn) error { _, err := c.Greeting(); return err }, "before the greeting"},
		"STAT":            {"C: STAT\n", stat, "without an answer to STAT"},
		"AUTH":            {"C: AUTH PLAIN =\n", func(c *Conn) error { return c.Auth("PLAIN", exchange{initial: []byte{}}) }, "without an answer to AUTH"},
		"LIST":            {"C: LIST\nS: +OK\nS: 1 100\n", func(c *Conn) error { return c.List(func(int64, int64) {}) }, "after line 1 of the answer to LIST"},
		"+OK of LIST":     {"C: LIST\nS: +OK\nS- 1 1", func(c *Conn) error { return c.List(func(int64, int64) {}) }, "after the +OK of the answer to LIST"},
		"half a greeting": {"S- +OK rea", func(c *Conn) error { _, err := c.Greeting(); return err }, "in the middle of the greeting"},
		"half of AUTH":    {"C: AUTH PLAIN =\nS- +O", func(c *Conn) error { return c.Auth("PLAIN", exchange{initial: []byte{}}) }, "in the middle of the answer to AUTH"},
	} {
		for how, end := range map[string]error{"the server closed the connection ": io.EOF, "the connection was reset ": reset} {
			w := play(t, s.dialogue)
			w.end = end
			if err := s.do(New(w, silent)); fault.Of(err).Text != how+s.want {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

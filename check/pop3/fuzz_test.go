package pop3

import (
	"bytes"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// A fixedServer is a server whose replies are fixed. It is read in chunks of at
// most that many octets.
type fixedServer struct {
	said     []byte
	chunk    int
	consumed int
}

func (a *fixedServer) Read(p []byte) (int, error) {
	if len(a.said) == a.consumed {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), max(a.chunk, 1))], a.said[a.consumed:])
	a.consumed += n
	return n, nil
}
func (a *fixedServer) Write(p []byte) (int, error)     { return len(p), nil }
func (a *fixedServer) ReadWaiting([]byte) (int, error) { return 0, nil }

// pieces makes the size of reads from a fuzzed number: often whole packets.
func chunkSize(n uint8) int {
	if n < 128 {
		return 1 << 20
	}
	return int(n) - 127
}

// firstLine is the line that counts: complete, without its line end. It is the
// rule of RFC 1939, section 3, and of nothing that package pop3 has.
func firstLine(said []byte) (line string, rest []byte, complete bool) {
	before, rest, complete := bytes.Cut(said, []byte("\n"))
	if len(before) > MaxLine {
		return "", nil, false
	}
	return strings.TrimSuffix(string(before), "\r"), rest, complete
}

var statusLine = regexp.MustCompile(`(?s)^(\+OK|-ERR)(?: (.*))?$`)

// parseReply returns the status of a reply: "+OK", "-ERR" or "".
func parseReply(said []byte) (word, text string, rest []byte) {
	line, rest, complete := firstLine(said)
	m := statusLine.FindStringSubmatch(line)
	if !complete || m == nil {
		return "", "", nil
	}
	return m[1], m[2], rest
}

// A reply is accepted if and only if there was a complete line with +OK or -ERR
// and then a blank or the end; what is kept is bounded.
func FuzzReply(f *testing.F) {
	for _, said := range []string{
		"+OK\r\n", "+OK \r\n", "-ERR\n", "+OK ready\r\nmore", "-ERR [SYS/TEMP] no\r\n", "+ok\r\n", "+OKfoo\r\n", "+OK", "\n", "",
		"+OK a\rb\r\r\n", "\x15\x03\x01\x00\x02\x02F", "* OK IMAP\r\n", "+OK \x00\x1b[2J\r\n", " +OK\r\n", "+OK\t\r\n",
		"+OK " + strings.Repeat("x", 5000) + "\r\n",
	} {
		f.Add([]byte(said), uint8(0))
		f.Add([]byte(said), uint8(128))
	}
	f.Fuzz(func(t *testing.T, said []byte, size uint8) {
		word, wantText, _ := parseReply(said)
		for _, ask := range []func(*Conn) (string, error){
			(*Conn).Greeting,
			func(c *Conn) (string, error) { return c.command("NOOP") },
		} {
			a := &fixedServer{said: said, chunk: chunkSize(size)}
			c := New(a, silent)
			text, err := ask(c)
			refused, isRefusal := err.(*Error)
			switch {
			case word == "+OK" && (err != nil || text != wantText):
				t.Errorf("%q is +OK, got %s", said, outcome(text, err))
			case word == "-ERR" && (!isRefusal || refused.Text != wantText || refused.Unsolicited):
				t.Errorf("%q is -ERR, got %s", said, outcome(text, err))
			case word == "" && (err == nil || isRefusal):
				t.Errorf("%q is no reply, got %s", said, outcome(text, err))
			}
			checkBounds(t, c, a)
		}
	})
}

func checkBounds(t *testing.T, c *Conn, a *fixedServer) {
	t.Helper()
	if kept := cap(c.lines.buf); kept > 2*MaxLine {
		t.Errorf("%d octets kept", kept)
	}
	if unread := len(c.lines.buf) - c.lines.from; unread > a.consumed || a.consumed > len(a.said) {
		t.Errorf("%d of %d octets read, %d not consumed", a.consumed, len(a.said), unread)
	}
}

// unstuffed reads a list as RFC 1939, section 3, has it, without bounds.
func unstuffed(said []byte) (list []string, complete bool) {
	for {
		line, rest, ok := firstLine(said)
		switch {
		case !ok:
			return nil, false
		case line == ".":
			return list, true
		}
		list, said = append(list, strings.TrimPrefix(line, ".")), rest
	}
}

// Capabilities are accepted if and only if they are a list with its dot after a
// +OK, within bounds, and then they are what the list says.
func FuzzCapa(f *testing.F) {
	for _, said := range []string{
		"+OK\r\nTOP\r\nSASL PLAIN\r\n.\r\n", "+OK\r\n.\r\n", "-ERR\r\n", "+OK\r\n..\r\n..x\r\n.\n", "+OK\r\nTOP\r\n", "+OK\r\n.",
		"+OK\r\n\r\n.\r\n", "+OK\n.\r\r\n.\n", ".\r\n", "+OK\r\n" + strings.Repeat("X\r\n", 501) + ".\r\n",
		"+OK\r\n" + strings.Repeat(strings.Repeat("y", 1022)+"\r\n", 33) + ".\r\n",
	} {
		f.Add([]byte(said), uint8(0))
		f.Add([]byte(said), uint8(130))
	}
	f.Fuzz(func(t *testing.T, said []byte, size uint8) {
		word, _, rest := parseReply(said)
		want, complete := unstuffed(rest)
		octets := 0
		for _, line := range want {
			octets += len(line) + 2
		}
		a := &fixedServer{said: said, chunk: chunkSize(size)}
		c := New(a, silent)
		got, err := c.Capa()
		_, refused := err.(*Error)
		switch {
		case refused != (word == "-ERR"):
			t.Errorf("%q: %v", said, err)
		case err == nil && (word != "+OK" || !complete || !slices.Equal(got, want)):
			t.Errorf("%q: accepted as %q, is %q", said, got, want)
		case err == nil && (len(got) > capaLimit.lines || octets > capaLimit.octets):
			t.Errorf("%d lines with %d octets accepted", len(got), octets)
		case word == "+OK" && complete && len(want) <= capaLimit.lines && octets+len(want) <= capaLimit.octets && err != nil:
			t.Errorf("%q: %v", said, err)
		case word == "+OK" && err != nil && kindOf(err) != fault.Protocol && kindOf(err) != fault.Closed:
			t.Errorf("%q: %v", said, err)
		}
		for _, name := range got {
			got.Has(name, name)
		}
		checkBounds(t, c, a)
	})
}

var statAnswer = regexp.MustCompile(`(?s)^\+OK ([0-9]+) ([0-9]+)(?: .*)?$`)

// stats reads STAT's answer strictly: two numbers that fit.
func stats(line string) (messages, octets *big.Int) {
	m := statAnswer.FindStringSubmatch(line)
	if m == nil {
		return nil, nil
	}
	messages, _ = new(big.Int).SetString(m[1], 10)
	octets, _ = new(big.Int).SetString(m[2], 10)
	if !messages.IsInt64() || !octets.IsInt64() {
		return nil, nil
	}
	return messages, octets
}

// STAT's answer is accepted if and only if the grammar has it (RFC 1939,
// section 5), and then with its own numbers.
func FuzzStat(f *testing.F) {
	for _, numbers := range []string{
		"2 320", "0 0", "2 320 and more", "2 320 ", "2 320 -1", "002 000320", strings.Repeat("0", 40) + "2 320", "5 5\r", "5 5 \x00",
		"9223372036854775807 9223372036854775807", "9223372036854775808 1", "1 9223372036854775808", "1 18446744073709551617",
		strings.Repeat("9", 30) + " 1", "-2 320", "2 -320", "+5 5", "5 +5", "2", "2 ", "", " 2 320", "2  320", "2\t320", "2 320\t", "2,320",
		"2. 320", "2 320octets", "2 3.2e2", "0x2 320", "1_0 320", "2 3_20", "\u0662 \u0663", "2\x00 320", "2\u00a0320", "two 320",
	} {
		f.Add("+OK "+numbers, uint8(0))
	}
	for _, line := range []string{"-ERR 5 5", "+OK", "+ok 5 5"} {
		f.Add(line, uint8(0))
	}
	f.Fuzz(func(t *testing.T, line string, size uint8) {
		first, _, complete := firstLine([]byte(line + "\r\n"))
		wantMessages, wantOctets := stats(first)
		messages, octets, err := New(&fixedServer{said: []byte(line + "\r\n"), chunk: chunkSize(size)}, silent).Stat()
		switch {
		case (err == nil) != (complete && wantMessages != nil):
			t.Errorf("%q: %d %d, %v", line, messages, octets, err)
		case err == nil && (messages != wantMessages.Int64() || octets != wantOctets.Int64()):
			t.Errorf("%q: got %d %d", line, messages, octets)
		case err == nil && (messages < 0 || octets < 0):
			t.Errorf("%q: negative", line)
		case err != nil && (messages != 0 || octets != 0):
			t.Errorf("%q: %d %d and %v", line, messages, octets, err)
		}
	})
}

// stuff writes lines as a server does (RFC 1939, section 3).
func stuff(lines []string) []byte {
	var b bytes.Buffer
	for _, line := range lines {
		if strings.HasPrefix(line, ".") {
			b.WriteByte('.')
		}
		fmt.Fprintf(&b, "%s\r\n", line)
	}
	b.WriteString(".\r\n")
	return b.Bytes()
}

// A dot-stuffed list is read as it was before, in any chunks and within bounds, and
// nothing after the dot is read as part of it.
func FuzzList(f *testing.F) {
	for _, text := range []string{
		"", "a", "a\nb", ".", "..", ".\n.", "a\n.\nb", "\n\n", "\r", ".\r", "+OK\n-ERR", strings.Repeat("x\n", 100), strings.Repeat("y", 9000),
	} {
		f.Add(text, uint8(0), uint16(1000))
		f.Add(text, uint8(128), uint16(50))
	}
	f.Fuzz(func(t *testing.T, text string, size uint8, bound uint16) {
		lines := strings.Split(text, "\n")
		limit := listLimit{lines: int(bound), octets: int(bound) * 8}
		const after = "+OK the next answer\r\n"
		a := &fixedServer{said: append(stuff(lines), after...), chunk: chunkSize(size)}
		c := New(a, silent)
		var got []string
		octets := 0
		err := c.list("LIST", limit, func(line []byte, _ int) error {
			got, octets = append(got, string(line)), octets+len(line)
			return nil
		})
		if len(got) > limit.lines || octets > limit.octets {
			t.Errorf("%d lines with %d octets, the bound is %v", len(got), octets, limit)
		}
		checkBounds(t, c, a)
		if err != nil {
			fits := len(lines) <= limit.lines && len(a.said)-len(".\r\n"+after) <= limit.octets && len(a.said) < MaxLine
			if fits || kindOf(err) != fault.Protocol {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if !slices.Equal(got, lines) {
			t.Errorf("got %q, want %q", got, lines)
		}
		if next, err := c.lines.next(); next != strings.TrimSpace(after) || err != nil {
			t.Errorf("after the dot: %q, %v", next, err)
		}
	})
}

// A response code is the text in the brackets that the reply begins with, in upper
// case (RFC 2449, section 8).
func FuzzResponseCode(f *testing.F) {
	for _, text := range []string{
		"[AUTH] no", "[auth] no", "[sys/temp]x", "[SYS/TEMP/DISK] full", "[X] [AUTH] twice", "no code [AUTH]", "[", "]", "[]", "[a", "a]", "[a]]", "[[a]]",
		" [a]", "", "[\x00]", "[\u0131n-use]", "[" + strings.Repeat("x", 9999),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want := ""
		if m := regexp.MustCompile(`(?s)^\[([^\]]*)\]`).FindStringSubmatch(text); m != nil {
			want = strings.ToUpper(m[1])
		}
		got := responseCode(text)
		if got != want || strings.Contains(got, "]") {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if again := responseCode("[" + got + "]"); again != got {
			t.Errorf("%q: %q becomes %q", text, got, again)
		}
		if e := refusal("PASS", text); e.Code != got || e.Text != text {
			t.Errorf("%q: %+v", text, e)
		}
	})
}

package pop3

import (
	"bytes"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"
)

// A scan listing and a unique-id listing, by the letter of RFC 1939.
var (
	listLine = regexp.MustCompile(`(?s)^([0-9]+) ([0-9]+)(?: .*)?$`)
	uidlLine = regexp.MustCompile(`(?s)^([0-9]+)(?: (.*))?$`)
)

// expected returns what a list says by a rule. It reports false if a line breaks the
// rule or has a number that does not fit.
func expected(said []byte, rule *regexp.Regexp, numbers int) (want string, ok bool) {
	word, _, rest := parseReply(said)
	list, complete := unstuffed(rest)
	if word != "+OK" || !complete {
		return "", false
	}
	var b strings.Builder
	for _, line := range list {
		found := rule.FindStringSubmatch(line)
		if found == nil {
			return "", false
		}
		for i, group := range found[1:] {
			if i < numbers {
				n, _ := new(big.Int).SetString(group, 10)
				if !n.IsInt64() {
					return "", false
				}
				group = n.String()
			}
			fmt.Fprintf(&b, "%s\x00", group)
		}
	}
	return b.String(), true
}

// seeds are what both kinds of list are fuzzed from.
var seeds = []string{
	"+OK\r\n1 120\r\n2 200\r\n.\r\n", "+OK\r\n.\r\n", "-ERR no\r\n", "+OK\r\n1 120 more\r\n.\n", "+OK\r\n1\r\n.\r\n", "+OK\r\n1 \r\n.\r\n",
	"+OK\r\n1 9223372036854775807\r\n.\r\n", "+OK\r\n1 9223372036854775808\r\n.\r\n", "+OK\r\n1 120\r\n", "+OK\r\n1 120\r\n.", "+OK\r\n..1 2\r\n.\r\n",
	"+OK\r\n+1 2\r\n.\r\n", "+OK\r\n1\t2\r\n.\r\n", "+OK\r\n0001 0002\r\n.\r\n", "+OK\r\n1 a\xffb\x00c\r\n.\r\n", "+OK\r\n1 1_0\r\n.\r\n", "+OK\r\n1 a b\r\n.\r\n",
}

// fuzzListing checks that a list is accepted if and only if it obeys the rule, and
// then is what it says.
func fuzzListing(f *testing.F, rule *regexp.Regexp, numbers int, read func(c *Conn, b *bytes.Buffer) error) {
	for _, said := range seeds {
		f.Add([]byte(said), uint8(0))
		f.Add([]byte(said), uint8(129))
	}
	f.Fuzz(func(t *testing.T, said []byte, size uint8) {
		want, ok := expected(said, rule, numbers)
		a := &fixedServer{said: said, chunk: chunkSize(size)}
		c := New(a, silent)
		var got bytes.Buffer
		err := read(c, &got)
		switch {
		case ok != (err == nil):
			t.Errorf("%q: is a listing: %v, got %v", said, ok, err)
		case ok && got.String() != want:
			t.Errorf("%q: got %q, want %q", said, got.String(), want)
		}
		checkBounds(t, c, a)
	})
}

// LIST, RFC 1939, section 5.
func FuzzListing(f *testing.F) {
	fuzzListing(f, listLine, 2, func(c *Conn, b *bytes.Buffer) error {
		return c.List(func(number, octets int64) { fmt.Fprintf(b, "%d\x00%d\x00", number, octets) })
	})
}

// UIDL, RFC 1939, section 7.
func FuzzUIDL(f *testing.F) {
	fuzzListing(f, uidlLine, 1, func(c *Conn, b *bytes.Buffer) error {
		return c.UIDL(func(number int64, uid []byte) { fmt.Fprintf(b, "%d\x00%s\x00", number, uid) })
	})
}

// A message has as many octets and lines as RFC 1939, sections 3 and 11, count,
// however long its lines are.
func FuzzRetr(f *testing.F) {
	for _, text := range []string{"", "a", "a\r\n", ".\r\n.", "a\rb\n\nc", "\r", strings.Repeat("x\r", 100)} {
		f.Add(text, uint32(0), uint8(0))
		f.Add(text, uint32(MaxLine), uint8(130))
	}
	f.Fuzz(func(t *testing.T, text string, longer uint32, size uint8) {
		lines := strings.Split(text, "\n")
		octets := 0
		for i := range lines {
			lines[i] = strings.TrimSuffix(lines[i], "\r") + strings.Repeat("x", int(longer%(4*MaxLine))*(i%2))
			octets += len(lines[i]) + 2
		}
		most := chunkSize(size) * 1000
		c := New(&fixedServer{said: append([]byte("+OK\r\n"), stuff(lines)...), chunk: most}, silent)
		body, err := c.Retr(1, MaxRetr)
		if err != nil || !body.Whole || body.Octets != int64(octets) || body.Lines != int64(len(lines)) {
			t.Errorf("%q: %+v, %v, want %d octets in %d lines", text, body, err, octets, len(lines))
		}
		if kept := cap(c.lines.buf); kept > 2*MaxLine {
			t.Errorf("%d octets kept", kept)
		}
	})
}

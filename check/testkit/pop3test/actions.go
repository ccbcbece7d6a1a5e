package pop3test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"time"
)

// errEnd ends a dialogue successfully before its last line.
var errEnd = errors.New("the client hung up when it was allowed to")

// say writes a text.
type say string

func (s say) play(t *talk) error {
	if t.lost != nil {
		return nil
	}
	if err := t.lockStep(); err != nil {
		return err
	}
	// A client may hang up here unless a C line follows, which will find out.
	_ = t.write([]byte(s))
	return nil
}

// repeat writes a text again and again until the client hangs up.
type repeat struct {
	n    int
	text string
}

func (a repeat) play(t *talk) error {
	if t.lost != nil {
		return errEnd
	}
	if err := t.lockStep(); err != nil {
		return err
	}
	const piece = 64 << 10
	each := min(a.n, max(1, piece/len(a.text)))
	chunk := []byte(strings.Repeat(a.text, each))
	t.note('S', fmt.Sprintf("%d times %q", a.n, a.text))
	for left := a.n; left > 0; left -= each {
		if left < each {
			chunk = chunk[:left*len(a.text)]
		}
		if _, err := t.conn.Write(chunk); err != nil {
			return a.stopped(t, err)
		}
		t.spoke(chunk)
	}
	return nil
}

// stopped accepts a client that hung up, but not one that does not read.
func (a repeat) stopped(t *talk, err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("client did not read everything within %v", t.o.Limit)
	}
	return errEnd
}

// drip writes a text octet by octet.
type drip struct {
	pause time.Duration
	text  string
}

func (a drip) play(t *talk) error {
	for i := range len(a.text) {
		if i > 0 {
			if err := pause(a.pause).play(t); err != nil {
				return err
			}
		} else if err := t.lockStep(); err != nil {
			return err
		}
		if t.lost != nil || t.write([]byte{a.text[i]}) != nil {
			return errEnd
		}
	}
	return nil
}

// pause sends nothing for a while.
type pause time.Duration

func (d pause) play(t *talk) error {
	if t.lost != nil {
		return errEnd
	}
	if !t.owes || t.pipelines {
		return t.sleep(time.Duration(d))
	}
	start := time.Now()
	early, err := t.listen(time.Duration(d))
	if len(early) > 0 {
		return t.tooEarly(early)
	}
	if err != nil {
		return errEnd
	}
	return t.sleep(time.Duration(d) - time.Since(start))
}

// flush stands between two texts, which makes them two writes. It gives the
// client time to read the first one alone.
type flush struct{}

func (flush) play(t *talk) error {
	return t.sleep(t.o.Settle)
}

// awaitNext sends nothing until the last connection has come.
type awaitNext struct{}

func (awaitNext) play(t *talk) error {
	select {
	case <-t.full:
		return nil
	case <-t.stop:
		return errEnd
	case <-time.After(t.o.Limit):
		return fmt.Errorf("no other client came within %v", t.o.Limit)
	}
}

// silence waits until the client hangs up.
type silence struct{}

func (silence) play(t *talk) error {
	if t.lost != nil {
		return errEnd
	}
	got, err := t.rest()
	if len(got) > 0 && !t.pipelines && !t.foreign {
		return fmt.Errorf("client sent %q while the server was silent", clip(got))
	}
	return err
}

// expect reads a line.
type expect struct {
	want     string
	match    *regexp.Regexp
	optional bool
}

func (a expect) play(t *talk) error {
	line, err := t.readLine()
	if err != nil {
		if a.optional && line == "" && !errors.Is(err, os.ErrDeadlineExceeded) {
			return errEnd
		}
		return fmt.Errorf("expected %s, %s", a, t.explain(line, err))
	}
	t.owes = true
	text, ok := strings.CutSuffix(line, "\r\n")
	switch {
	case !a.matches(strings.TrimSuffix(text, "\n")):
		return fmt.Errorf("expected %s, got %q", a, strings.TrimRight(line, "\r\n"))
	case !ok:
		// RFC 1939, section 3: commands are terminated by a CRLF pair.
		return fmt.Errorf("expected %s and CRLF, got %q", a, line)
	}
	return nil
}

func (a expect) matches(line string) bool {
	if a.match != nil {
		return a.match.MatchString(line)
	}
	return line == a.want
}

func (a expect) String() string {
	if a.match != nil {
		return "a line like /" + a.want + "/"
	}
	return fmt.Sprintf("%q", a.want)
}

// startTLS is the server's side of a handshake. If it fails the client has hung
// up, as it is the client that refuses a certificate. Only a client that does
// not speak TLS is wrong.
type startTLS struct{}

func (startTLS) play(t *talk) error {
	if n := t.in.Buffered(); n > 0 {
		early, _ := t.in.Peek(n)
		return fmt.Errorf("client sent %q before TLS", clip(early))
	}
	conn := tls.Server(t.raw, t.o.TLS)
	err := conn.Handshake()
	var notTLS tls.RecordHeaderError
	if errors.As(err, &notTLS) {
		return fmt.Errorf("client sent %q… instead of a TLS handshake", notTLS.RecordHeader[:])
	}
	if err != nil {
		t.note('!', "TLS handshake: "+err.Error())
		t.lost = err
		_ = t.raw.Close()
		return nil
	}
	t.note('!', "TLS handshake done")
	state := conn.ConnectionState()
	t.TLS, t.conn = &state, conn
	return nil
}

// clientHello reads the TLS handshake record of a client that mistakes a plain
// port for a TLS port.
type clientHello struct{}

func (clientHello) play(t *talk) error {
	// RFC 8446, section 5.1: type (22: handshake), legacy version, length.
	head := make([]byte, 5)
	if n, err := io.ReadFull(t.in, head); err != nil {
		return fmt.Errorf("expected a TLS ClientHello, %s", t.explain(string(head[:n]), err))
	}
	if head[0] != 22 || head[1] != 3 {
		return fmt.Errorf("expected a TLS ClientHello, got %q", head)
	}
	length := int64(head[3])<<8 | int64(head[4])
	if _, err := io.CopyN(io.Discard, t.in, length); err != nil {
		return fmt.Errorf("expected a whole TLS ClientHello, %s", t.explain("", err))
	}
	t.owes, t.foreign = true, true
	return nil
}

// pipelined allows the client to send commands before their answers.
type pipelined struct{}

func (pipelined) play(t *talk) error {
	t.pipelines = true
	return nil
}

// halfClose closes the server's own direction.
type halfClose struct{}

func (halfClose) play(t *talk) error {
	t.closeWrite()
	return nil
}

// hangUp ends the connection in one of three ways.
type hangUp struct {
	how func(*talk)
}

func (a hangUp) play(t *talk) error {
	a.how(t)
	return errEnd
}

// nobody is never played: Parse handles it.
type nobody struct{}

func (nobody) play(*talk) error { return nil }

// closeAll closes TLS and TCP.
func (t *talk) closeAll() { _ = t.conn.Close() }

// closeRaw closes TCP without closing TLS: a truncation (RFC 8446, section
// 6.1).
func (t *talk) closeRaw() { _ = t.raw.Close() }

// reset discards what was not sent and sends an RST.
func (t *talk) reset() {
	if tcp, ok := t.raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = t.raw.Close()
}

// closeWrite closes the direction to the client, in TLS and TCP.
func (t *talk) closeWrite() {
	if conn, ok := t.conn.(*tls.Conn); ok {
		_ = conn.CloseWrite()
	}
	if tcp, ok := t.raw.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
}

// clip shortens a text for an error.
func clip(b []byte) []byte {
	if len(b) > 200 {
		return append(bytes.Clone(b[:200]), "…"...)
	}
	return b
}

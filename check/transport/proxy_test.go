package transport

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// talkTo has a proxy that does f asked for mail.example.org:110. What follows on the
// connection is returned as well.
func talkTo(t *testing.T, p Proxy, f func(net.Conn)) (rest string, err error) {
	t.Helper()
	conn := peer(t, f)
	defer conn.Close()
	p.Host, p.Port = "127.0.0.1", conn.Remote().Port()
	if err := p.Connect(conn, "mail.example.org:110"); err != nil {
		return "", err
	}
	all, err := io.ReadAll(conn)
	return string(all), err
}

// says is a proxy that reads that many octets each before it says something, and
// then hangs up.
func says(exchange ...any) func(net.Conn) {
	return func(c net.Conn) {
		for _, step := range exchange {
			switch step := step.(type) {
			case int:
				io.ReadFull(c, make([]byte, step))
			case string:
				io.WriteString(c, step)
			}
		}
		c.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, c)
	}
}

const (
	helloSize   = 3                                   // version, one method
	withUser    = 4                                   // version, two methods
	userSize    = 1 + 1 + len("joe") + 1 + len("pw")  // RFC 1929
	requestSize = 4 + 1 + len("mail.example.org") + 2 // RFC 1928, section 4
	connected4  = "\x05\x00\x00\x01\x7f\x00\x00\x01\x04\x38"
)

// Each reply of a SOCKS5 proxy has words of its own, and what the server says first
// is left to be read, even if it comes with the last reply.
func TestSOCKS(t *testing.T) {
	joe := Proxy{Kind: SOCKS5H, User: "joe", Password: "pw"}
	for name, c := range map[string]struct {
		proxy    Proxy
		exchange []any
		problem  fault.Problem // "": it connects
		text     string
	}{
		"connects":              {Proxy{}, []any{helloSize, "\x05\x00", requestSize, connected4 + "+OK ready\r\n"}, "", ""},
		"to a name":             {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x00\x00\x03\x01x\x04\x38+OK ready\r\n"}, "", ""},
		"by IPv6":               {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x00\x00\x04" + strings.Repeat("\x00", 18) + "+OK ready\r\n"}, "", ""},
		"with a user":           {joe, []any{withUser, "\x05\x02", userSize, "\x01\x00", requestSize, connected4 + "+OK ready\r\n"}, "", ""},
		"needs none":            {joe, []any{withUser, "\x05\x00", requestSize, connected4 + "+OK ready\r\n"}, "", ""},
		"general failure":       {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x01\x00\x01"}, fault.ProxyNoWay, "the proxy failed to connect to mail.example.org:110 (general failure)"},
		"not allowed":           {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x02\x00\x01"}, fault.ProxyForbids, "the proxy does not allow a connection to mail.example.org:110"},
		"no network":            {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x03\x00\x01"}, fault.ProxyNoWay, "the proxy has no network to mail.example.org:110"},
		"unreachable":           {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x04\x00\x01"}, fault.ProxyNoWay, "the proxy cannot reach mail.example.org:110, or does not know its name"},
		"refused":               {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x05\x00\x01"}, fault.ProxyServerRefused, "the proxy was refused by mail.example.org:110"},
		"TTL":                   {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x06\x00\x01"}, fault.ProxyNoWay, "the proxy got no answer from mail.example.org:110 (TTL expired)"},
		"no CONNECT":            {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x07\x00\x01"}, fault.NoProxy, "the proxy does not know CONNECT, for mail.example.org:110"},
		"no such type":          {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x08\x00\x01"}, fault.ProxyNoFamily, "the proxy does not know this type of address, for mail.example.org:110"},
		"an unknown reply":      {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x09\x00\x01"}, fault.ProxyNoWay, "the proxy did not connect to mail.example.org:110 (reply 9)"},
		"wants a user":          {Proxy{}, []any{helloSize, "\x05\xff"}, fault.ProxyUserWanted, "the proxy wants a user and a password"},
		"wants another login":   {joe, []any{withUser, "\x05\xff"}, fault.ProxyOtherLogin, "the proxy takes no user with a password"},
		"refuses the user":      {joe, []any{withUser, "\x05\x02", userSize, "\x01\x01"}, fault.ProxyUserRefused, "the proxy refused the user joe or the password"},
		"wants one nobody has":  {Proxy{}, []any{helloSize, "\x05\x02"}, fault.ProxyUserWanted, "the proxy wants a user and a password"},
		"babbles":               {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x00\x00\x09\x00\x00\x00"}, fault.NoProxy, "the proxy sent an answer that is not SOCKS5"},
		"hangs up at the user":  {joe, []any{withUser, "\x05\x02", userSize, "\x01"}, fault.ProxyBroke, "the proxy closed the connection in the middle of its answer"},
		"hangs up at the reply": {Proxy{}, []any{helloSize, "\x05\x00", requestSize, "\x05\x00"}, fault.ProxyBroke, "the proxy closed the connection in the middle of its answer"},
		"hangs up, half a word": {Proxy{}, []any{helloSize, "\x05"}, fault.ProxyBroke, "the proxy closed the connection in the middle of its answer"},
		"hangs up without one":  {Proxy{}, []any{helloSize}, fault.ProxyWordless, "the proxy closed the connection without a word"},
		"speaks HTTP":           {Proxy{}, []any{helloSize, "HTTP/1.0 400 Bad Request\r\n\r\n"}, fault.ProxyIsHTTP, "127.0.0.1:PORT is no SOCKS5 proxy, it speaks HTTP"},
		"speaks SMTP":           {Proxy{}, []any{"220 mail.example.org ESMTP\r\n"}, fault.NoProxy, "127.0.0.1:PORT is no SOCKS5 proxy, it speaks SMTP"},
		"is SOCKS4":             {Proxy{}, []any{helloSize, "\x00\x5b\x00\x00"}, fault.NoProxy, "127.0.0.1:PORT is no SOCKS5 proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.proxy.Kind == "" {
				c.proxy.Kind = SOCKS5H
			}
			rest, err := talkTo(t, c.proxy, says(c.exchange...))
			wantTalk(t, rest, err, c.problem, c.text)
		})
	}
}

// wantTalk compares the end of a talk to what is wanted; without a problem that is
// a connection.
func wantTalk(t *testing.T, rest string, err error, problem fault.Problem, text string) {
	t.Helper()
	f := fault.Of(err)
	switch {
	case problem == "" && (err != nil || rest != "+OK ready\r\n"):
		t.Errorf("%q, %v", rest, err)
	case problem != "" && (f == nil || f.Kind != fault.Proxy || f.Problem != problem || withoutPort(f.Text) != text):
		t.Errorf("%v, want %s (%s)", err, text, problem)
	}
}

// withoutPort replaces the port of the loopback address.
func withoutPort(text string) string {
	before, after, found := strings.Cut(text, "127.0.0.1:")
	if !found {
		return text
	}
	return before + "127.0.0.1:PORT" + strings.TrimLeft(after, "0123456789")
}

// What a proxy answers to CONNECT, octet by octet as it comes.
func TestHTTPProxy(t *testing.T) {
	const asked = "CONNECT mail.example.org:110 HTTP/1.1\r\nHost: mail.example.org:110\r\nUser-Agent: check_pop3x\r\n\r\n"
	for name, c := range map[string]struct {
		answer  string
		problem fault.Problem
		text    string
	}{
		"connects":           {"HTTP/1.1 200 OK\r\n\r\n+OK ready\r\n", "", ""},
		"with other ends":    {"HTTP/1.1 200 OK\nVia: x\n\n+OK ready\r\n", "", ""},
		"with a length":      {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n+OK ready\r\n", "", ""}, // RFC 9110, section 9.3.6: to be ignored
		"without a reason":   {"HTTP/1.1 204\r\n\r\n+OK ready\r\n", "", ""},
		"a gateway":          {"HTTP/1.1 502 Bad Gateway\r\n\r\n", fault.ProxyNoWay, "the proxy cannot connect to mail.example.org:110"},
		"late":               {"HTTP/1.1 504 \r\n\r\n", fault.ProxyNoWay, "the proxy cannot connect to mail.example.org:110"},
		"too many":           {"HTTP/1.1 429 Too Many Requests\r\n\r\n", fault.ProxyRefuses, "the proxy did not connect to mail.example.org:110 (HTTP status 429)"},
		"elsewhere":          {"HTTP/1.1 302 Found\r\nLocation: http://portal.example.org/\r\n\r\n", fault.ProxyRefuses, "the proxy did not connect to mail.example.org:110 (HTTP status 302)"},
		"does not ask how":   {"HTTP/1.1 407 Who?\r\n\r\n", fault.ProxyUserWanted, "the proxy wants a user and a password"},
		"HTML":               {"<html>Hello</html>\r\n", fault.NoProxy, "the proxy sent an answer to CONNECT that cannot be read"},
		"SOCKS":              {"\x05\xff", fault.ProxyIsSOCKS, "127.0.0.1:PORT is a SOCKS5 proxy, not an HTTP proxy"},
		"no status":          {"HTTP/1.1 OK\r\n\r\n", fault.NoProxy, "the proxy sent an answer to CONNECT that cannot be read"},
		"breaks in the line": {"HTTP/1", fault.ProxyBroke, "the proxy closed the connection in the middle of its answer"},
		"breaks behind it":   {"HTTP/1.1 200 OK\r\nVia: ", fault.ProxyBroke, "the proxy closed the connection in the middle of its answer"},
		"never ends":         {"HTTP/1.1 200 OK\r\n" + strings.Repeat("X: y\r\n", 4<<10), fault.ProxyBroke, "the proxy sent more than 16 KiB of header"},
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			rest, err := talkTo(t, Proxy{Kind: HTTP}, func(conn net.Conn) {
				io.CopyN(&got, conn, int64(len(asked)))
				says(c.answer)(conn)
			})
			wantTalk(t, rest, err, c.problem, c.text)
			if got.String() != asked {
				t.Errorf("asked %q", got.String())
			}
		})
	}
}

// A proxy that is silent is left at the deadline, whatever it has said.
func TestSilentProxy(t *testing.T) {
	for name, c := range map[string]struct {
		kind ProxyKind
		said string
	}{"SOCKS5": {SOCKS5, ""}, "SOCKS5, half": {SOCKS5, "\x05"}, "HTTP": {HTTP, ""}, "HTTP, half": {HTTP, "HTTP/1.1 2"}} {
		t.Run(name, func(t *testing.T) {
			conn := peer(t, func(conn net.Conn) {
				io.WriteString(conn, c.said)
				io.Copy(io.Discard, conn)
			})
			conn.SetDeadline(time.Now().Add(50 * time.Millisecond))
			if err := (&Proxy{Kind: c.kind}).Connect(conn, "mail.example.org:110"); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%v", err)
			}
		})
	}
}

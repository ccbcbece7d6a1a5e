package check_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// A tlsAttack is a server that misbehaves in TLS, and what the plugin says
// about it.
type tlsAttack struct {
	shows func(*pop3test.Authority) tls.Certificate // nil: a good one
	older bool                                      // TLS 1.2
	plays func(*tlsServer) error                    // nil: the handshake alone
	want  string
}

// manyBelow sends so many intermediates of one name, each of which may have
// issued the leaf.
func manyBelow(root *pop3test.Authority, n int) tls.Certificate {
	c := root.Intermediate("one of many").Issue(pop3test.Leaf{Names: pop3test.Localhost})
	for range n {
		c.Certificate = append(c.Certificate, root.Intermediate("one of many").Certificate().Raw)
	}
	return c
}

// loop sends a leaf of one of two authorities that have issued each other.
func loop(root *pop3test.Authority) tls.Certificate {
	a, b := root.Intermediate("a"), root.Intermediate("b")
	c := a.Issue(pop3test.Leaf{Names: pop3test.Localhost, OmitChain: true})
	c.Certificate = append(c.Certificate, b.CrossSign(a).Raw, a.CrossSign(b).Raw)
	return c
}

// repeated sends the leaf again and again.
func repeated(root *pop3test.Authority, n int) tls.Certificate {
	c := root.Issue(pop3test.Leaf{Names: pop3test.Localhost})
	for range n {
		c.Certificate = append(c.Certificate, c.Certificate[0])
	}
	return c
}

// fragments sends so many beginnings of the leaf.
func fragments(root *pop3test.Authority, n int) tls.Certificate {
	c := root.Issue(pop3test.Leaf{Names: pop3test.Localhost})
	for range n {
		c.Certificate = append(c.Certificate, c.Certificate[0][:64])
	}
	return c
}

// sized sends a certificate of about so many octets.
func sized(root *pop3test.Authority, octets int) tls.Certificate {
	return root.Issue(pop3test.Leaf{Names: append([]string{"localhost"}, manyNames(octets/64)...)})
}

func manyNames(n int) (names []string) {
	for i := range n {
		names = append(names, strings.Repeat("x", 50)+strconv.Itoa(i)+".example.org")
	}
	return names
}

const dirt = "\x1b[31m| time=0s;;;0\r\n'x'=1\x00\u202e\u200b\x7f dirt"

// dirty has dirt in each name that may be shown.
func dirty(root *pop3test.Authority) tls.Certificate {
	return root.Intermediate("issuer " + dirt).Issue(pop3test.Leaf{CommonName: "leaf " + dirt, Names: []string{"a\x1b[31m|\r\nb.example.org"}, OmitChain: true})
}

// narrow sends a certificate for a thousand names, by an issuer for a thousand
// domains.
func narrow(root *pop3test.Authority) tls.Certificate {
	a := root.Limited("narrow", func(c *x509.Certificate) {
		c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = manyNames(1000), true
	})
	return a.Issue(pop3test.Leaf{Names: manyNames(1000)})
}

// times calls one of the functions above with a number.
func times(n int, issue func(*pop3test.Authority, int) tls.Certificate) func(*pop3test.Authority) tls.Certificate {
	return func(r *pop3test.Authority) tls.Certificate { return issue(r, n) }
}

// Messages of a handshake (RFC 8446, section 4; the first: RFC 5246, section
// 7.4.1.1).
var (
	helloRequest = []byte{0, 0, 0, 0}
	keyUpdate    = []byte{24, 0, 0, 1, 0}
	keyRequest   = []byte{24, 0, 0, 1, 1} // a key update that the client has to answer
	certRequest  = []byte{13, 0, 0, 3, 0, 0, 0}
)

const (
	ends     = `^POP3 CRITICAL - greeting: the server closed the connection.* \[closed\]`
	greeted  = `^POP3 CRITICAL - capa: the server closed the connection (before CAPA was sent|without an answer to CAPA); .* \[closed\]`
	rules    = `^POP3 CRITICAL - greeting: the server breaks the rules of TLS`
	tooLong  = `^POP3 CRITICAL - tls: the TLS handshake failed: handshake message of length \d+ bytes exceeds maximum of 262144 bytes.* \[tls\]`
	renewed  = `^POP3 CRITICAL - greeting: the server wants to renegotiate TLS, which is refused \(no_renegotiation\).* \[tls\]`
	notClear = `^POP3 CRITICAL - greeting: the server sent plain text in the middle of TLS.* \[tls\](; the server said "\+OK r")? \|`
	tooLate  = `^POP3 CRITICAL - greeting: no answer within 3 s.* \[timeout\]`
)

var tlsAttacks = map[string]tlsAttack{
	"ten thousand certificates":   {shows: times(10_000, fragments), want: tooLong},
	"a certificate of 1 MiB":      {shows: times(1<<20, sized), want: tooLong},
	"a certificate of 200 KiB":    {shows: times(200<<10, sized), want: `^POP3 CRITICAL - tls: the certificate is for localhost and 3200 more, .* \[certificate\]`},
	"five hundred certificates":   {shows: times(500, repeated), plays: (*tlsServer).end, want: ends},
	"three hundred intermediates": {shows: times(300, manyBelow), plays: (*tlsServer).end, want: ends},
	"a million comparisons":       {shows: narrow, want: `^POP3 CRITICAL - tls: the certificate is for x.* \[certificate\]`},
	"a chain in a loop":           {shows: loop, want: `^POP3 CRITICAL - tls: the chain of certificates does not come to an end.* \[certificate\]`},
	"dirty names":                 {shows: dirty, want: `^POP3 CRITICAL - tls: the certificate is untrusted and for "a\[31m b.example.org", not for 127\.0\.0\.1; look for`},

	"an end at once":               {plays: (*tlsServer).end, want: ends},
	"clear text behind it":         {plays: raw("+OK ready\r\n"), want: notClear},
	"clear text behind it, 1.2":    {older: true, plays: raw("+OK ready\r\n"), want: notClear},
	"garbage for a record":         {plays: raw("\x17\x03\x03\x00\x20" + strings.Repeat("x", 32)), want: rules + ` \(bad_record_mac\)`},
	"half a record":                {plays: raw("\x17\x03\x03\x00\x20xxx"), want: tooLate},
	"half a message":               {plays: once(22, keyUpdate[:3]), want: tooLate},
	"a new handshake":              {older: true, plays: once(22, helloRequest), want: renewed},
	"new handshakes without end":   {older: true, plays: forever(22, helloRequest), want: renewed},
	"a warning":                    {older: true, plays: repeatThenGreet(21, []byte{1, 90}, 1), want: greeted},
	"warnings without end":         {older: true, plays: forever(21, []byte{1, 90}), want: rules + `: too many ignored records`},
	"an alert of no known number":  {plays: once(21, []byte{2, 255}), want: `^POP3 CRITICAL - greeting: the server refuses TLS \(alert number 255\).* \[tls\]`},
	"a huge ticket":                {plays: repeatThenGreet(22, ticket(60_000), 1), want: greeted},
	"sixteen tickets":              {plays: repeatThenGreet(22, ticket(100), 16), want: greeted},
	"tickets without end":          {plays: forever(22, ticket(1000)), want: rules + `: too many non-advancing records`},
	"a ticket of 64 KiB":           {plays: once(22, append([]byte{4, 1, 0, 0}, make([]byte, 1<<16)...)), want: rules + ` \(decode_error\)`},
	"new keys":                     {plays: func(s *tlsServer) error { return errors.Join(s.rekey(keyRequest), s.greet()) }, want: greeted},
	"new keys without end":         {plays: func(s *tlsServer) error { return s.rekeyForever(keyUpdate, "") }, want: rules + `: too many non-advancing records`},
	"new keys asked for":           {plays: func(s *tlsServer) error { return s.rekeyForever(keyRequest, "") }, want: rules + `: too many non-advancing records`},
	"new keys with every letter":   {plays: func(s *tlsServer) error { return s.rekeyForever(keyRequest, "x") }, want: `^POP3 CRITICAL - greeting: (no answer within 3 s.* \[timeout\]|the server sent a line of more than 64 KiB; .*\[protocol\]|the server does not speak POP3; .*\[greeting\])`},
	"empty records without end":    {plays: forever(23, nil), want: rules + `: too many ignored records`},
	"a late wish for certificates": {plays: once(22, certRequest), want: rules},
	"a message of no known type":   {plays: once(22, []byte{99, 0, 0, 0}), want: rules + ` \(unexpected_message\)`},
}

// What servers do after the handshake.

func raw(text string) func(*tlsServer) error {
	return func(s *tlsServer) error {
		_, err := s.conn.Write([]byte(text))
		return err
	}
}

func once(kind byte, text []byte) func(*tlsServer) error {
	return func(s *tlsServer) error { return s.seal(kind, text) }
}

// forever sends a message until the client closes the connection.
func forever(kind byte, text []byte) func(*tlsServer) error {
	return func(s *tlsServer) (err error) {
		for err == nil {
			err = s.seal(kind, text)
		}
		return err
	}
}

// repeatThenGreet sends a message so many times, then greets and closes.
func repeatThenGreet(kind byte, text []byte, times int) func(*tlsServer) error {
	return func(s *tlsServer) (err error) {
		for range times {
			err = errors.Join(err, s.seal(kind, text))
		}
		return errors.Join(err, s.greet())
	}
}

// Each attack leads to its line, within the budget and the memory of any other
// run.
func TestTLSAttacks(t *testing.T) {
	root := pop3test.NewAuthority("pop3test root")
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, root.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, h := range tlsAttacks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, verbose := range []string{"-j", "-vvv"} {
				port, budget := h.serve(t, root), "5s"
				if strings.Contains(h.want, "within 3 s") {
					budget = "3s"
				}
				o := run{args: []string{"-H", "127.0.0.1", "-p", port, "--tls", "--ca-file", ca, "-t", budget, verbose}}.play(t.TempDir())
				checkFlood(t, o, h.want, verbose == "-vvv")
			}
		})
	}
}

// serve serves one connection and returns the port.
func (h tlsAttack) serve(t *testing.T, root *pop3test.Authority) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	shows := h.shows
	if shows == nil {
		shows = func(r *pop3test.Authority) tls.Certificate { return r.Issue(pop3test.Leaf{Names: pop3test.Localhost}) }
	}
	cert := shows(root)
	ended := make(chan bool)
	go func() {
		defer close(ended)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		s := newTLSServer(conn, cert, h.older)
		if s.handshake() == nil && h.plays != nil {
			h.plays(s)
		}
		io.Copy(io.Discard, conn)
	}()
	t.Cleanup(func() { l.Close(); <-ended })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

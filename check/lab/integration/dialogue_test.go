//go:build integration

// A bare POP3 dialogue, without the plugin: the harness proves with it that a server answers as the tests expect, and
// tests hold sessions open with it.

package integration

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// way is how a session is protected.
type way string

const (
	inPlain  way = "plain"
	withSTLS way = "stls"
	withTLS  way = "tls"
)

var ways = []way{inPlain, withSTLS, withTLS}

// dialogue is one session, line by line.
type dialogue struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

// dial opens a session and reads the greeting.
func dial(t *testing.T, s *server, how way) *dialogue {
	t.Helper()
	conn, err := net.Dial("tcp", s.port(how))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(time.Minute))
	d := &dialogue{t, conn, bufio.NewReader(conn)}
	if how == withTLS {
		d.secure()
	}
	d.expect("+OK")
	if how == withSTLS {
		d.say("STLS")
		d.expect("+OK")
		d.secure()
	}
	return d
}

// port is the address for the way.
func (s *server) port(how way) string {
	if how == withTLS {
		return s.addr(s.ports.TLS)
	}
	return s.addr(s.ports.Plain)
}

// secure makes the TLS handshake and verifies the certificate.
func (d *dialogue) secure() {
	d.t.Helper()
	text, err := os.ReadFile(rootCA.file)
	if err != nil {
		d.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	conn := tls.Client(d.conn, &tls.Config{RootCAs: roots, ServerName: "pop3.test"})
	if err := conn.Handshake(); err != nil {
		d.t.Fatal(err)
	}
	d.conn, d.in = conn, bufio.NewReader(conn)
}

// say sends one command.
func (d *dialogue) say(format string, args ...any) {
	d.t.Helper()
	if _, err := fmt.Fprintf(d.conn, format+"\r\n", args...); err != nil {
		d.t.Fatal(err)
	}
}

// expect reads a line that must begin so, and gives it.
func (d *dialogue) expect(prefix string) string {
	d.t.Helper()
	line, err := d.in.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, prefix) {
		d.t.Fatalf("wanted a line with %q, got %q, %v", prefix, line, err)
	}
	return strings.TrimRight(line, "\r\n")
}

// login logs in with USER and PASS.
func (d *dialogue) login(user account) {
	d.t.Helper()
	d.say("USER %s", user.name)
	d.expect("+OK")
	d.say("PASS %s", user.password)
	d.expect("+OK")
}

// hold opens a session that has its mailbox: +OK to the password does not mean that yet.
func hold(t *testing.T, s *server, how way, user account) *dialogue {
	t.Helper()
	d := dial(t, s, how)
	d.login(user)
	d.say("STAT")
	d.expect("+OK")
	return d
}

// quit ends the session.
func (d *dialogue) quit() {
	d.t.Helper()
	d.say("QUIT")
	d.expect("+OK")
}

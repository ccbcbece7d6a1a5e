package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/resolve"
	"check_pop3x/check/testkit/pop3test"
	"check_pop3x/check/trust"
)

// shake does the server's half of a handshake, greets, and echoes the rest.
func shake(config *tls.Config) func(net.Conn) {
	return func(raw net.Conn) {
		s := tls.Server(raw, config)
		if s.Handshake() == nil {
			io.WriteString(s, "+OK hello\r\n")
			io.Copy(s, s)
		}
	}
}

// insecure accepts any certificate.
func insecure() TLS {
	return TLS{ServerName: "mail.example.org", Policy: trust.Policy{Insecure: true}}
}

// trusted makes a root in a file and a server certificate that it issued.
func trusted(t *testing.T) (roots string, c tls.Certificate) {
	t.Helper()
	root := pop3test.NewAuthority("Test Root CA")
	return rootsFile(t, root), root.Issue(pop3test.Leaf{Names: []string{"mail.example.org"}})
}

func rootsFile(t *testing.T, root *pop3test.Authority) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(path, root.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func options(roots string) TLS {
	return TLS{ServerName: "mail.example.org", Policy: trust.Policy{VerifyName: "mail.example.org", RootsFile: roots}}
}

func TestStartTLS(t *testing.T) {
	roots, cert := trusted(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		var sni string
		config := &tls.Config{MaxVersion: version, GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
			sni = h.ServerName
			return &cert, nil
		}}
		c := peer(t, shake(config))
		facts, err := c.StartTLS(bounded(t), options(roots))
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 11)
		if _, err := io.ReadFull(c, got); err != nil || string(got) != "+OK hello\r\n" {
			t.Errorf("%q, %v", got, err)
		}
		io.WriteString(c, "NOOP\r\n")
		if _, err := io.ReadFull(c, got[:6]); err != nil || string(got[:6]) != "NOOP\r\n" {
			t.Errorf("%q, %v", got, err)
		}
		if facts.State.Version != version || !facts.State.HandshakeComplete || sni != "mail.example.org" {
			t.Errorf("%x %t %q", facts.State.Version, facts.State.HandshakeComplete, sni)
		}
		if len(facts.Chains) != 1 || len(facts.Chains[0]) != 2 || facts.Err != nil {
			t.Error(facts.Chains, facts.Err)
		}
		if version == tls.VersionTLS13 && facts.State.CurveID != tls.X25519MLKEM768 {
			t.Errorf("the default key exchange is gone: %v", facts.State.CurveID)
		}
		_, err = c.StartTLS(t.Context(), options(roots))
		wantFault(t, err, fault.Internal, "TLS was started twice")
	}
}

// STLS has clear text first, on the same connection.
func TestStartTLSAfterClearText(t *testing.T) {
	roots, cert := trusted(t)
	c := peer(t, func(s net.Conn) {
		io.WriteString(s, "+OK ready\r\n")
		stls := make([]byte, 6)
		io.ReadFull(s, stls)
		io.WriteString(s, "+OK begin\r\n")
		shake(&tls.Config{Certificates: []tls.Certificate{cert}})(s)
	})
	line := make([]byte, 11)
	io.ReadFull(c, line)
	io.WriteString(c, "STLS\r\n")
	io.ReadFull(c, line)
	if string(line) != "+OK begin\r\n" {
		t.Fatalf("%q", line)
	}
	if _, err := c.StartTLS(bounded(t), options(roots)); err != nil {
		t.Fatal(err)
	}
	if io.ReadFull(c, line); string(line) != "+OK hello\r\n" {
		t.Errorf("%q", line)
	}
}

// An address is verified but not sent as SNI.
func TestStartTLSByAddress(t *testing.T) {
	root := pop3test.NewAuthority("Test Root CA")
	cert := root.Issue(pop3test.Leaf{Names: []string{"mail.example.org", "::1", "127.0.0.1", "fe80::1"}})
	roots := rootsFile(t, root)
	for _, name := range []string{"127.0.0.1", "::1", "fe80::1%eth0", "::ffff:127.0.0.1", "mail.example.org.", "MAIL.example.org"} {
		sni := "unset"
		c := peer(t, shake(&tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
			sni = h.ServerName
			return &cert, nil
		}}))
		o := options(roots)
		o.ServerName, o.VerifyName = name, name
		if _, err := c.StartTLS(bounded(t), o); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := strings.TrimSuffix(name, "."); sni != want && !(sni == "" && resolve.IsAddress(name)) {
			t.Errorf("%s: SNI %q", name, sni)
		}
	}
}

// What is asked for and what is verified may differ.
func TestStartTLSByOtherName(t *testing.T) {
	roots, cert := trusted(t)
	for _, asked := range []string{"", "other.example", "192.0.2.1"} {
		sni := "unset"
		c := peer(t, shake(&tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
			sni = h.ServerName
			return &cert, nil
		}}))
		o := options(roots)
		o.ServerName, o.VerifyName = asked, "mail.example.org"
		if _, err := c.StartTLS(bounded(t), o); err != nil {
			t.Errorf("%q: %v", asked, err)
		}
		if sni != asked && !(sni == "" && resolve.IsAddress(asked)) {
			t.Errorf("%q: SNI %q", asked, sni)
		}
	}
	c := peer(t, shake(&tls.Config{Certificates: []tls.Certificate{cert}}))
	o := options(roots)
	o.VerifyName = "other.example"
	_, err := c.StartTLS(bounded(t), o)
	wantFault(t, err, fault.Certificate, "the certificate is for mail.example.org, not for other.example")
}

func TestInsecureRecordsAndAccepts(t *testing.T) {
	leaf := pop3test.SelfSigned(pop3test.Leaf{Names: []string{"other.example"}, Validity: pop3test.Expired()})
	c := peer(t, shake(pop3test.ServerTLS(leaf)))
	facts, err := c.StartTLS(bounded(t), insecure())
	if err != nil || facts.Err != nil || len(facts.Chains) != 0 || len(facts.State.PeerCertificates) != 1 {
		t.Fatal(facts, err)
	}
	if !facts.Expiry().Equal(leaf.Leaf) {
		t.Error(facts.Expiry().Subject)
	}
}

func TestPlainTextPeers(t *testing.T) {
	for _, c := range []struct{ sent, said, speaks string }{
		{"+OK Dovecot ready.\r\n", "+OK Dovecot ready.", "speaks plain POP3"},
		{"+OK", "+OK", "speaks plain POP3"},
		{"\r\n+OK\r\n", "+OK", "speaks plain POP3"},
		{"* OK IMAP4rev1\r\n* more\r\n", "* OK IMAP4rev1", "speaks IMAP"},
		{"220 mail.example.org ESMTP\r\n", "220 mail.example.org ESMTP", "speaks SMTP"},
		{"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "HTTP/1.1 400 Bad Request", "speaks HTTP"},
		{"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-2.0-OpenSSH_9.2p1", "speaks SSH"},
		{strings.Repeat("x", 2000), strings.Repeat("x", maxFirstLine), "answers in plain text"},
	} {
		conn := peer(t, func(s net.Conn) {
			io.WriteString(s, c.sent)
			s.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, s)
		})
		facts, err := conn.StartTLS(bounded(t), options(""))
		wantFault(t, err, fault.TLS, "the server "+c.speaks+", not TLS")
		if said := fault.Of(err).Said; said != c.said || facts != nil {
			t.Errorf("%q: %q, %v", c.sent, said, facts)
		}
	}
}

func TestBinaryPeer(t *testing.T) {
	conn := peer(t, func(s net.Conn) {
		s.Write([]byte{0xff, 0xfb, 1, 0xff, 0xfb, 3}) // telnet
		io.Copy(io.Discard, s)
	})
	_, err := conn.StartTLS(bounded(t), options(""))
	wantFault(t, err, fault.TLS, "the server answers in something other than TLS")
}

// readHello waits for the client's first record, but does not read all of it.
func readHello(s net.Conn) { io.ReadFull(s, make([]byte, 5)) }

// A handshake that ends without a word, in an orderly way or by a reset.
func TestHandshakeCutShort(t *testing.T) {
	const offer, during = "the server closed the connection when TLS began", "the server closed the connection during the handshake"
	beginning := func(text ...byte) func(net.Conn) {
		return func(s net.Conn) {
			s.Write(text)
			s.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, s)
		}
	}
	for name, c := range map[string]struct {
		talk    func(net.Conn)
		kind    fault.Kind
		problem fault.Problem
		want    string
	}{
		"at the offer": {func(s net.Conn) { readHello(s); s.(*net.TCPConn).CloseWrite(); io.Copy(io.Discard, s) }, fault.TLS, fault.Unanswered, offer},
		"reset":        {func(s net.Conn) { readHello(s); s.(*net.TCPConn).SetLinger(0) }, fault.TLS, fault.ResetAtOffer, "the connection was reset when TLS began"},
		"in a record":  {beginning(22, 3, 3, 1, 0, 2), fault.TLS, "", during},
		"in a header":  {beginning(22, 3), fault.TLS, "", during},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := peer(t, c.talk).StartTLS(bounded(t), options(""))
			wantFault(t, err, c.kind, c.want)
			if got := fault.Of(err).Problem; got != c.problem {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestHandshakeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	c := peer(t, func(s net.Conn) {
		readHello(s)
		cancel(why)
		io.Copy(io.Discard, s)
	})
	if _, err := c.StartTLS(ctx, options("")); err != why {
		t.Error(err)
	}
}

func TestHandshakeDeadline(t *testing.T) {
	c := peer(t, func(s net.Conn) { io.Copy(io.Discard, s) })
	c.SetDeadline(time.Now().Add(-time.Second))
	_, err := c.StartTLS(t.Context(), options(""))
	wantFault(t, err, fault.Timeout, "no answer in the handshake")
}

func TestRootsFileVanishes(t *testing.T) {
	_, cert := trusted(t)
	c := peer(t, shake(&tls.Config{Certificates: []tls.Certificate{cert}}))
	facts, err := c.StartTLS(bounded(t), options("/missing/roots.pem"))
	wantFault(t, err, fault.Usage, "/missing/roots.pem: no such file or directory")
	if !errors.Is(err, os.ErrNotExist) || facts == nil || len(facts.State.PeerCertificates) != 1 {
		t.Error(facts, err)
	}
}

// A server that breaks the rules after the handshake is a fault with a text.
func TestBrokenRules(t *testing.T) {
	_, cert := trusted(t)
	for said, want := range map[string]string{
		"+OK ready\r\n": "the server sent plain text in the middle of TLS",
		"\x17\x03\x03\x00\x20" + strings.Repeat("x", 32): "the server breaks the rules of TLS (bad_record_mac)",
		"\xff\xfb\x01\xff\xfb\x03":                       "the server breaks the rules of TLS: received record with version fb01 when expecting version 303",
	} {
		c := peer(t, func(s net.Conn) {
			if tls.Server(s, &tls.Config{Certificates: []tls.Certificate{cert}}).Handshake() == nil {
				io.WriteString(s, said)
				io.Copy(io.Discard, s)
			}
		})
		o := options("")
		o.Insecure = true
		if _, err := c.StartTLS(bounded(t), o); err != nil {
			t.Fatal(err)
		}
		_, err := c.Read(make([]byte, 100))
		wantFault(t, err, fault.TLS, want)
	}
}

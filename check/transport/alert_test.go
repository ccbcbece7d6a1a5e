package transport

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"testing"

	"check_pop3x/check/fault"
)

// Each alert of the table, in clear and before anything else, is told by its
// name: the wording of crypto/tls is what it is told by.
func TestAlertsByName(t *testing.T) {
	for alert, name := range alertNames {
		if alert == 0 || alert == 90 { // they end a connection, and refuse nothing
			continue
		}
		c := peer(t, func(s net.Conn) {
			io.ReadFull(s, make([]byte, 5))
			s.Write([]byte{21, 3, 3, 0, 2, 2, byte(alert)})
			io.Copy(io.Discard, s)
		})
		_, err := c.StartTLS(bounded(t), options(""))
		f := fault.Of(err)
		if want := " (alert " + name + ")"; f.Kind != fault.TLS || len(f.Text) < len(want) || f.Text[len(f.Text)-len(want):] != want {
			t.Errorf("%d: %s", alert, f.Text)
		}
	}
	if got := alertName(200); got != "number 200" {
		t.Error(got)
	}
}

// An alert that crypto/tls does not tell of, since something else is wrong, is
// found in the records.
func TestAlertBehindSomethingElse(t *testing.T) {
	c := peer(t, func(s net.Conn) {
		io.ReadFull(s, make([]byte, 5))
		s.Write([]byte{22, 3, 3, 0, 4, 14, 0, 0, 0, 21, 3, 3, 0, 2, 2, 40}) // ServerHelloDone
		io.Copy(io.Discard, s)
	})
	_, err := c.StartTLS(bounded(t), options(""))
	wantFault(t, err, fault.TLS, "the server has nothing in common with what is offered in TLS 1.2, TLS 1.3 (alert handshake_failure)")
}

func TestServerAlerts(t *testing.T) {
	_, cert := trusted(t)
	for _, c := range []struct {
		config *tls.Config
		min    uint16
		alert  tls.AlertError
		text   string
	}{
		{&tls.Config{MaxVersion: tls.VersionTLS12}, tls.VersionTLS13, 70, "the server speaks other versions of TLS than the offered TLS 1.3 (alert protocol_version)"},
		{&tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, errors.New("no") }}, 0, 80, "the server has a fault of its own (alert internal_error)"},
		{&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}, 0, 40, "the server has nothing in common with what is offered in TLS 1.2, TLS 1.3 (alert handshake_failure)"},
		{&tls.Config{MaxVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}, 0, 40, "the server wants a client certificate (alert handshake_failure)"},
	} {
		c.config.Certificates = []tls.Certificate{cert}
		o := options("")
		o.Insecure, o.MinVersion = true, c.min
		_, err := peer(t, shake(c.config)).StartTLS(bounded(t), o)
		wantFault(t, err, fault.TLS, c.text)
		if alert, ok := errors.AsType[tls.AlertError](err); !ok || alert != c.alert {
			t.Errorf("alert %d, %t", alert, ok)
		}
	}
}

// In TLS 1.3 the client is done before the server has seen its certificate, or
// that there is none: the refusal comes with the first read.
func TestAlertAfterTheHandshake(t *testing.T) {
	_, cert := trusted(t)
	c := peer(t, shake(&tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAnyClientCert}))
	o := options("")
	o.Insecure = true
	if _, err := c.StartTLS(bounded(t), o); err != nil {
		t.Fatal(err)
	}
	_, err := c.Read(make([]byte, 100))
	wantFault(t, err, fault.TLS, "the server wants a client certificate (alert certificate_required)")
}

// Servers that know older versions only choose one of them all the same.
func TestOldServer(t *testing.T) {
	for _, c := range []struct {
		chosen byte
		min    uint16
		text   string
	}{
		{1, 0, "the server speaks no more than TLS 1.0, TLS 1.2 is wanted"},
		{0, 0, "the server speaks no more than SSLv3, TLS 1.2 is wanted"},
		{3, tls.VersionTLS13, "the server speaks no more than TLS 1.2, TLS 1.3 is wanted"},
	} {
		hello := slices.Concat([]byte{22, 3, min(c.chosen, 1), 0, 42, 2, 0, 0, 38, 3, c.chosen}, make([]byte, 32), []byte{0, 0x2f, 0, 0})
		hello = hello[:5+42]
		conn := peer(t, func(s net.Conn) {
			s.Write(hello)
			io.Copy(io.Discard, s)
		})
		o := options("")
		o.MinVersion = c.min
		_, err := conn.StartTLS(bounded(t), o)
		wantFault(t, err, fault.TLS, c.text)
	}
}

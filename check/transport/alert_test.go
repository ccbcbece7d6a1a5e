package transport

import (
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"slices"
	"testing"

	"check_pop3x/check/fault"
)

// Each alert of the table is shown by its name. This fails if crypto/tls changes
// its texts, by which alertIn finds them.
func TestAlertsByName(t *testing.T) {
	for alert, name := range alertNames {
		if name == "" || alert == 0 || alert == 90 { // they end a connection, and refuse nothing
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

// An alert that crypto/tls does not report, since something else is wrong, is
// found in the records.
func TestAlertBehindSomethingElse(t *testing.T) {
	c := peer(t, func(s net.Conn) {
		io.ReadFull(s, make([]byte, 5))
		s.Write([]byte{22, 3, 3, 0, 4, 14, 0, 0, 0, 21, 3, 3, 0, 2, 2, 40}) // ServerHelloDone
		io.Copy(io.Discard, s)
	})
	_, err := c.StartTLS(bounded(t), options(""))
	wantFault(t, err, fault.TLS, "the server and this check cannot agree on encryption (alert handshake_failure)")
}

func TestServerAlerts(t *testing.T) {
	_, cert := trusted(t)
	for _, c := range []struct {
		config *tls.Config
		min    uint16
		alert  tls.AlertError
		text   string
	}{
		{&tls.Config{MaxVersion: tls.VersionTLS12}, tls.VersionTLS13, 70, "the server speaks only versions older than TLS 1.3 (alert protocol_version)"},
		{&tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, errors.New("no") }}, 0, 80, "the server failed in the handshake (alert internal_error)"},
		{&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}, 0, 40, "the server and this check cannot agree on encryption (alert handshake_failure)"},
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

// Servers that support only older versions choose one that was not offered.
func TestOldServer(t *testing.T) {
	for _, c := range []struct {
		chosen byte
		min    uint16
		text   string
	}{
		{1, 0, "the server speaks nothing newer than TLS 1.0, and TLS 1.2 is wanted"},
		{0, 0, "the server speaks nothing newer than SSLv3, and TLS 1.2 is wanted"},
		{3, tls.VersionTLS13, "the server speaks nothing newer than TLS 1.2, and TLS 1.3 is wanted"},
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

func TestRecords(t *testing.T) {
	const none = -1
	for name, c := range map[string]struct {
		octets string
		alert  int
		chosen uint16
	}{
		"nothing":                   {"", none, 0},
		"text":                      {"2b4f4b2052656164790d0a", none, 0},
		"an alert":                  {"15030100020246", 70, 0},
		"a warning":                 {"15030100020170", none, 0},
		"a warning, then an alert":  {"1503010002017015030100020228", 40, 0},
		"two alerts":                {"1503010002022815030100020246", 40, 0},
		"half an alert":             {"150301000202", none, 0},
		"an encrypted alert":        {"1503030012000000000000000102", none, 0},
		"a hello":                   {"160301002a020000260301" + zeros(32) + "00002f00", none, tls.VersionTLS10},
		"a hello, cut off":          {"160303007a020000760303", none, tls.VersionTLS12},
		"a hello, cut off too soon": {"160303007a0200007603", none, 0},
		"a hello, then an alert":    {"160302002a020000260302" + zeros(32) + "00002f0015030200020228", 40, tls.VersionTLS11},
		"another message":           {"160303000404000000" + zeros(8), none, 0},
		"SSL 2":                     {"802e010002001500000010", none, 0},
	} {
		octets, err := hex.DecodeString(c.octets)
		if err != nil {
			t.Fatal(name, err)
		}
		alert, found := sentAlert(octets)
		if found != (c.alert != none) || found && int(alert) != c.alert {
			t.Errorf("%s: alert %d, %t", name, alert, found)
		}
		if got := chosenVersion(octets); got != c.chosen {
			t.Errorf("%s: version %x, not %x", name, got, c.chosen)
		}
	}
}

func zeros(n int) string { return hex.EncodeToString(make([]byte, n)) }

// FuzzRecords: what was found does not change by what follows.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{"15030100020246", "160301002a020000260301" + zeros(32) + "00002f0015030200020228", "1603010007010000030303ff"} {
		octets, _ := hex.DecodeString(s)
		f.Add(octets, len(octets)/2)
	}
	f.Fuzz(func(t *testing.T, octets []byte, n int) {
		if n < 0 || n > len(octets) {
			return
		}
		whole, _ := sentAlert(octets)
		if part, found := sentAlert(octets[:n]); found && part != whole {
			t.Fatalf("alert %d, then %d", part, whole)
		}
		if part := chosenVersion(octets[:n]); part != 0 && part != chosenVersion(octets) {
			t.Fatalf("version %x, then %x", part, chosenVersion(octets))
		}
	})
}

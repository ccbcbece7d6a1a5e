package transport

import (
	"crypto/tls"
	"encoding/hex"
	"slices"
	"testing"

	"check_pop3x/check/trust"
)

// spoke returns what either side of a handshake sent first.
func spoke(t *testing.T, o trust.Policy, server *tls.Config) (client, from []byte) {
	_, cert := trusted(t)
	server.Certificates = []tls.Certificate{cert}
	c := peer(t, shake(server))
	o.Insecure, o.ServerName = true, "mail.example.org"
	c.StartTLS(bounded(t), o)
	return c.wire.sent, c.wire.first
}

// The versions are those that were offered and that one which was chosen, though
// a ClientHello is longer than what is kept of it.
func TestListen(t *testing.T) {
	for _, c := range []struct {
		min, max uint16
		offered  []uint16
	}{
		{tls.VersionTLS10, tls.VersionTLS12, []uint16{tls.VersionTLS13, tls.VersionTLS12, tls.VersionTLS11, tls.VersionTLS10}},
		{0, tls.VersionTLS12, []uint16{tls.VersionTLS13, tls.VersionTLS12}},
		{0, tls.VersionTLS13, []uint16{tls.VersionTLS13, tls.VersionTLS12}},
		{tls.VersionTLS13, tls.VersionTLS13, []uint16{tls.VersionTLS13}},
	} {
		sent, first := spoke(t, trust.Policy{MinVersion: c.min}, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: c.max})
		if got := listen(sent); !slices.Equal(got.versions, c.offered) || got.alert != -1 {
			t.Errorf("offered %x, alert %d, want %x", got.versions, got.alert, c.offered)
		}
		if got := listen(first); !slices.Equal(got.versions, []uint16{c.max}) || got.alert != -1 {
			t.Errorf("chosen %x, alert %d, want %x", got.versions, got.alert, c.max)
		}
	}
	// A group that the client has no share of is asked for first.
	_, first := spoke(t, trust.Policy{}, &tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP384}})
	if got := listen(first); !slices.Equal(got.versions, []uint16{tls.VersionTLS13}) {
		t.Errorf("HelloRetryRequest: %x", got.versions)
	}
}

func TestListenToLess(t *testing.T) {
	for name, c := range map[string]struct {
		octets string
		alert  int
		chosen []uint16
	}{
		"nothing":                       {"", -1, nil},
		"text":                          {"2b4f4b2052656164790d0a", -1, nil},
		"an alert":                      {"15030100020246", 70, nil},
		"a warning":                     {"15030100020170", -1, nil},
		"a warning, then an alert":      {"1503010002017015030100020228", 40, nil},
		"two alerts":                    {"1503010002022815030100020246", 40, nil},
		"half an alert":                 {"150301000202", -1, nil},
		"an encrypted alert":            {"1503030012000000000000000102", -1, nil},
		"a hello without extensions":    {"160301002a020000260301" + zeros(32) + "00002f00", -1, []uint16{tls.VersionTLS10}},
		"a hello, cut off":              {"160303007a020000760303", -1, []uint16{tls.VersionTLS12}},
		"a hello, then an alert":        {"160302002a020000260302" + zeros(32) + "00002f0015030200020228", 40, []uint16{tls.VersionTLS11}},
		"an extension that is too long": {"160303003002000026030300" + zeros(31) + "00130100" + "0006002b00ff0304", -1, []uint16{tls.VersionTLS12}},
		"another message":               {"160303000404000000", -1, nil},
		"SSL 2":                         {"802e010002001500000010", -1, nil},
	} {
		octets, err := hex.DecodeString(c.octets)
		if err != nil {
			t.Fatal(name, err)
		}
		if got := listen(octets); got.alert != c.alert || !slices.Equal(got.versions, c.chosen) {
			t.Errorf("%s: %x, alert %d", name, got.versions, got.alert)
		}
	}
}

func zeros(n int) string { return hex.EncodeToString(make([]byte, n)) }

// FuzzListen: what was heard does not change by what comes behind it.
func FuzzListen(f *testing.F) {
	for _, s := range []string{"15030100020246", "160301002a020000260301" + zeros(32) + "00002f0015030200020228",
		"160303003002000026030300" + zeros(31) + "00130100" + "0006002b00020304", "1603010007010000030303ff"} {
		octets, _ := hex.DecodeString(s)
		f.Add(octets, len(octets)/2)
	}
	f.Fuzz(func(t *testing.T, octets []byte, n int) {
		whole := listen(octets)
		if whole.alert < -1 || whole.alert > 255 {
			t.Fatal(whole)
		}
		for _, v := range whole.versions {
			if v>>8 != 3 && len(whole.versions) > 1 {
				t.Fatalf("%x is no version", v)
			}
		}
		if n < 0 || n > len(octets) {
			return
		}
		if part := listen(octets[:n]); part.alert >= 0 && part.alert != whole.alert {
			t.Fatalf("alert %d, then %d", part.alert, whole.alert)
		}
	})
}

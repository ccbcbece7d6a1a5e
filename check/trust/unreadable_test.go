package trust

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"

	"check_pop3x/check/fault"
)

// versioned makes of a certificate one of version 4, which crypto/x509 does not
// parse.
func versioned(e *entity) []byte {
	return bytes.Replace(e.cert.Raw, []byte{0xa0, 3, 2, 1, 2}, []byte{0xa0, 3, 2, 1, 3}, 1)
}

func TestUnreadable(t *testing.T) {
	root := sign(t, authority("Test Root CA"), nil, nil)
	issuer := sign(t, authority("Test Issuing CA"), nil, root)
	leaf := sign(t, server("mail.example.org"), nil, issuer)
	const version = "tls: failed to parse certificate from server: x509: invalid version"
	for name, c := range map[string]struct {
		sent  [][]byte
		text  string
		shown int
	}{
		"the leaf":   {[][]byte{versioned(leaf), issuer.cert.Raw}, "crypto/x509 cannot read the server's certificate: invalid version", 1},
		"the issuer": {[][]byte{leaf.cert.Raw, versioned(issuer)}, `crypto/x509 cannot read the certificate of "Test Issuing CA", which the server sends: invalid version`, 2},
		"garbage":    {[][]byte{{0x30, 0}}, "crypto/x509 cannot read the server's certificate: invalid version", 0},
		"encrypted":  {nil, "crypto/x509 cannot read a certificate that the server sends: invalid version", 0},
	} {
		f := Unreadable(tls.ConnectionState{}, c.sent, errors.New(version))
		wantFault(t, f.Err, fault.Certificate, c.text)
		if len(f.State.PeerCertificates) != c.shown {
			t.Errorf("%s: %d certificates", name, len(f.State.PeerCertificates))
		}
		if end := f.Expiry(); c.shown > 0 && (!end.NotAfter.Equal(leaf.cert.NotAfter) || Key(end) != "ECDSA P-256" || PinOf(end) != PinOf(leaf.cert)) {
			t.Errorf("%s: %v, %s", name, end.NotAfter, Key(end))
		}
	}
}

// FuzzOutline: of every certificate that crypto/x509 accepts, the outline says the
// same.
func FuzzOutline(f *testing.F) {
	for _, e := range []*entity{sign(f, authority("Test Root CA"), nil, nil), sign(f, server("mail.example.org"), nil, nil)} {
		f.Add(e.cert.Raw)
		f.Add(versioned(e))
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := x509.ParseCertificate(der)
		outline := readOutline(der)
		if err != nil {
			return
		}
		if outline == nil || !outline.NotAfter.Equal(c.NotAfter) || !bytes.Equal(outline.RawSubject, c.RawSubject) || PinOf(outline) != PinOf(c) {
			t.Fatalf("%+v", outline)
		}
	})
}

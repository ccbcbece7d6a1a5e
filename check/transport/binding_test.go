package transport

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"net"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// meet does a handshake and returns the state of both sides.
func meet(t *testing.T, change func(*tls.Config)) (client tls.ConnectionState, server tls.ConnectionState) {
	t.Helper()
	leaf := pop3test.NewAuthority("pop3test root").Issue(pop3test.Leaf{Names: pop3test.Localhost})
	here, there := net.Pipe()
	t.Cleanup(func() { here.Close(); there.Close() })
	config, serving := &tls.Config{InsecureSkipVerify: true}, pop3test.ServerTLS(leaf)
	serving.SessionTicketsDisabled = true // which nobody would read here
	change(config)
	ours, theirs := tls.Client(here, config), tls.Server(there, serving)
	done := make(chan error, 1)
	go func() { done <- theirs.Handshake() }()
	if err := ours.Handshake(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return ours.ConnectionState(), theirs.ConnectionState()
}

// Both sides have the same data, of the type that servers expect.
func TestBinding(t *testing.T) {
	for version, want := range map[uint16]string{tls.VersionTLS13: TLSExporter, tls.VersionTLS12: TLSUnique} {
		f, server := meet(t, func(c *tls.Config) { c.MaxVersion = version })
		theirs := server.TLSUnique
		if want == TLSExporter { // RFC 9266, section 2
			theirs, _ = server.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
		}
		if kind, data := Binding(&f, ""); kind != want || len(data) == 0 || !bytes.Equal(data, theirs) {
			t.Errorf("%s: %s %x, the server has %x", tls.VersionName(version), kind, data, theirs)
		}
		for _, wanted := range BindingTypes() {
			kind, data := Binding(&f, wanted)
			if has := wanted != TLSUnique || version == tls.VersionTLS12; kind != wanted || has != (len(data) > 0) {
				t.Errorf("%s, %s: %s %x", tls.VersionName(version), wanted, kind, data)
			}
		}
		hash := sha256.Sum256(f.PeerCertificates[0].Raw) // RFC 5929, section 4.1
		if _, data := Binding(&f, TLSServerEndPoint); !bytes.Equal(data, hash[:]) {
			t.Errorf("%x", data)
		}
	}
}

// RFC 5929, section 4.1.
func TestBindingToTheCertificate(t *testing.T) {
	for algorithm, octets := range map[x509.SignatureAlgorithm]int{
		x509.MD5WithRSA: 32, x509.ECDSAWithSHA1: 32, x509.SHA256WithRSA: 32, x509.ECDSAWithSHA384: 48, x509.SHA512WithRSAPSS: 64, x509.PureEd25519: 0,
	} {
		if hash := endPoint(&x509.Certificate{SignatureAlgorithm: algorithm, Raw: []byte("x")}); len(hash) != octets {
			t.Errorf("%s: %x", algorithm, hash)
		}
	}
}

// A session that exports no keying material (in TLS 1.2 without the extended
// master secret, RFC 7627, or with renegotiation) may have the same Finished
// message as another: only the certificate is left to bind to.
func TestBindingOfASessionThatIsNotUnique(t *testing.T) {
	f, _ := meet(t, func(c *tls.Config) { c.MaxVersion, c.Renegotiation = tls.VersionTLS12, tls.RenegotiateOnceAsClient })
	if kind, data := Binding(&f, ""); kind != TLSServerEndPoint || len(data) == 0 || f.TLSUnique == nil {
		t.Errorf("%s %x", kind, data)
	}
	for _, wanted := range []string{TLSExporter, TLSUnique} {
		if _, data := Binding(&f, wanted); data != nil {
			t.Errorf("%s %x", wanted, data)
		}
	}
}

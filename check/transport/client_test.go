package transport

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// TestClientCertificateShown shows the certificate to a server that asks,
// whichever authorities it names, and reports that it asked.
func TestClientCertificateShown(t *testing.T) {
	roots, cert := trusted(t)
	client := pop3test.SelfSigned(pop3test.Leaf{CommonName: "client"})
	others := pop3test.NewAuthority("Some CA").Pool()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, auth := range []tls.ClientAuthType{tls.NoClientCert, tls.RequestClientCert, tls.RequireAnyClientCert} {
			got := make(chan []*x509.Certificate, 1)
			conn := peer(t, func(raw net.Conn) {
				s := tls.Server(raw, &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: version, ClientAuth: auth, ClientCAs: others})
				defer close(got)
				if s.Handshake() == nil {
					got <- s.ConnectionState().PeerCertificates
					io.WriteString(s, "+OK\r\n")
				}
			})
			o := options(roots)
			o.Client = &client
			facts, err := conn.StartTLS(bounded(t), o)
			if err != nil {
				t.Fatal(err)
			}
			certs := <-got
			if asked := auth != tls.NoClientCert; facts.ClientAsked != asked || (len(certs) == 1) != asked {
				t.Errorf("%x %v: asked %t, %d shown", version, auth, facts.ClientAsked, len(certs))
			}
		}
	}
}

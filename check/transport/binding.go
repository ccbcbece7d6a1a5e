package transport

import (
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
)

// The types of channel binding: RFC 9266, and RFC 5929, sections 3 and 4.
const (
	TLSExporter       = "tls-exporter"
	TLSUnique         = "tls-unique"
	TLSServerEndPoint = "tls-server-end-point"
)

// BindingTypes lists them.
func BindingTypes() []string { return []string{TLSExporter, TLSUnique, TLSServerEndPoint} }

// Binding returns what ties a login to this TLS session, by the wanted type of
// channel binding. If that is "", it takes the type that servers expect, as
// nothing in POP3 says which they support: tls-exporter for TLS 1.3 (RFC 9266,
// section 3), tls-unique before (RFC 5802, section 6.1), and tls-server-end-point
// for a session that is not unique, because it has no extended master secret
// (RFC 7627). data is nil if this session has none of that type.
func Binding(state *tls.ConnectionState, wanted string) (kind string, data []byte) {
	exported, err := state.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32) // RFC 9266, section 2
	unique := state.TLSUnique
	if err != nil {
		unique = nil // without the extended master secret two sessions may share it
	}
	if wanted == "" {
		wanted = usualBinding(state, unique)
	}
	switch wanted {
	case TLSExporter:
		return wanted, exported
	case TLSUnique:
		return wanted, unique
	}
	return wanted, endPoint(state.PeerCertificates[0])
}

// endPoint hashes the server's certificate as its signature does, or with SHA-256
// if that hash is too weak (RFC 5929, section 4.1). It returns nil for a signature
// without one hash.
func endPoint(c *x509.Certificate) []byte {
	switch c.SignatureAlgorithm {
	case x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1,
		x509.SHA256WithRSA, x509.SHA256WithRSAPSS, x509.ECDSAWithSHA256:
		hash := sha256.Sum256(c.Raw)
		return hash[:]
	case x509.SHA384WithRSA, x509.SHA384WithRSAPSS, x509.ECDSAWithSHA384:
		hash := sha512.Sum384(c.Raw)
		return hash[:]
	case x509.SHA512WithRSA, x509.SHA512WithRSAPSS, x509.ECDSAWithSHA512:
		hash := sha512.Sum512(c.Raw)
		return hash[:]
	}
	return nil
}

func usualBinding(state *tls.ConnectionState, unique []byte) string {
	switch {
	case state.Version >= tls.VersionTLS13:
		return TLSExporter
	case unique != nil:
		return TLSUnique
	}
	return TLSServerEndPoint
}

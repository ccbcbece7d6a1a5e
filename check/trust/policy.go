package trust

import (
	"crypto/tls"
	"crypto/x509"
)

// A Policy says which certificates to accept.
type Policy struct {
	VerifyName string   // what the certificate has to be for
	OrName     string   // another name that is accepted; "" = none
	RootsFile  string   // PEM file of the trusted roots; "" = the system's
	TLSA       *TLSASet // what is believed instead of the roots; nil = the roots
	Insecure   bool     // record the certificates, verify nothing except pins
	Pins       []Pin    // keys one of which the certificate has to have; none = any
}

// Facts are what a handshake taught about the server.
type Facts struct {
	State  tls.ConnectionState
	Chains [][]*x509.Certificate // the verified ones, from the leaf to a trusted root
	Err    error                 // why the certificate is not accepted, or nil

	ByTLSA  *TLSARecord  // the record by which it is accepted, or would be; or nil
	Matched []TLSARecord // all that match

	Staple      *Staple // the OCSP answer that came along, or nil
	ClientAsked bool    // the server asked for a certificate, which it may do without
}

package trust

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

// Unreadable returns the facts of a server one of whose certificates crypto/x509
// does not parse. sent are the certificates as far as they were unencrypted; err
// is what crypto/tls says. No policy accepts that.
func Unreadable(state tls.ConnectionState, sent [][]byte, err error) *Facts {
	_, reason, _ := strings.Cut(err.Error(), "x509: ")
	which := "a certificate that the server sends"
	f := &Facts{State: state}
	for i, der := range sent {
		if c, err := x509.ParseCertificate(der); err == nil {
			f.State.PeerCertificates = append(f.State.PeerCertificates, c)
			continue
		}
		if c := readOutline(der); c != nil {
			f.State.PeerCertificates = append(f.State.PeerCertificates, c)
			which = "the certificate of " + Subject(c) + ", which the server sends"
		}
		if i == 0 {
			which = "the server's certificate"
		}
		break
	}
	f.Err = refusal(fault.Unreadable, "crypto/x509 cannot read "+which+": "+reason, err)
	return f
}

// readOutline returns the names, dates and key of a certificate, whatever is wrong
// with the rest of it. It returns nil if there are no dates.
func readOutline(der []byte) *x509.Certificate {
	var outline struct {
		TBS struct {
			Version   int           `asn1:"optional,explicit,tag:0"`
			Serial    asn1.RawValue // of any form
			Signature asn1.RawValue
			Issuer    asn1.RawValue
			Validity  struct{ NotBefore, NotAfter time.Time }
			Subject   asn1.RawValue
			PublicKey asn1.RawValue
		}
	}
	if _, err := asn1.Unmarshal(der, &outline); err != nil {
		return nil
	}
	t := outline.TBS
	c := &x509.Certificate{
		Raw:       der,
		RawIssuer: t.Issuer.FullBytes, Issuer: readName(t.Issuer.FullBytes),
		RawSubject: t.Subject.FullBytes, Subject: readName(t.Subject.FullBytes),
		NotBefore: t.Validity.NotBefore, NotAfter: t.Validity.NotAfter,
		RawSubjectPublicKeyInfo: t.PublicKey.FullBytes,
	}
	c.PublicKey, _ = x509.ParsePKIXPublicKey(c.RawSubjectPublicKeyInfo)
	return c
}

// readName returns what can be read of a name.
func readName(der []byte) (name pkix.Name) {
	var parts pkix.RDNSequence
	if _, err := asn1.Unmarshal(der, &parts); err == nil {
		name.FillFromRDNSequence(&parts)
	}
	return name
}

package trust

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// tlsKeyUsage is what a server's key is used for: to sign in TLS 1.3 and with
// ECDHE, to decrypt with RSA key exchange, to agree on a key with static ECDH.
const tlsKeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageKeyAgreement

var (
	keyUsageExtension         = asn1.ObjectIdentifier{2, 5, 29, 15}
	extendedKeyUsageExtension = asn1.ObjectIdentifier{2, 5, 29, 37}
)

// checkUsages returns which certificate of a verified chain OpenSSL does not let
// be used as it is. crypto/x509 does: it looks at no leaf's key usage, takes an
// extension that lists nothing for none, and "any" for a server's (RFC 5280,
// sections 4.2.1.3 and 4.2.1.12).
func checkUsages(chain []*x509.Certificate) error {
	for i, c := range chain {
		whose := "usage of " + Subject(c)
		switch {
		case i == 0 && hasExtension(c, keyUsageExtension) && c.KeyUsage&tlsKeyUsage == 0:
			return refusal(fault.WrongUsage, "the key "+whose+" is neither signature nor encipherment nor key agreement", nil)
		case i > 0 && hasExtension(c, keyUsageExtension) && c.KeyUsage&x509.KeyUsageCertSign == 0:
			return refusal(fault.WrongUsage, "the key "+whose+" does not let it issue certificates", nil)
		case hasExtension(c, extendedKeyUsageExtension) && !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth):
			return refusal(fault.WrongUsage, "the extended key "+whose+" is "+extendedUsage(c)+", which other clients refuse", nil)
		}
	}
	return nil
}

func hasExtension(c *x509.Certificate, id asn1.ObjectIdentifier) bool {
	return slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(id) })
}

// extendedUsage is what crypto/x509 takes for a server's.
func extendedUsage(c *x509.Certificate) string {
	if slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny) {
		return `"any"`
	}
	return "empty"
}

// usages are what the extended key usages are for (RFC 5280, section 4.2.1.12).
var usages = [...]string{
	x509.ExtKeyUsageClientAuth: "clients", x509.ExtKeyUsageCodeSigning: "code", x509.ExtKeyUsageEmailProtection: "e-mail",
	x509.ExtKeyUsageTimeStamping: "time stamps", x509.ExtKeyUsageOCSPSigning: "OCSP answers",
}

// wrongUsage says what a certificate is meant for instead of servers, or that an
// issuer may not issue for servers.
func (d diagnosis) wrongUsage() error {
	leaf := d.certs[0]
	if isForServers(leaf) {
		return d.refusal(fault.WrongUsage, "an issuer of the certificate may not issue for servers (extended key usage)")
	}
	return d.refusal(fault.WrongUsage, "the certificate is meant for "+meantFor(leaf)+", not for servers (extended key usage)")
}

// isForServers reports whether crypto/x509 takes a certificate for a server's: it
// says so, or "any", or nothing.
func isForServers(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

func meantFor(c *x509.Certificate) string {
	var names []string
	for _, u := range c.ExtKeyUsage {
		if int(u) < len(usages) && usages[u] != "" {
			names = append(names, usages[u])
		}
	}
	if len(names) == 0 {
		return "something else"
	}
	return strings.Join(names, ", ")
}

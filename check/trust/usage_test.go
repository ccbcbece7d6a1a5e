package trust

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"

	"check_pop3x/check/fault"
)

// extended adds an extension as it stands.
func extended(c *x509.Certificate, id asn1.ObjectIdentifier, value ...byte) *x509.Certificate {
	c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: id, Value: value})
	return c
}

// usable changes what a certificate may be used for.
func usable(c *x509.Certificate, key x509.KeyUsage, extended ...x509.ExtKeyUsage) *x509.Certificate {
	c.KeyUsage, c.ExtKeyUsage = key, extended
	return c
}

// What crypto/x509 lets pass, and OpenSSL does not.
func TestMisuse(t *testing.T) {
	const server1, anyUse, client = x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageAny, x509.ExtKeyUsageClientAuth
	host := func() *x509.Certificate { return server("mail.example.org") }
	root := sign(t, authority("Test Root CA"), nil, nil)
	below := func(issuer *x509.Certificate) *entity { return sign(t, issuer, nil, root) }
	anyIssuer := below(usable(authority("Any CA"), x509.KeyUsageCertSign, anyUse))
	emptyIssuer := below(extended(authority("Empty CA"), extendedKeyUsageExtension, 0x30, 0))
	idleIssuer := below(extended(usable(authority("Idle CA"), 0), keyUsageExtension, 0x03, 1, 0))
	const none = `the key usage of "mail.example.org" is neither signature nor encipherment nor key agreement`
	for _, c := range []refused{
		{"to sign certificates", chain(sign(t, usable(host(), x509.KeyUsageCertSign), nil, root)), []*entity{root}, fault.WrongUsage, none},
		{"non-repudiation", chain(sign(t, usable(host(), x509.KeyUsageContentCommitment, server1), nil, root)), []*entity{root}, fault.WrongUsage, none},
		{"no key usage in the list", chain(sign(t, extended(usable(host(), 0), keyUsageExtension, 0x03, 1, 0), nil, root)), []*entity{root}, fault.WrongUsage, none},
		{"any", chain(sign(t, usable(host(), x509.KeyUsageDigitalSignature, anyUse), nil, root)), []*entity{root}, fault.WrongUsage,
			`the extended key usage of "mail.example.org" is "any", which other clients refuse`},
		{"any and clients", chain(sign(t, usable(host(), x509.KeyUsageDigitalSignature, client, anyUse), nil, root)), []*entity{root}, fault.WrongUsage,
			`the extended key usage of "mail.example.org" is "any", which other clients refuse`},
		{"an empty list", chain(sign(t, extended(usable(host(), 0), extendedKeyUsageExtension, 0x30, 0), nil, root)), []*entity{root}, fault.WrongUsage,
			`the extended key usage of "mail.example.org" is empty, which other clients refuse`},
		{"an issuer for any", chain(sign(t, host(), nil, anyIssuer), anyIssuer), []*entity{root}, fault.WrongUsage,
			`the extended key usage of "Any CA" is "any", which other clients refuse`},
		{"an issuer with an empty list", chain(sign(t, host(), nil, emptyIssuer), emptyIssuer), []*entity{root}, fault.WrongUsage,
			`the extended key usage of "Empty CA" is empty, which other clients refuse`},
		{"an issuer without key usage in the list", chain(sign(t, host(), nil, idleIssuer), idleIssuer), []*entity{root}, fault.WrongUsage,
			`the key usage of "Idle CA" does not let it issue certificates`},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}

func TestGoodUse(t *testing.T) {
	root := sign(t, authority("Test Root CA"), nil, nil)
	file := writeFile(t, pemOf(root))
	for _, leaf := range []*x509.Certificate{
		usable(server("mail.example.org"), 0),
		usable(server("mail.example.org"), x509.KeyUsageKeyEncipherment),
		usable(server("mail.example.org"), x509.KeyUsageKeyAgreement|x509.KeyUsageCertSign),
		usable(server("mail.example.org"), x509.KeyUsageDigitalSignature, x509.ExtKeyUsageAny, x509.ExtKeyUsageServerAuth),
	} {
		if _, err := shown(t, options(file), chain(sign(t, leaf, nil, root))); err != nil {
			t.Errorf("%v, %v: %v", leaf.KeyUsage, leaf.ExtKeyUsage, err)
		}
	}
}

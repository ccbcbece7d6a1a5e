//go:build integration

// Odd serial numbers, versions, dates, names, keys and signatures.

package integration

import (
	"bytes"
	"crypto"
	_ "crypto/md5"
	"crypto/rsa"
	"time"

	"crypto/ecdsa"
	"crypto/elliptic"
)

func versionField(number byte) []byte { return tlv(tagContextSeq, tlv(tagInteger, []byte{number})) }

// RFC 5280, section 4.1.2.2: positive, of at most 20 octets.
func oddSerials() (all []oddity) {
	for name, serial := range map[string][]byte{
		"negative serial number":                        {0xfb, 0x2e},
		"serial number 0":                               {0},
		"serial number of 21 octets":                    append([]byte{0}, bytes.Repeat([]byte{0xff}, 20)...),
		"serial number of 40 octets":                    bytes.Repeat([]byte{0x55}, 40),
		"serial number with a zero too many":            {0, 1},
		"serial number without octets":                  {},
		"negative serial number with an octet too many": {0xff, 0x80},
	} {
		all = append(all, each("serial", name, func(c *oddCertificate) { c.serial = serial })...)
	}
	return all
}

// RFC 5280, section 4.1.2.1: 3 if there are extensions.
func oddVersions() (all []oddity) {
	for name, version := range map[string][]byte{
		"version 1": nil, "version 1 written out": versionField(0), "version 2": versionField(1), "version 4": versionField(3),
	} {
		all = append(all, each("version", name, func(c *oddCertificate) { c.version = version })...)
	}
	all = append(all, each("version", "version 1 without extensions", func(c *oddCertificate) { c.version, c.extensions = nil, nil })...)
	unique := tlv(tagContext+1, []byte{0, 1, 2, 3})
	return append(all, each("version", "unique identifier of the issuer", func(c *oddCertificate) { c.uniqueID = unique })...)
}

// RFC 5280, section 4.1.2.5.
func oddDates() (all []oddity) {
	now := time.Now().UTC()
	utc := func(layout string) func(time.Time) []byte {
		return func(t time.Time) []byte { return tlv(tagUTCTime, []byte(t.Format(layout))) }
	}
	general := func(layout string) func(time.Time) []byte {
		return func(t time.Time) []byte { return tlv(tagTime, []byte(t.Format(layout))) }
	}
	for name, form := range map[string]func(time.Time) []byte{
		"UTCTime without seconds":         utc("0601021504Z"),
		"UTCTime with an offset":          utc("060102150405+0000"),
		"UTCTime without a zone":          utc("060102150405"),
		"GeneralizedTime before 2050":     general("20060102150405Z"),
		"GeneralizedTime with a fraction": general("20060102150405.5Z"),
		"GeneralizedTime with an offset":  general("20060102150405+0000"),
	} {
		all = append(all, each("dates", name, func(c *oddCertificate) { c.from, c.to = form(now.Add(-time.Hour)), form(now.Add(60*day)) })...)
	}
	for name, span := range map[string][2]time.Duration{
		"expired": {-30 * day, -day}, "not yet valid": {day, 30 * day}, "ends before it begins": {day, -day}, "ends later than its issuer": {-day, 600 * day},
	} {
		all = append(all, each("dates", name, func(c *oddCertificate) { c.from, c.to = utcTime(now.Add(span[0])), utcTime(now.Add(span[1])) })...)
	}
	never := tlv(tagTime, []byte("99991231235959Z"))
	return append(all, each("dates", "never ends", func(c *oddCertificate) { c.to = never })...)
}

// RFC 5280, section 7.1: names are compared without regard to case, blanks and the kind of string.
func oddNames() (all []oddity) {
	for name, issuer := range map[string][]byte{
		"in other strings":      oddName(tagPrintable, "Odd", "Odd Issuer"),
		"in T61String":          oddName(tagT61, "Odd", "Odd Issuer"),
		"in BMPString":          oddName(tagBMP, "\x00O\x00d\x00d", "\x00O\x00d\x00d\x00 \x00I\x00s\x00s\x00u\x00e\x00r"),
		"in UniversalString":    oddName(tagUniversal, "\x00\x00\x00O\x00\x00\x00d\x00\x00\x00d", "\x00\x00\x00O"),
		"in another case":       oddName(tagUTF8, "ODD", "odd issuer"),
		"with two blanks":       oddName(tagUTF8, "Odd", "Odd  Issuer"),
		"with a blank in front": oddName(tagUTF8, "Odd", " Odd Issuer"),
		"of somebody else":      oddName(tagUTF8, "Odd", "Other Issuer"),
		"without a part":        nameOf(attribute{commonNameID, tagUTF8, "Odd Issuer"}),
		"empty":                 nameOf(),
	} {
		all = append(all, ofLeaf("issuer", "name of the issuer "+name, func(c *oddCertificate) { c.issuer = issuer }))
	}
	const umlaut = "M\xfcller"
	for name, subject := range map[string][]byte{
		"in PrintableString":             oddName(tagPrintable, "Odd", mailHost),
		"in T61String, Latin-1":          oddName(tagT61, umlaut, mailHost),
		"in UTF8String that is no UTF-8": oddName(tagUTF8, umlaut, mailHost),
		"in PrintableString with a star": oddName(tagPrintable, "*@_", mailHost),
		"in IA5String":                   oddName(tagIA5, "Odd", mailHost),
		"in IA5String that is no ASCII":  oddName(tagIA5, umlaut, mailHost),
		"in BMPString":                   nameOf(attribute{organizationID, tagBMP, "\x00O\x00d\x00d"}),
		"in BMPString of an odd length":  nameOf(attribute{organizationID, tagBMP, "\x00O\x00"}),
		"empty":                          nameOf(),
		"with an empty part":             oddName(tagUTF8, "", mailHost),
		"of 300 characters":              oddName(tagUTF8, string(bytes.Repeat([]byte("x"), 300)), mailHost),
		"with NUL":                       oddName(tagUTF8, "a\x00b", mailHost),
		"with a set of two":              tlv(tagSequence, tlv(tagSet, tlv(tagSequence, commonNameID, tlv(tagUTF8, []byte("a"))), tlv(tagSequence, organizationID, tlv(tagUTF8, []byte("b"))))),
		"with an empty set":              tlv(tagSequence, tlv(tagSet)),
		"with a number for a string":     tlv(tagSequence, tlv(tagSet, tlv(tagSequence, commonNameID, tlv(tagInteger, []byte{5})))),
		"with a common name of another":  oddName(tagUTF8, "Odd", "www.example.org"),
	} {
		all = append(all, ofLeaf("subject", "subject "+name, func(c *oddCertificate) { c.subject = subject }))
	}
	return all
}

// oddKeys are other keys than ECDSA P-256.
func oddKeys() (all []oddity) {
	for _, name := range []string{"RSA 1024", "RSA 2047", "RSA 2048", "RSA 3072", "P-224", "P-384", "P-521", "Ed25519"} {
		all = append(all, each("key", "key "+name, func(c *oddCertificate) { c.key = keysByName()[name] })...)
	}
	return append(all, each("key", "key in compressed form", func(c *oddCertificate) {
		key := c.key.(*ecdsa.PrivateKey)
		point := elliptic.MarshalCompressed(key.Curve, key.X, key.Y)
		algorithm := tlv(tagSequence, oid(1, 2, 840, 10045, 2, 1), oid(1, 2, 840, 10045, 3, 1, 7))
		c.public = tlv(tagSequence, algorithm, tlv(tagBits, []byte{0}, point))
	})...)
}

func oddSignatures() (all []oddity) {
	for name, s := range map[string]*scheme{
		"SHA-1": {algorithm: tlv(tagSequence, oid(1, 2, 840, 10045, 4, 1)), hash: crypto.SHA1}, "SHA-224": ecdsaScheme(1, crypto.SHA224),
		"SHA-384": ecdsaScheme(3, crypto.SHA384), "SHA-512": ecdsaScheme(4, crypto.SHA512),
		"SHA-256 with a NULL": {algorithm: tlv(tagSequence, oid(1, 2, 840, 10045, 4, 3, 2), tlv(tagNull)), hash: crypto.SHA256},
	} {
		all = append(all, signed("signed with ECDSA and "+name, func(c, _ *oddCertificate) { c.scheme = s })...)
	}
	for name, s := range map[string]*scheme{
		"MD5": rsaScheme(4, crypto.MD5), "SHA-1": rsaScheme(5, crypto.SHA1), "SHA-224": rsaScheme(14, crypto.SHA224), "SHA-512": rsaScheme(13, crypto.SHA512),
		"SHA-256 without NULL": {algorithm: tlv(tagSequence, oid(1, 2, 840, 113549, 1, 1, 11)), hash: crypto.SHA256},
		"PSS":                  pss(crypto.SHA256, 1, 32), "PSS and a salt of 20": pss(crypto.SHA256, 1, 20), "PSS and a salt of 64": pss(crypto.SHA256, 1, 64),
		"PSS and SHA-384": pss(crypto.SHA384, 2, 48), "PSS and SHA-1": pss(crypto.SHA1, 0, 20),
	} {
		all = append(all, signed("signed with RSA and "+name, func(c, signer *oddCertificate) { c.scheme, signer.key = s, keysByName()["RSA 2048"] })...)
	}
	all = append(all, signed("signature of something else", func(c, _ *oddCertificate) { c.broken = true })...)
	return append(all, signed("two algorithms", func(c, _ *oddCertificate) { c.outside = ecdsaScheme(3, 0).algorithm })...)
}

// signed is the same change of each signature, and of who signs.
func signed(name string, change func(c, signer *oddCertificate)) []oddity {
	return []oddity{
		{name: "leaf: " + name, touches: []string{"leaf signature", "issuer key"}, change: func(c *oddChain) { change(c.leaf, c.issuer) }},
		{name: "issuer: " + name, touches: []string{"issuer signature", "root key"}, change: func(c *oddChain) { change(c.issuer, c.root) }},
		{name: "root: " + name, touches: []string{"root signature", "root key"}, change: func(c *oddChain) { change(c.root, c.root) }},
	}
}

// pss is RSASSA-PSS with its parameters (RFC 4055, section 3.1); the hash by the last part of its number, 0 for SHA-1,
// which is the default.
func pss(hash crypto.Hash, last, salt int) *scheme {
	var fields [][]byte
	if last != 0 {
		id := tlv(tagSequence, oid(2, 16, 840, 1, 101, 3, 4, 2, last), tlv(tagNull))
		fields = append(fields, tlv(tagContextSeq, id), tlv(tagContextSeq+1, tlv(tagSequence, oid(1, 2, 840, 113549, 1, 1, 8), id)))
	}
	if salt != 20 {
		fields = append(fields, tlv(tagContextSeq+2, tlv(tagInteger, []byte{byte(salt)})))
	}
	return &scheme{
		algorithm: tlv(tagSequence, oid(1, 2, 840, 113549, 1, 1, 10), tlv(tagSequence, fields...)), hash: hash,
		options: &rsa.PSSOptions{SaltLength: salt, Hash: hash},
	}
}

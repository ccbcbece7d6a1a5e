//go:build integration

// Odd key usages, and what says who may issue certificates for what.

package integration

import (
	"bytes"
)

// The bits of a key usage (RFC 5280, section 4.2.1.3).
const (
	digitalSignature = iota
	nonRepudiation
	keyEncipherment
	dataEncipherment
	keyAgreement
	keyCertSign
	crlSign
	encipherOnly
)

// usageBits is a bit string with those bits.
func usageBits(bits ...int) []byte {
	octet, last := byte(0), -1
	for _, bit := range bits {
		octet |= 0x80 >> bit
		last = max(last, bit)
	}
	if last < 0 {
		return tlv(tagBits, []byte{0})
	}
	return tlv(tagBits, []byte{byte(7 - last), octet})
}

func oddKeyUsages() (all []oddity) {
	for name, bits := range map[string][]int{
		"digitalSignature": {digitalSignature}, "nonRepudiation": {nonRepudiation}, "keyEncipherment": {keyEncipherment},
		"dataEncipherment": {dataEncipherment}, "keyAgreement": {keyAgreement}, "keyCertSign": {keyCertSign}, "cRLSign": {crlSign},
		"nothing": nil, "encipherOnly": {encipherOnly}, "all": {0, 1, 2, 3, 4, 5, 6, 7},
	} {
		value := usageBits(bits...)
		all = append(all, each("keyUsage", "keyUsage of "+name, func(c *oddCertificate) { c.extend(keyUsage, true, value) })...)
		all = append(all, ofLeaf("keyUsage", "keyUsage of "+name+", not critical", func(c *oddCertificate) { c.extend(keyUsage, false, value) }))
	}
	all = append(all, each("keyUsage", "no keyUsage", func(c *oddCertificate) { c.omit(keyUsage) })...)
	padded := tlv(tagBits, []byte{0, 0x84})
	return append(all, each("keyUsage", "keyUsage with zero bits behind", func(c *oddCertificate) { c.extend(keyUsage, true, padded) })...)
}

// Extended key usages (RFC 5280, section 4.2.1.12) and the two of before, for server-gated cryptography.
var (
	serverAuth   = oid(1, 3, 6, 1, 5, 5, 7, 3, 1)
	clientAuth   = oid(1, 3, 6, 1, 5, 5, 7, 3, 2)
	emailUsage   = oid(1, 3, 6, 1, 5, 5, 7, 3, 4)
	anyUsage     = oid(2, 5, 29, 37, 0)
	netscapeSGC  = oid(2, 16, 840, 1, 113730, 4, 1)
	microsoftSGC = oid(1, 3, 6, 1, 4, 1, 311, 10, 3, 3)
	unknownUsage = oid(1, 3, 6, 1, 4, 1, 99999, 2)
)

func oddExtendedUsages() (all []oddity) {
	for name, usages := range map[string][][]byte{
		"serverAuth": {serverAuth}, "clientAuth": {clientAuth}, "any": {anyUsage}, "any and clientAuth": {anyUsage, clientAuth},
		"any and serverAuth": {anyUsage, serverAuth}, "nothing": {}, "e-mail": {emailUsage}, "Netscape's SGC": {netscapeSGC},
		"Microsoft's SGC": {microsoftSGC}, "something unknown": {unknownUsage}, "serverAuth and something unknown": {serverAuth, unknownUsage},
	} {
		value := tlv(tagSequence, usages...)
		all = append(all, each("EKU", "extendedKeyUsage of "+name, func(c *oddCertificate) { c.extend(extendedUsage, false, value) })...)
	}
	all = append(all, ofLeaf("EKU", "no extendedKeyUsage", func(c *oddCertificate) { c.omit(extendedUsage) }))
	value := tlv(tagSequence, serverAuth)
	all = append(all, each("EKU", "critical extendedKeyUsage of serverAuth", func(c *oddCertificate) { c.extend(extendedUsage, true, value) })...)

	for name, bit := range map[string]int{"clients": 0, "servers": 1, "e-mail": 2, "authorities of servers": 5, "authorities of e-mail": 6} {
		value := usageBits(bit)
		all = append(all, each("Netscape type", "Netscape type for "+name, func(c *oddCertificate) { c.extend(netscapeType, false, value) })...)
		all = append(all, ofLeaf("Netscape type", "critical Netscape type for "+name, func(c *oddCertificate) { c.extend(netscapeType, true, value) }))
	}
	return all
}

// constraintsOf are basic constraints with a path length, which is left out below zero.
func constraintsOf(authority bool, length int) []byte {
	var fields [][]byte
	if authority {
		fields = append(fields, tlv(tagBoolean, []byte{0xff}))
	}
	if length >= 0 {
		fields = append(fields, tlv(tagInteger, []byte{byte(length)}))
	}
	return tlv(tagSequence, fields...)
}

func oddAuthorities() (all []oddity) {
	for name, value := range map[string][]byte{
		"basicConstraints of an authority":            constraintsOf(true, -1),
		"basicConstraints of no authority":            constraintsOf(false, -1),
		"basicConstraints with path length 0":         constraintsOf(true, 0),
		"basicConstraints with path length 1":         constraintsOf(true, 1),
		"basicConstraints with path length -1":        tlv(tagSequence, tlv(tagBoolean, []byte{0xff}), tlv(tagInteger, []byte{0xff})),
		"basicConstraints of none, path length 0":     constraintsOf(false, 0),
		"basicConstraints with a default written out": tlv(tagSequence, tlv(tagBoolean, []byte{0})),
		"basicConstraints with 1 for true":            tlv(tagSequence, tlv(tagBoolean, []byte{1})),
		"basicConstraints with garbage behind":        append(constraintsOf(true, -1), 5, 0),
	} {
		all = append(all, each("basicConstraints", name, func(c *oddCertificate) { c.extend(basicConstraints, true, value) })...)
	}
	all = append(all, each("basicConstraints", "no basicConstraints", func(c *oddCertificate) { c.omit(basicConstraints) })...)
	value := constraintsOf(true, -1)
	return append(all, each("basicConstraints", "basicConstraints that are not critical", func(c *oddCertificate) { c.extend(basicConstraints, false, value) })...)
}

// RFC 5280, section 4.2.1.1 and 4.2.1.2: how a certificate names its issuer's key.
func oddIdentifiers() (all []oddity) {
	other := bytes.Repeat([]byte{7}, 20)
	directory := tlv(tagContextSeq+1, tlv(tagContextSeq+4, oddName(tagUTF8, "Odd", "Odd Root")))
	elsewhere := tlv(tagContextSeq+1, tlv(tagContextSeq+4, oddName(tagUTF8, "Odd", "Other Root")))
	serial := func(octets ...byte) []byte { return tlv(tagContext+2, octets) }
	for name, contents := range map[string][]byte{
		"of another key":              tlv(tagContext, other),
		"with nothing":                {},
		"of an empty key":             tlv(tagContext),
		"by issuer and serial number": bytes.Join([][]byte{directory, serial(0x01, byte(len("Odd Issuer")))}, nil),
		"of another serial number":    bytes.Join([][]byte{directory, serial(0x09)}, nil),
		"of another issuer":           bytes.Join([][]byte{elsewhere, serial(0x01, byte(len("Odd Issuer")))}, nil),
		"by issuer alone":             directory,
	} {
		all = append(all, ofLeaf("AKI", "authorityKeyIdentifier "+name, func(c *oddCertificate) { c.authority = contents }))
	}
	all = append(all, ofIssuer("AKI", "authorityKeyIdentifier of another key", func(c *oddCertificate) { c.authority = tlv(tagContext, other) }))
	for name, value := range map[string][]byte{"of another key": tlv(tagOctets, other), "empty": tlv(tagOctets), "that is no octets": tlv(tagNull)} {
		all = append(all, each("SKI", "subjectKeyIdentifier "+name, func(c *oddCertificate) { c.extend(subjectKeyID, false, value) })...)
	}
	all = append(all, each("SKI", "no subjectKeyIdentifier", func(c *oddCertificate) { c.omit(subjectKeyID) })...)
	all = append(all, each("SKI", "critical subjectKeyIdentifier", func(c *oddCertificate) { c.extend(subjectKeyID, true, nil) })...)
	all = append(all, ofLeaf("AKI", "critical authorityKeyIdentifier", func(c *oddCertificate) { c.extend(authorityKeyID, true, nil) }))
	return append(all, ofLeaf("AKI", "no authorityKeyIdentifier", func(c *oddCertificate) { c.omit(authorityKeyID) }))
}

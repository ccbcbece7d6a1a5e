//go:build integration

// Certificates written octet by octet, so that they can be what crypto/x509 does not write.

package integration

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	digest "crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cryptoasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The tags of X.690 that certificates are made of.
const (
	tagBoolean    = 0x01
	tagInteger    = 0x02
	tagBits       = 0x03
	tagOctets     = 0x04
	tagNull       = 0x05
	tagUTF8       = 0x0c
	tagPrintable  = 0x13
	tagT61        = 0x14
	tagIA5        = 0x16
	tagUTCTime    = 0x17
	tagTime       = 0x18
	tagUniversal  = 0x1c
	tagBMP        = 0x1e
	tagSequence   = 0x30
	tagSet        = 0x31
	tagContext    = 0x80 // with the number of the field added
	tagContextSeq = 0xa0 // the same for a field that has fields of its own
)

// tlv is an element with that tag and those contents.
func tlv(tag byte, contents ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(cryptoasn1.Tag(tag), func(inner *cryptobyte.Builder) { inner.AddBytes(bytes.Join(contents, nil)) })
	return b.BytesOrPanic()
}

func oid(numbers ...int) []byte {
	der, err := asn1.Marshal(asn1.ObjectIdentifier(numbers))
	if err != nil {
		panic(err)
	}
	return der
}

// The extensions of RFC 5280, section 4.2, and others, by their last part.
func standardExtension(last int) []byte { return oid(2, 5, 29, last) }
func pkixExtension(last int) []byte     { return oid(1, 3, 6, 1, 5, 5, 7, 1, last) }
func netscapeExtension(last int) []byte { return oid(2, 16, 840, 1, 113730, 1, last) }

var (
	subjectKeyID       = standardExtension(14)
	keyUsage           = standardExtension(15)
	alternativeNames   = standardExtension(17)
	basicConstraints   = standardExtension(19)
	nameConstraints    = standardExtension(30)
	policies           = standardExtension(32)
	policyMappings     = standardExtension(33)
	authorityKeyID     = standardExtension(35)
	policyConstraints  = standardExtension(36)
	extendedUsage      = standardExtension(37)
	inhibitAnyPolicy   = standardExtension(54)
	netscapeType       = netscapeExtension(1)
	tlsFeature         = pkixExtension(24)
	addressBlocks      = pkixExtension(7)
	noCheck            = oid(1, 3, 6, 1, 5, 5, 7, 48, 1, 5)
	precertificate     = oid(1, 3, 6, 1, 4, 1, 11129, 2, 4, 3)
	unknownExtension   = oid(1, 3, 6, 1, 4, 1, 99999, 1)
	distributionPoints = standardExtension(31)
)

// An attribute is one part of a name.
type attribute struct {
	id   []byte
	tag  byte
	text string
}

var (
	organizationID = oid(2, 5, 4, 10)
	commonNameID   = oid(2, 5, 4, 3)
)

// nameOf is a distinguished name.
func nameOf(attributes ...attribute) []byte {
	var parts [][]byte
	for _, a := range attributes {
		parts = append(parts, tlv(tagSet, tlv(tagSequence, a.id, tlv(a.tag, []byte(a.text)))))
	}
	return tlv(tagSequence, parts...)
}

// named is a name as the chains have them.
func oddName(tag byte, organizationName, common string) []byte {
	return nameOf(attribute{organizationID, tag, organizationName}, attribute{commonNameID, tag, common})
}

func utcTime(t time.Time) []byte { return tlv(tagUTCTime, []byte(t.UTC().Format("060102150405Z"))) }

// An extension whose value is nil is filled in when the certificate is signed:
// the two identifiers of keys are.
type oddExtension struct {
	id       []byte
	critical bool
	value    []byte
}

func (e oddExtension) der() []byte {
	if e.critical {
		return tlv(tagSequence, e.id, tlv(tagBoolean, []byte{0xff}), tlv(tagOctets, e.value))
	}
	return tlv(tagSequence, e.id, tlv(tagOctets, e.value))
}

// A scheme is a way to sign.
type scheme struct {
	algorithm []byte // AlgorithmIdentifier
	hash      crypto.Hash
	options   crypto.SignerOpts // nil: hash
}

// An oddCertificate is what is to be signed; each field is DER, unless it says
// otherwise.
type oddCertificate struct {
	version         []byte // with its tag; nil: none, which is version 1
	serial          []byte // contents only
	issuer, subject []byte // issuer nil: the subject of whoever signs
	from, to        []byte
	key             crypto.Signer
	public          []byte // nil: of key
	uniqueID        []byte // issuerUniqueID with its tag; nil: none
	extensions      []oddExtension

	scheme    *scheme // nil: the usual one of the signer's key
	outside   []byte  // the AlgorithmIdentifier beside the signature, if it is another
	broken    bool    // the signature is of something else
	trailing  []byte  // behind the certificate
	authority []byte  // contents of authorityKeyIdentifier; nil: the signer's key
}

// extend replaces an extension, or adds it.
func (c *oddCertificate) extend(id []byte, critical bool, value []byte) {
	c.omit(id)
	c.extensions = append(c.extensions, oddExtension{id, critical, value})
}

// omit leaves an extension out.
func (c *oddCertificate) omit(id []byte) {
	kept := c.extensions[:0:0]
	for _, e := range c.extensions {
		if !bytes.Equal(e.id, id) {
			kept = append(kept, e)
		}
	}
	c.extensions = kept
}

// publicKey is the SubjectPublicKeyInfo.
func (c *oddCertificate) publicKey() []byte {
	if c.public != nil {
		return c.public
	}
	der, err := x509.MarshalPKIXPublicKey(c.key.Public())
	if err != nil {
		panic(err)
	}
	return der
}

// keyID is the identifier of the key (RFC 5280, section 4.2.1.2).
func (c *oddCertificate) keyID() []byte {
	sum := digest.Sum(c.publicKey())
	return sum[:]
}

// tbs is what the parent signs.
func (c *oddCertificate) tbs(parent *oddCertificate, algorithm []byte) []byte {
	issuer := c.issuer
	if issuer == nil {
		issuer = parent.subject
	}
	parts := [][]byte{c.version, tlv(tagInteger, c.serial), algorithm, issuer, tlv(tagSequence, c.from, c.to), c.subject, c.publicKey(), c.uniqueID}
	if len(c.extensions) > 0 {
		var all [][]byte
		for _, e := range c.extensions {
			all = append(all, c.filled(e, parent).der())
		}
		parts = append(parts, tlv(tagContextSeq+3, tlv(tagSequence, all...)))
	}
	return tlv(tagSequence, parts...)
}

func (c *oddCertificate) filled(e oddExtension, parent *oddCertificate) oddExtension {
	switch {
	case e.value != nil:
	case bytes.Equal(e.id, subjectKeyID):
		e.value = tlv(tagOctets, c.keyID())
	case c.authority != nil:
		e.value = tlv(tagSequence, c.authority)
	default:
		e.value = tlv(tagSequence, tlv(tagContext, parent.keyID()))
	}
	return e
}

// signedBy is the certificate.
func (c *oddCertificate) signedBy(parent *oddCertificate) []byte {
	s := c.scheme
	if s == nil {
		s = usualScheme(parent.key)
	}
	tbs := c.tbs(parent, s.algorithm)
	signature := s.sign(parent.key, tbs)
	if c.broken {
		signature = s.sign(parent.key, []byte("something else"))
	}
	outside := c.outside
	if outside == nil {
		outside = s.algorithm
	}
	return append(tlv(tagSequence, tbs, outside, tlv(tagBits, []byte{0}, signature)), c.trailing...)
}

func (s *scheme) sign(key crypto.Signer, message []byte) []byte {
	digest := message
	if s.hash != 0 {
		h := s.hash.New()
		h.Write(message)
		digest = h.Sum(nil)
	}
	options := s.options
	if options == nil {
		options = s.hash
	}
	signature, err := key.Sign(rand.Reader, digest, options)
	if err != nil {
		panic(fmt.Sprintf("%v with %T", err, key))
	}
	return signature
}

// usualScheme is what crypto/x509 signs with.
func usualScheme(key crypto.Signer) *scheme {
	switch key.(type) {
	case *rsa.PrivateKey:
		return rsaScheme(11, crypto.SHA256)
	case ed25519.PrivateKey:
		return &scheme{algorithm: tlv(tagSequence, oid(1, 3, 101, 112))}
	case *ecdsa.PrivateKey:
		return ecdsaScheme(2, crypto.SHA256)
	}
	panic(fmt.Sprintf("a key of %T", key))
}

// rsaScheme is PKCS #1 with the last part of its number (RFC 8017, appendix C).
func rsaScheme(last int, hash crypto.Hash) *scheme {
	return &scheme{algorithm: tlv(tagSequence, oid(1, 2, 840, 113549, 1, 1, last), tlv(tagNull)), hash: hash}
}

// ecdsaScheme is ecdsa-with-SHA2 with the last part of its number (RFC 5758).
func ecdsaScheme(last int, hash crypto.Hash) *scheme {
	return &scheme{algorithm: tlv(tagSequence, oid(1, 2, 840, 10045, 4, 3, last)), hash: hash}
}

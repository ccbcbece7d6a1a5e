//go:build integration

// A chain as it should be, and what can be odd about one.

package integration

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	crand "crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// An oddChain is a root, an issuer below it and a leaf.
type oddChain struct {
	root, issuer, leaf *oddCertificate
	host               string // the name or address to verify
	sent               func(leaf, issuer, root []byte) [][]byte
	trusted            func(issuer, root []byte) [][]byte
}

// An oddity is one change of a chain. Of those that touch the same a chain has only one.
type oddity struct {
	name    string
	touches []string
	change  func(*oddChain)
}

// everything is touched by what goes with nothing else.
const everything = "everything"

// unshown are what openssl s_server does not load: a server of the test's own shows them.
var unshown = regexp.MustCompile(`(leaf|issuer): .*serial number (without octets|with a zero too many|with an octet too many)|` +
	`leaf: subject (with a number for a string|in UTF8String that is no UTF-8|in BMPString of an odd length)|sent: garbage`)

// keysByName are made once: three for chains as they should be, and all others by name.
var keysByName = sync.OnceValue(func() map[string]crypto.Signer {
	keys := map[string]crypto.Signer{}
	for name, curve := range map[string]elliptic.Curve{
		"root": elliptic.P256(), "issuer": elliptic.P256(), "leaf": elliptic.P256(), "other": elliptic.P256(),
		"P-224": elliptic.P224(), "P-384": elliptic.P384(), "P-521": elliptic.P521(),
	} {
		keys[name] = must(ecdsa.GenerateKey(curve, crand.Reader))
	}
	for _, bits := range []int{1024, 2047, 2048, 3072} {
		keys[fmt.Sprint("RSA ", bits)] = must(rsa.GenerateKey(crand.Reader, bits))
	}
	_, ed, err := ed25519.GenerateKey(crand.Reader)
	keys["Ed25519"] = must(ed, err)
	return keys
})

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// newOddChain is a chain that everybody takes.
func newOddChain() *oddChain {
	keys := keysByName()
	c := &oddChain{
		root:   newOddCertificate("Odd Root", keys["root"]),
		issuer: newOddCertificate("Odd Issuer", keys["issuer"]),
		leaf:   newOddCertificate(mailHost, keys["leaf"]),
		host:   mailHost,
		sent:   func(leaf, issuer, _ []byte) [][]byte { return [][]byte{leaf, issuer} },
	}
	c.trusted = func(_, root []byte) [][]byte { return [][]byte{root} }
	for _, authority := range []*oddCertificate{c.root, c.issuer} {
		authority.extend(basicConstraints, true, constraintsOf(true, -1))
		authority.extend(keyUsage, true, usageBits(keyCertSign, crlSign))
	}
	c.root.omit(authorityKeyID)
	c.leaf.extend(basicConstraints, true, constraintsOf(false, -1))
	c.leaf.extend(keyUsage, true, usageBits(digitalSignature))
	c.leaf.extend(extendedUsage, false, tlv(tagSequence, serverAuth))
	c.leaf.extend(alternativeNames, false, tlv(tagSequence, dnsName(mailHost)))
	return c
}

func newOddCertificate(common string, key crypto.Signer) *oddCertificate {
	c := &oddCertificate{
		version: versionField(2), serial: []byte{0x01, byte(len(common))}, subject: oddName(tagUTF8, "Odd", common), key: key,
		from: utcTime(time.Now().Add(-time.Hour)), to: utcTime(time.Now().Add(60 * day)),
	}
	c.extend(subjectKeyID, false, nil)
	c.extend(authorityKeyID, false, nil)
	return c
}

// odd changes a chain by all of these.
func oddBy(oddities ...oddity) *oddChain {
	c := newOddChain()
	for _, o := range oddities {
		o.change(c)
	}
	return c
}

// made is what the server sends and what the clients trust.
func (c *oddChain) made() (sent, trusted [][]byte) {
	root, issuer, leaf := c.root.signedBy(c.root), c.issuer.signedBy(c.root), c.leaf.signedBy(c.issuer)
	return c.sent(leaf, issuer, root), c.trusted(issuer, root)
}

func pemOf(certificates ...[]byte) (all []byte) {
	for _, der := range certificates {
		all = append(all, pemBlock("CERTIFICATE", der)...)
	}
	return all
}

func pemBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// oddities are all of them.
func oddities() (all []oddity) {
	for _, topic := range []func() []oddity{
		oddSerials, oddVersions, oddDates, oddKeyUsages, oddExtendedUsages, oddAuthorities, oddIdentifiers, oddConstraints,
		oddNames, oddHosts, oddKeys, oddSignatures, oddExtensions, oddPolicies, oddOrders, oddSelfSigned,
	} {
		all = append(all, topic()...)
	}
	slices.SortFunc(all, func(a, b oddity) int { return strings.Compare(a.name, b.name) })
	return all
}

// mixed are chains with two or three oddities, always the same of the same seed.
func mixed(seed uint64, count int) (chains [][]oddity) {
	random := rand.New(rand.NewPCG(seed, 0))
	all := slices.DeleteFunc(oddities(), func(o oddity) bool { return slices.Contains(o.touches, everything) })
	for len(chains) < count {
		var chosen []oddity
		var touched []string
		for range 2 + random.IntN(2) {
			o := all[random.IntN(len(all))]
			if !slices.ContainsFunc(o.touches, func(what string) bool { return slices.Contains(touched, what) }) {
				chosen, touched = append(chosen, o), append(touched, o.touches...)
			}
		}
		if len(chosen) > 1 {
			chains = append(chains, chosen)
		}
	}
	return chains
}

// each is the same change of the leaf, its issuer and the root.
func each(touches, name string, change func(*oddCertificate)) []oddity {
	return []oddity{
		ofLeaf(touches, name, change),
		ofIssuer(touches, name, change),
		{name: "root: " + name, touches: []string{"root " + touches}, change: func(c *oddChain) { change(c.root) }},
	}
}

func ofLeaf(touches, name string, change func(*oddCertificate)) oddity {
	return oddity{name: "leaf: " + name, touches: []string{"leaf " + touches}, change: func(c *oddChain) { change(c.leaf) }}
}

func ofIssuer(touches, name string, change func(*oddCertificate)) oddity {
	return oddity{name: "issuer: " + name, touches: []string{"issuer " + touches}, change: func(c *oddChain) { change(c.issuer) }}
}

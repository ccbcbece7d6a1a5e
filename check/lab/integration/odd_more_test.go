//go:build integration

// Other extensions, policies, and what is sent and trusted.

package integration

import (
	"bytes"
	"slices"
	"time"
)

func oddExtensions() (all []oddity) {
	feature := tlv(tagSequence, tlv(tagInteger, []byte{5}))
	addresses := tlv(tagSequence, tlv(tagSequence, tlv(tagOctets, []byte{0, 1}), tlv(tagNull)))
	for name, e := range map[string]oddExtension{
		"must-staple":                    {tlsFeature, false, feature},
		"critical must-staple":           {tlsFeature, true, feature},
		"an unknown extension":           {unknownExtension, false, tlv(tagNull)},
		"a critical unknown extension":   {unknownExtension, true, tlv(tagNull)},
		"OCSP-no-check":                  {noCheck, false, tlv(tagNull)},
		"critical OCSP-no-check":         {noCheck, true, tlv(tagNull)},
		"addresses of RFC 3779":          {addressBlocks, false, addresses},
		"critical addresses of RFC 3779": {addressBlocks, true, addresses},
		"a precertificate's poison":      {precertificate, true, tlv(tagNull)},
		"no place for CRLs":              {distributionPoints, false, tlv(tagSequence)},
		"garbage for the place of CRLs":  {distributionPoints, false, []byte{1, 2, 3}},
		"garbage for a known extension":  {keyUsage, true, []byte{1, 2, 3}},
		"an empty unknown extension":     {unknownExtension, false, []byte{}},
	} {
		all = append(all, each("extension", name, func(c *oddCertificate) { c.extend(e.id, e.critical, e.value) })...)
	}
	twice := oddExtension{unknownExtension, false, tlv(tagNull)}
	all = append(all, each("extension", "an extension twice", func(c *oddCertificate) { c.extensions = append(c.extensions, twice, twice) })...)
	return append(all, each("trailing", "garbage behind", func(c *oddCertificate) { c.trailing = []byte{1, 2, 3} })...)
}

// oddPolicies are those of RFC 5280, section 4.2.1.4 and 4.2.1.11.
func oddPolicies() (all []oddity) {
	anyPolicy, one := oid(2, 5, 29, 32, 0), oid(1, 3, 6, 1, 4, 1, 99999, 3)
	stated := func(ids ...[]byte) []byte {
		var infos [][]byte
		for _, id := range ids {
			infos = append(infos, tlv(tagSequence, id))
		}
		return tlv(tagSequence, infos...)
	}
	for name, value := range map[string][]byte{
		"a policy": stated(one), "any policy": stated(anyPolicy), "a policy twice": stated(one, one), "no policy": stated(),
	} {
		all = append(all, each("policy", name, func(c *oddCertificate) { c.extend(policies, false, value) })...)
		all = append(all, ofLeaf("policy", name+", critical", func(c *oddCertificate) { c.extend(policies, true, value) }))
	}
	required := tlv(tagSequence, tlv(tagContext, []byte{0}))
	noMapping := tlv(tagSequence, tlv(tagContext+1, []byte{0}))
	mapping := tlv(tagSequence, tlv(tagSequence, one, unknownUsage))
	mappingAny := tlv(tagSequence, tlv(tagSequence, anyPolicy, one))
	all = append(all,
		ofIssuer("constraints of policies", "a policy required", func(c *oddCertificate) { c.extend(policyConstraints, true, required) }),
		ofIssuer("constraints of policies", "a policy required, not critical", func(c *oddCertificate) { c.extend(policyConstraints, false, required) }),
		ofIssuer("constraints of policies", "no mapping of policies", func(c *oddCertificate) { c.extend(policyConstraints, true, noMapping) }),
		ofIssuer("constraints of policies", "constraints of policies that are empty", func(c *oddCertificate) { c.extend(policyConstraints, true, tlv(tagSequence)) }),
		ofIssuer("constraints of policies", "not any policy", func(c *oddCertificate) { c.extend(inhibitAnyPolicy, true, tlv(tagInteger, []byte{0})) }),
		ofIssuer("constraints of policies", "a policy mapped", func(c *oddCertificate) { c.extend(policyMappings, true, mapping) }),
		ofIssuer("constraints of policies", "any policy mapped", func(c *oddCertificate) { c.extend(policyMappings, false, mappingAny) }),
	)
	return append(all, oddity{name: "a policy required and stated", touches: []string{"leaf policy", "issuer policy", "issuer constraints of policies"},
		change: func(c *oddChain) {
			c.leaf.extend(policies, false, stated(one))
			c.issuer.extend(policies, false, stated(one))
			c.issuer.extend(policyConstraints, true, required)
		}})
}

// oddOrders are what is sent, and what is trusted.
func oddOrders() []oddity {
	sends := func(name string, sent func(leaf, issuer, root []byte) [][]byte) oddity {
		return oddity{name: "sent: " + name, touches: []string{"sent", "leaf AKI"}, change: func(c *oddChain) { c.sent = sent }}
	}
	stranger := newOddCertificate("Stranger", keysByName()["other"])
	negative := newOddCertificate("Stranger", keysByName()["other"])
	negative.serial = []byte{0xfb, 0x2e}
	namesake := newOddCertificate("Odd Issuer", keysByName()["other"])
	for _, extra := range []*oddCertificate{stranger, negative, namesake} {
		extra.extend(basicConstraints, true, constraintsOf(true, -1))
	}
	garbage := append(bytes.Repeat([]byte{0x30}, 3), 1)
	return []oddity{
		sends("the root as well", func(leaf, issuer, root []byte) [][]byte { return [][]byte{leaf, issuer, root} }),
		sends("the root first", func(leaf, issuer, root []byte) [][]byte { return [][]byte{leaf, root, issuer} }),
		sends("the issuer twice", func(leaf, issuer, root []byte) [][]byte { return [][]byte{leaf, issuer, issuer} }),
		sends("the leaf twice", func(leaf, issuer, root []byte) [][]byte { return [][]byte{leaf, leaf, issuer} }),
		sends("the leaf alone", func(leaf, _, _ []byte) [][]byte { return [][]byte{leaf} }),
		sends("a stranger between", func(leaf, issuer, _ []byte) [][]byte { return [][]byte{leaf, stranger.signedBy(stranger), issuer} }),
		sends("a stranger with a negative serial number", func(leaf, issuer, _ []byte) [][]byte { return [][]byte{leaf, issuer, negative.signedBy(negative)} }),
		sends("a namesake of the issuer first", func(leaf, issuer, _ []byte) [][]byte { return [][]byte{leaf, namesake.signedBy(namesake), issuer} }),
		sends("garbage for a third certificate", func(leaf, issuer, _ []byte) [][]byte { return [][]byte{leaf, issuer, garbage} }),
		sends("garbage behind the root", func(leaf, issuer, root []byte) [][]byte {
			return [][]byte{leaf, issuer, slices.Concat(root, []byte{1, 2, 3})}
		}),
		{name: "trusted: the issuer alone", touches: []string{"trusted"}, change: func(c *oddChain) {
			c.trusted = func(issuer, _ []byte) [][]byte { return [][]byte{issuer} }
		}},
		{name: "trusted: the root and its issuer", touches: []string{"trusted"}, change: func(c *oddChain) {
			c.trusted = func(issuer, root []byte) [][]byte { return [][]byte{root, issuer} }
		}},
		{name: "trusted: a stranger", touches: []string{"trusted"}, change: func(c *oddChain) {
			c.trusted = func(_, _ []byte) [][]byte { return [][]byte{stranger.signedBy(stranger)} }
		}},
		{name: "trusted: the root behind a stranger", touches: []string{"trusted"}, change: func(c *oddChain) {
			c.trusted = func(_, root []byte) [][]byte { return [][]byte{stranger.signedBy(stranger), root} }
		}},
	}
}

// oddSelfSigned is a leaf that is trusted for itself.
func oddSelfSigned() (all []oddity) {
	for name, change := range map[string]func(*oddCertificate){
		"as it should be":                   func(*oddCertificate) {},
		"of an authority":                   func(c *oddCertificate) { c.extend(basicConstraints, true, constraintsOf(true, -1)) },
		"without basicConstraints":          func(c *oddCertificate) { c.omit(basicConstraints) },
		"keyUsage to sign certificates":     func(c *oddCertificate) { c.extend(keyUsage, true, usageBits(keyCertSign, crlSign)) },
		"no keyUsage":                       func(c *oddCertificate) { c.omit(keyUsage) },
		"extendedKeyUsage of any":           func(c *oddCertificate) { c.extend(extendedUsage, false, tlv(tagSequence, anyUsage)) },
		"extendedKeyUsage of clientAuth":    func(c *oddCertificate) { c.extend(extendedUsage, false, tlv(tagSequence, clientAuth)) },
		"no extendedKeyUsage":               func(c *oddCertificate) { c.omit(extendedUsage) },
		"without extensions except names":   func(c *oddCertificate) { c.extensions = c.extensions[len(c.extensions)-1:] },
		"with a key of RSA 1024":            func(c *oddCertificate) { c.key = keysByName()["RSA 1024"] },
		"with a critical unknown extension": func(c *oddCertificate) { c.extend(unknownExtension, true, tlv(tagNull)) },
		"expired": func(c *oddCertificate) {
			c.from, c.to = utcTime(time.Now().Add(-30*day)), utcTime(time.Now().Add(-day))
		},
	} {
		all = append(all, oddity{name: "self-signed: " + name, touches: []string{everything}, change: func(c *oddChain) {
			change(c.leaf)
			c.leaf.omit(authorityKeyID)
			own := c.leaf.signedBy(c.leaf)
			c.sent = func(_, _, _ []byte) [][]byte { return [][]byte{own} }
			c.trusted = func(_, _ []byte) [][]byte { return [][]byte{own} }
		}})
	}
	return all
}

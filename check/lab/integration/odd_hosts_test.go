//go:build integration

// Odd names of hosts, and constraints on names.

package integration

import (
	"net/netip"
)

// The forms of a name (RFC 5280, section 4.2.1.6).
func emailName(name string) []byte  { return tlv(tagContext+1, []byte(name)) }
func dnsName(name string) []byte    { return tlv(tagContext+2, []byte(name)) }
func uriName(name string) []byte    { return tlv(tagContext+6, []byte(name)) }
func ipName(octets ...byte) []byte  { return tlv(tagContext+7, octets) }
func registered(id []byte) []byte   { return tlv(tagContext+8, id[2:]) }
func directoryName(n []byte) []byte { return tlv(tagContextSeq+4, n) }

// otherName is a name of a kind of its own, here Microsoft's user principal name.
func otherName(text string) []byte {
	return tlv(tagContextSeq, oid(1, 3, 6, 1, 4, 1, 311, 20, 2, 3), tlv(tagContextSeq, tlv(tagUTF8, []byte(text))))
}

func oddHosts() (all []oddity) {
	for name, names := range map[string][][]byte{
		"in another case":                     {dnsName("POP3.Test")},
		"with a full stop":                    {dnsName(mailHost + ".")},
		"of another":                          {dnsName("www.test")},
		"of a subdomain":                      {dnsName("a." + mailHost)},
		"among a hundred":                     append(manyNames(99), dnsName(mailHost)),
		"with NUL":                            {dnsName(mailHost + "\x00.example.org")},
		"with an underscore beside":           {dnsName("a_b.test"), dnsName(mailHost)},
		"with an empty one beside":            {dnsName(""), dnsName(mailHost)},
		"with a blank one beside":             {dnsName(" "), dnsName(mailHost)},
		"with blanks around":                  {dnsName(" " + mailHost + " ")},
		"with one beside that is no ASCII":    {dnsName("m\xfcller.test"), dnsName(mailHost)},
		"with e-mail beside":                  {emailName("postmaster@example.org"), dnsName(mailHost)},
		"with e-mail beside that is none":     {emailName("postmaster"), dnsName(mailHost)},
		"with a URI beside":                   {uriName("https://example.org/"), dnsName(mailHost)},
		"with a URI beside that is none":      {uriName("::%zz"), dnsName(mailHost)},
		"with a directory name beside":        {directoryName(oddName(tagUTF8, "Odd", "x")), dnsName(mailHost)},
		"with a user's name beside":           {otherName("alice@example.org"), dnsName(mailHost)},
		"with a number beside":                {registered(unknownUsage), dnsName(mailHost)},
		"with an address of 5 octets beside":  {ipName(1, 2, 3, 4, 5), dnsName(mailHost)},
		"with an address of no octets beside": {ipName(), dnsName(mailHost)},
		"with an address beside":              {ipName(192, 0, 2, 1), dnsName(mailHost)},
		"as text of an address":               {ipName([]byte(mailHost)...)},
		"as e-mail only":                      {emailName("postmaster@example.org")},
		"as a URI only":                       {uriName("pop3://" + mailHost)},
		"as a directory name only":            {directoryName(oddName(tagUTF8, "Odd", mailHost))},
		"nowhere":                             {},
	} {
		all = append(all, withNames("names: "+mailHost+" "+name, mailHost, names...))
	}
	for pattern, host := range map[string]string{
		"*.pop3.test": "mail.pop3.test", "*.test": mailHost, "*": mailHost, "*pop3.pop3.test": "mailpop3.pop3.test", "m*.pop3.test": "mail.pop3.test",
		"*l.pop3.test": "mail.pop3.test", "m*l.pop3.test": "mail.pop3.test", "*.*.test": "mail.pop3.test", "mail.*.test": "mail.pop3.test",
		"*.mail.pop3.test": "mail.pop3.test", "xn--*.pop3.test": "xn--bcher-kva.pop3.test", "*.pop3.test.": "mail.pop3.test", ".pop3.test": "mail.pop3.test",
		"**.pop3.test": "mail.pop3.test", "*.POP3.test": "mail.pop3.test", "mail..test": "mail.pop3.test",
	} {
		all = append(all, withNames("names: "+pattern+" for "+host, host, dnsName(pattern)))
	}
	all = append(all, withNames("names: *.pop3.test for a.b.pop3.test", "a.b.pop3.test", dnsName("*.pop3.test")))
	all = append(all, withNames("names: *.pop3.test for xn--bcher-kva.pop3.test", "xn--bcher-kva.pop3.test", dnsName("*.pop3.test")))
	all = append(all, withNames("names: *.pop3.test for pop3.test", mailHost, dnsName("*.pop3.test")))
	all = append(all, withNames("names: a_b.pop3.test", "a_b.pop3.test", dnsName("a_b.pop3.test")))
	return append(append(all, oddAddresses()...), noNames()...)
}

func manyNames(count int) (names [][]byte) {
	for range count {
		names = append(names, dnsName("www.test"))
	}
	return names
}

func withNames(name, host string, names ...[]byte) oddity {
	return oddity{name: name, touches: []string{"host"}, change: func(c *oddChain) {
		c.host = host
		c.leaf.extend(alternativeNames, false, tlv(tagSequence, names...))
	}}
}

func oddAddresses() (all []oddity) {
	const host = "127.0.0.1"
	mapped := netip.MustParseAddr("::ffff:" + host).As16()
	masked := append(netip.MustParseAddr(host).AsSlice(), 255, 255, 255, 255)
	for name, names := range map[string][][]byte{
		"plainly":                {ipName(127, 0, 0, 1)},
		"mapped to IPv6":         {ipName(mapped[:]...)},
		"with a mask":            {ipName(masked...)},
		"as text":                {ipName([]byte(host)...)},
		"as a host name":         {dnsName(host)},
		"of another":             {ipName(127, 0, 0, 2)},
		"behind one of 5 octets": {ipName(1, 2, 3, 4, 5), ipName(127, 0, 0, 1)},
		"as a wildcard":          {dnsName("*.0.0.1")},
	} {
		all = append(all, withNames("address: "+host+" "+name, host, names...))
	}
	return all
}

// noNames has no subjectAltName, or not as it should be.
func noNames() []oddity {
	change := func(name string, change func(*oddCertificate)) oddity {
		return oddity{name: "names: " + name, touches: []string{"host", "leaf subject"}, change: func(c *oddChain) { change(c.leaf) }}
	}
	named := tlv(tagSequence, dnsName(mailHost))
	return []oddity{
		change("none, a common name", func(c *oddCertificate) { c.omit(alternativeNames) }),
		change("none, a common name of another", func(c *oddCertificate) {
			c.omit(alternativeNames)
			c.subject = oddName(tagUTF8, "Odd", "www.test")
		}),
		change("none, a common name with a wildcard", func(c *oddCertificate) {
			c.omit(alternativeNames)
			c.subject = oddName(tagUTF8, "Odd", "*.test")
		}),
		change("critical, and no subject", func(c *oddCertificate) {
			c.subject = nameOf()
			c.extend(alternativeNames, true, named)
		}),
		change("not critical, and no subject", func(c *oddCertificate) { c.subject = nameOf() }),
		change("critical", func(c *oddCertificate) { c.extend(alternativeNames, true, named) }),
		change("with garbage behind", func(c *oddCertificate) { c.extend(alternativeNames, false, append(named, 5, 0)) }),
		change("no sequence", func(c *oddCertificate) { c.extend(alternativeNames, false, dnsName(mailHost)) }),
		change("of an unknown kind beside", func(c *oddCertificate) {
			c.extend(alternativeNames, false, tlv(tagSequence, tlv(tagContext+12, []byte("x")), dnsName(mailHost)))
		}),
	}
}

// oddConstraints are on names (RFC 5280, section 4.2.1.10), in the issuer.
func oddConstraints() (all []oddity) {
	const permitted, excluded = tagContextSeq, tagContextSeq + 1
	on := func(tag byte, names ...[]byte) []byte {
		var trees [][]byte
		for _, n := range names {
			trees = append(trees, tlv(tagSequence, n))
		}
		return tlv(tag, trees...)
	}
	same, other := directoryName(oddName(tagUTF8, "Odd", mailHost)), directoryName(oddName(tagUTF8, "Other", "x"))
	prefix := directoryName(nameOf(attribute{organizationID, tagUTF8, "Odd"}))
	respelled := directoryName(nameOf(attribute{organizationID, tagPrintable, "ODD"}))
	for name, value := range map[string][]byte{
		"its host permitted":                        on(permitted, dnsName("test")),
		"its host permitted by a dot":               on(permitted, dnsName(".test")),
		"its host permitted by itself":              on(permitted, dnsName(mailHost)),
		"its host permitted in another case":        on(permitted, dnsName("TEST")),
		"its host permitted by nothing":             on(permitted, dnsName("")),
		"its subdomains permitted":                  on(permitted, dnsName("."+mailHost)),
		"another host permitted":                    on(permitted, dnsName("example.org")),
		"a host's tail permitted":                   on(permitted, dnsName("op3.test")),
		"its host excluded":                         on(excluded, dnsName("test")),
		"another host excluded":                     on(excluded, dnsName("example.org")),
		"a wildcard permitted":                      on(permitted, dnsName("*.test")),
		"addresses permitted":                       on(permitted, ipName(192, 0, 2, 0, 255, 255, 255, 0)),
		"all addresses excluded":                    on(excluded, ipName(0, 0, 0, 0, 0, 0, 0, 0)),
		"an address permitted with an odd mask":     on(permitted, ipName(192, 0, 2, 0, 255, 0, 255, 0)),
		"an address permitted without a mask":       on(permitted, ipName(192, 0, 2, 0)),
		"its subject permitted":                     on(permitted, same),
		"its organization permitted":                on(permitted, prefix),
		"its organization permitted in other words": on(permitted, respelled),
		"another subject permitted":                 on(permitted, other),
		"its subject excluded":                      on(excluded, same),
		"another subject excluded":                  on(excluded, other),
		"e-mail permitted":                          on(permitted, emailName("example.org")),
		"a URI permitted":                           on(permitted, uriName("example.org")),
		"a user's name permitted":                   on(permitted, otherName("x")),
		"nothing":                                   {},
		"its host permitted from depth 1 on":        tlv(permitted, tlv(tagSequence, dnsName("test"), tlv(tagContext, []byte{1}))),
	} {
		value := tlv(tagSequence, value)
		all = append(all, ofIssuer("constraints", "constraints: "+name, func(c *oddCertificate) { c.extend(nameConstraints, false, value) }))
		all = append(all, ofIssuer("constraints", "critical constraints: "+name, func(c *oddCertificate) { c.extend(nameConstraints, true, value) }))
	}
	return append(all, constrainedMail(on(permitted, emailName("example.org")), on(excluded, uriName("example.org")))...)
}

// constrainedMail are constraints on names that nobody connects to.
func constrainedMail(mail, uri []byte) (all []oddity) {
	for name, sides := range map[string][2][]byte{
		"e-mail that is permitted": {mail, emailName("a@example.org")}, "e-mail that is not permitted": {mail, emailName("a@example.net")},
		"a URI that is excluded": {uri, uriName("https://example.org/")}, "a URI that is not excluded": {uri, uriName("https://example.net/")},
	} {
		for _, critical := range []bool{false, true} {
			title := map[bool]string{false: "constraints", true: "critical constraints"}[critical]
			all = append(all, oddity{name: title + " on " + name, touches: []string{"host", "issuer constraints"}, change: func(c *oddChain) {
				c.issuer.extend(nameConstraints, critical, tlv(tagSequence, sides[0]))
				c.leaf.extend(alternativeNames, false, tlv(tagSequence, dnsName(mailHost), sides[1]))
			}})
		}
	}
	return all
}

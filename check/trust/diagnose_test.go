package trust

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// A refused chain must not be accepted, for this problem and with this text.
type refused struct {
	name    string
	sent    tls.Certificate
	roots   []*entity
	problem fault.Problem
	text    string
}

func TestCertificateRefusals(t *testing.T) {
	root := sign(t, authority("Test Root CA"), nil, nil)
	stranger := sign(t, authority("X Root CA"), nil, nil)
	inter := sign(t, authority("Test Intermediate CA"), nil, root)
	inter2 := sign(t, authority("Second Intermediate CA"), nil, inter)
	host := func() *x509.Certificate { return server("mail.example.org") }
	trust := []*entity{root}
	bare := &x509.Certificate{Subject: pkix.Name{CommonName: "mail.example.org"}}
	many := server("a.example", "b.example", "c.example", "d.example")
	many.IPAddresses = []net.IP{net.ParseIP("192.0.2.1"), net.ParseIP("192.0.2.2")}
	impostor := sign(t, authority("Test Root CA"), nil, nil)
	expiredInter := sign(t, valid(authority("Old Intermediate CA"), -30*day, -3*day), nil, root)
	expiredRoot := sign(t, valid(authority("Old Root CA"), -30*day, -2*time.Hour), nil, nil)
	noCA := sign(t, host(), nil, root)
	client := host()
	client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	narrow := authority("Narrow CA")
	narrow.PermittedDNSDomainsCritical, narrow.PermittedDNSDomains = true, []string{"example.com"}
	narrowCA := sign(t, narrow, nil, root)
	short := authority("Short CA")
	short.MaxPathLen, short.MaxPathLenZero = 0, true
	shortCA := sign(t, short, nil, root)
	belowShort := sign(t, authority("Below Short CA"), nil, shortCA)
	critical := host()
	critical.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}}}
	public := host()
	public.IssuingCertificateURL = []string{"http://ca.example.org/inter.cer"}
	weak := host()
	weak.SignatureAlgorithm = x509.ECDSAWithSHA1
	circleA := sign(t, authority("Circle A"), nil, nil)
	circleB := sign(t, authority("Circle B"), nil, circleA)
	circleA = sign(t, authority("Circle A"), circleA.key, circleB)

	for _, c := range []refused{
		{"expired", chain(sign(t, valid(host(), -90*day, -20*day-time.Hour), nil, root)), trust, fault.Expired,
			`the certificate of "mail.example.org" expired 20 days ago (2026-11-01)`},
		{"not yet valid", chain(sign(t, valid(host(), 90*time.Minute, day), nil, root)), trust, fault.NotYetValid,
			`the certificate of "mail.example.org" is not valid before 2026-11-21 11:30 UTC`},
		{"expired intermediate", chain(sign(t, host(), nil, expiredInter), expiredInter), trust, fault.ExpiredIssuer,
			`the certificate of "Old Intermediate CA" expired 3 days ago (2026-11-18)`},
		{"expired root", chain(sign(t, host(), nil, expiredRoot)), []*entity{expiredRoot}, fault.ExpiredIssuer,
			`the certificate of "Old Root CA" expired 2 hours ago (2026-11-21)`},
		{"expired root, sent along", chain(sign(t, host(), nil, expiredRoot), expiredRoot), []*entity{expiredRoot}, fault.ExpiredIssuer,
			`the certificate of "Old Root CA" expired 2 hours ago (2026-11-21)`},
		{"expired and untrusted root", chain(sign(t, host(), nil, expiredRoot), expiredRoot), trust, fault.UnknownIssuer,
			`the issuer "Old Root CA" is not trusted here`},
		{"wrong name", chain(sign(t, server("a.example", "b.example"), nil, root)), trust, fault.WrongName,
			"the certificate is for a.example and b.example, not for mail.example.org"},
		{"many wrong names", chain(sign(t, many, nil, root)), trust, fault.WrongName,
			"the certificate is for a.example and 5 more, not for mail.example.org"},
		{"common name only", chain(sign(t, bare, nil, root)), trust, fault.NoName,
			`the certificate has only a common name, "mail.example.org", and no subjectAltName`},
		{"no name at all", chain(sign(t, &x509.Certificate{}, nil, root)), trust, fault.NoName,
			"the certificate has no name (no subjectAltName)"},
		{"self-signed", chain(sign(t, host(), nil, nil)), trust, fault.SelfSigned,
			`the certificate of "mail.example.org" is self-signed`},
		{"untrusted root, sent along", chain(sign(t, host(), nil, stranger), stranger), trust, fault.UnknownIssuer,
			`the issuer "X Root CA" is not trusted here`},
		{"a root of the same name", chain(sign(t, host(), nil, impostor), impostor), trust, fault.UnknownIssuer,
			`the issuer "Test Root CA" is not trusted here`},
		{"a root of the same name, not sent", chain(sign(t, host(), nil, impostor)), trust, fault.OtherProblem,
			`the certificate of "mail.example.org" is not signed by the issuer it names, "Test Root CA"`},
		{"missing issuer", chain(sign(t, host(), nil, inter)), trust, fault.UnknownAuthority,
			`the issuer "Test Intermediate CA" is not trusted here`},
		{"missing issuer, which is available elsewhere", chain(sign(t, public, nil, inter)), trust, fault.MissingIntermediate,
			`the server does not send its issuer's certificate ("Test Intermediate CA")`},
		{"missing second intermediate", chain(sign(t, host(), nil, inter2), inter2), trust, fault.UnknownIssuer,
			`the issuer "Test Intermediate CA" of "Second Intermediate CA" is not trusted here`},
		{"an unrelated certificate in its place", chain(sign(t, host(), nil, inter), stranger, inter2), trust, fault.UnknownAuthority,
			`the issuer "Test Intermediate CA" is not trusted here`},
		{"issuer is no CA", chain(sign(t, host(), nil, &entity{noCA.cert, noCA.key}), noCA), trust, fault.OtherProblem,
			`"mail.example.org" issued a certificate but is no certificate authority`},
		{"not for servers", chain(sign(t, client, nil, root)), trust, fault.WrongUsage,
			"the certificate is meant for clients, not for servers (extended key usage)"},
		{"name constraint", chain(sign(t, host(), nil, narrowCA), narrowCA), trust, fault.NameConstraint,
			`"Narrow CA" may issue for example.com only, but the certificate is for mail.example.org`},
		{"path too long", chain(sign(t, host(), nil, belowShort), belowShort, shortCA), trust, fault.OtherProblem,
			`there are more intermediates than "Short CA" allows`},
		{"weak signature", chain(sign(t, weak, nil, root)), trust, fault.WeakSignature,
			`the certificate of "mail.example.org" is signed with ECDSA-SHA1, which is too weak`},
		{"a circle", chain(sign(t, host(), nil, circleA), circleA, circleB), trust, fault.OtherProblem,
			"the chain of certificates does not come to an end"},
		{"unknown critical extension", chain(sign(t, critical, nil, root)), trust, fault.OtherProblem,
			"the certificate has a critical extension that is not understood"},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}

func (c refused) run(t *testing.T) {
	facts, err := shown(t, options(writeFile(t, pemOf(c.roots...))), c.sent)
	wantFault(t, err, fault.Certificate, c.text)
	own := c.problem == fault.OtherProblem || c.problem == fault.WeakKey || c.problem == fault.WrongUsage // often not crypto/x509's
	if f := fault.Of(err); f.Problem != c.problem || f.Err == nil && !own {
		t.Errorf("%+v", f)
	}
	if facts == nil || facts.Err != err || len(facts.State.PeerCertificates) != len(c.sent.Certificate) {
		t.Fatalf("%+v", facts)
	}
	if verified := len(facts.Chains) > 0; verified != (c.problem == fault.WrongName || c.problem == fault.NoName) {
		t.Error(facts.Chains)
	}
	if facts.Expiry() == nil {
		t.Error("no expiry")
	}
}

func TestQuotedName(t *testing.T) {
	for _, c := range []struct {
		name pkix.Name
		want string
	}{
		{pkix.Name{CommonName: "cn", Organization: []string{"o"}}, `"cn"`},
		{pkix.Name{Organization: []string{"o"}}, `"o"`},
		{pkix.Name{Country: []string{"DE"}}, `"C=DE"`},
		{pkix.Name{}, `""`},
	} {
		if got := quotedName(c.name); got != c.want {
			t.Error(got)
		}
	}
}

// The name comes before the chain: a certificate that is not trusted and for
// another name is perhaps another server's.
func TestAnotherServer(t *testing.T) {
	root := sign(t, authority("Test Root CA"), nil, nil)
	stranger := sign(t, authority("X Root CA"), nil, nil)
	inter := sign(t, authority("Test Intermediate CA"), nil, root)
	portal := func() *x509.Certificate { return server("portal.hotel.example") }
	named := func(name string) *x509.Certificate { return &x509.Certificate{Subject: pkix.Name{CommonName: name}} }
	public, long := portal(), server(strings.Repeat("a.", 30)+"example")
	public.IssuingCertificateURL = []string{"http://ca.example.org/inter.cer"}
	client := portal()
	client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	old := func(c *x509.Certificate) *x509.Certificate { return valid(c, -90*day, -3*day) }
	trust := []*entity{root}
	const untrusted = "the certificate is untrusted and for portal.hotel.example, not for mail.example.org"
	for _, c := range []refused{
		{"self-signed", chain(sign(t, portal(), nil, nil)), trust, fault.OtherServer,
			"the certificate is self-signed for portal.hotel.example, not for mail.example.org"},
		{"self-signed and expired", chain(sign(t, old(portal()), nil, nil)), trust, fault.OtherServer,
			"the certificate is self-signed for portal.hotel.example, not for mail.example.org"},
		{"self-signed with a common name", chain(sign(t, named("portal"), nil, nil)), trust, fault.OtherServer,
			`the certificate is self-signed for "portal" (a common name), not for mail.example.org`},
		{"self-signed with the right common name", chain(sign(t, named("Mail.example.org"), nil, nil)), trust, fault.NoName,
			`the certificate has only a common name, "Mail.example.org", and no subjectAltName`},
		{"self-signed without a name", chain(sign(t, named(""), nil, nil)), trust, fault.NoName,
			"the certificate has no name (no subjectAltName)"},
		{"of a stranger", chain(sign(t, portal(), nil, stranger), stranger), trust, fault.OtherServer, untrusted},
		{"of a stranger that is not sent", chain(sign(t, portal(), nil, stranger)), trust, fault.OtherServer, untrusted},
		{"without its intermediate", chain(sign(t, public, nil, inter)), trust, fault.OtherServer, untrusted},
		{"with a long name", chain(sign(t, long, nil, stranger)), trust, fault.OtherServer,
			"the certificate is untrusted and for a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a…, not for mail.example.org"},
		{"expired", chain(sign(t, old(portal()), nil, root)), trust, fault.WrongName,
			"the certificate is for portal.hotel.example, not for mail.example.org, and expired"},
		{"not yet valid", chain(sign(t, valid(portal(), day, 2*day), nil, root)), trust, fault.WrongName,
			"the certificate is for portal.hotel.example, not for mail.example.org, and not valid yet"},
		{"for clients", chain(sign(t, client, nil, root)), trust, fault.WrongUsage,
			"the certificate is meant for clients, not for servers (extended key usage)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			facts, err := shown(t, options(writeFile(t, pemOf(c.roots...))), c.sent)
			wantFault(t, err, fault.Certificate, c.text)
			if f := fault.Of(err); f.Problem != c.problem || f.Err == nil || len(facts.Chains) > 0 {
				t.Errorf("%+v %v", f, facts.Chains)
			}
		})
	}
}

// A server may send hundreds of certificates of one name; a diagnosis looks at
// only a few of them.
func TestDiagnosisIsBounded(t *testing.T) {
	root := sign(t, authority("Test Root CA"), nil, nil)
	leaf := sign(t, server("mail.example.org"), nil, sign(t, authority("I"), nil, root))
	certs := []*x509.Certificate{leaf.cert}
	key := newKey(t)
	for i := range 200 {
		template := authority("I")
		template.SubjectKeyId = fmt.Append(nil, i)
		certs = append(certs, sign(t, template, key, root).cert)
	}
	start := time.Now()
	_, err := options(writeFile(t, pemOf(root))).verify(t.Context(), certs, now)
	if fault.Of(err).Kind != fault.Certificate {
		t.Error(err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Error(took)
	}
}

func TestExpiry(t *testing.T) {
	ends := func(d time.Duration) *x509.Certificate { return &x509.Certificate{NotAfter: now.Add(d)} }
	leaf, short, long, root := ends(90*day), ends(30*day), ends(900*day), ends(10*day)
	for name, c := range map[string]struct {
		facts Facts
		want  *x509.Certificate
	}{
		"no certificates":                 {Facts{}, nil},
		"the leaf where nothing verified": {Facts{State: tls.ConnectionState{PeerCertificates: []*x509.Certificate{leaf, short}}}, leaf},
		"the one that ends first":         {Facts{Chains: [][]*x509.Certificate{{leaf, short, root}}}, short},
		"but not the root":                {Facts{Chains: [][]*x509.Certificate{{leaf, long, root}}}, leaf},
		"the chain that lasts longest":    {Facts{Chains: [][]*x509.Certificate{{leaf, short, root}, {leaf, long, root}}}, leaf},
		"also if it comes first":          {Facts{Chains: [][]*x509.Certificate{{leaf, long, root}, {leaf, short, root}}}, leaf},
		"a leaf that is itself the root":  {Facts{Chains: [][]*x509.Certificate{{root}}}, root},
		"other certificates do not count": {Facts{Chains: [][]*x509.Certificate{{leaf, root}}, State: tls.ConnectionState{PeerCertificates: []*x509.Certificate{leaf, short}}}, leaf},
	} {
		if got := c.facts.Expiry(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

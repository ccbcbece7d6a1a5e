package trust

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// record is a TLSA record that matches a certificate.
func record(usage, selector, matching uint8, e *entity) TLSARecord {
	r := TLSARecord{Usage: usage, Selector: selector, Matching: matching, Data: e.cert.Raw}
	if selector == publicKey {
		r.Data = e.cert.RawSubjectPublicKeyInfo
	}
	if matching != exactly {
		r.Data = digest(matching, r.Data)
	}
	return r
}

// otherwise is the record of a certificate that does not exist.
func otherwise(r TLSARecord) TLSARecord {
	r.Data = slices.Clone(r.Data)
	r.Data[len(r.Data)-1] ^= 1
	return r
}

// A tree has the certificates that the servers of these tests send.
type tree struct {
	root, above, leaf *entity
	other             *entity // by an authority of its own
	expired, stranger *entity // issued as leaf is
	lapsed, under     *entity // an authority that has ended, and a leaf of it
	shortRoot, below  *entity
	shortLeaf, lonely *entity
}

func grow(t *testing.T) tree {
	root := sign(t, authority("Root"), nil, nil)
	above := sign(t, authority("Intermediate"), nil, root)
	key := rsaKey(t, 1024)
	lapsed := sign(t, valid(authority("Lapsed"), -2*day, -day), nil, nil)
	shortRoot := sign(t, authority("Short"), key, nil)
	return tree{
		root: root, above: above,
		leaf:      sign(t, server("mail.example.org"), nil, above),
		other:     sign(t, authority("Other"), nil, nil),
		expired:   sign(t, valid(server("mail.example.org"), -2*day, -day), nil, above),
		stranger:  sign(t, server("www.example.org"), nil, above),
		lapsed:    lapsed,
		under:     sign(t, server("mail.example.org"), nil, lapsed),
		shortRoot: shortRoot,
		below:     sign(t, server("mail.example.org"), nil, shortRoot),
		shortLeaf: sign(t, server("mail.example.org"), key, above),
		lonely:    sign(t, server("mail.example.org"), nil, nil),
	}
}

// judged judges certificates by records.
func judged(t *testing.T, records []TLSARecord, sent ...*entity) *Facts {
	t.Helper()
	o := Policy{VerifyName: "mail.example.org", OrName: "mx.example.org", TLSA: &TLSASet{
		Name: "_995._tcp.mail.example.org", Base: "mx.example.org", Secure: true, Records: records,
	}}
	return o.Judge(t.Context(), tls.ConnectionState{PeerCertificates: certsOf(sent)}, now)
}

// Each selector and matching type, of an expired and self-signed certificate for
// another name (RFC 7671, section 5.1); and each wrong octet.
func TestOwnCertificate(t *testing.T) {
	e := sign(t, valid(server("www.example.org"), -2*day, -day), nil, nil)
	for selector := range uint8(2) {
		for matching := range uint8(3) {
			r := record(daneEE, selector, matching, e)
			f := judged(t, []TLSARecord{r}, e)
			if f.Err != nil || f.ByTLSA == nil || f.ByTLSA.String() != r.String() || !f.TrustedByKey() || len(f.Matched) != 1 {
				t.Errorf("%s: %v, %v", r.Kind(), f.Err, f.ByTLSA)
			}
			if f.Expiry() != e.cert {
				t.Errorf("%s: the end is not the leaf's", r.Kind())
			}
			if selector == wholeCertificate && matching == exactly {
				continue // with an octet changed it is no certificate
			}
			f = judged(t, []TLSARecord{otherwise(r)}, e)
			if f.Err == nil || f.ByTLSA != nil || len(f.Matched) != 0 {
				t.Errorf("%s: accepted with another octet", r.Kind())
			}
		}
	}
}

// Each selector and matching type, of anchors that are sent; and of anchors that
// are not sent, if the record has all of them.
func TestAnchor(t *testing.T) {
	w := grow(t)
	for selector := range uint8(2) {
		for matching := range uint8(3) {
			for name, c := range map[string]struct {
				anchor *entity
				sent   []*entity
			}{
				"root":         {w.root, []*entity{w.leaf, w.above, w.root}},
				"intermediate": {w.above, []*entity{w.leaf, w.above}},
				"out of order": {w.root, []*entity{w.leaf, w.root, w.other, w.above}},
				"not sent":     {w.root, []*entity{w.leaf, w.above}},
				"leaf alone":   {w.above, []*entity{w.leaf}},
			} {
				r := record(daneTA, selector, matching, c.anchor)
				f := judged(t, []TLSARecord{r}, c.sent...)
				sent := slices.Contains(c.sent, c.anchor)
				if want := sent || matching == exactly; (f.Err == nil) != want {
					t.Errorf("%s, %s: %v", r.Kind(), name, f.Err)
				} else if want && (len(f.Chains) == 0 || f.ByTLSA == nil || f.TrustedByKey() || len(f.Matched) != 1) {
					t.Errorf("%s, %s: %d chains, %v", r.Kind(), name, len(f.Chains), f.ByTLSA)
				}
			}
		}
	}
}

// What is refused, with which problem, and what is accepted.
func TestTLSAJudges(t *testing.T) {
	w := grow(t)
	sha := func(usage, matching uint8, e *entity) TLSARecord { return record(usage, publicKey, matching, e) }
	for name, c := range map[string]struct {
		records []TLSARecord
		sent    []*entity
		want    fault.Problem
		text    string
	}{
		"another key":                 {[]TLSARecord{sha(3, 1, w.other)}, []*entity{w.leaf, w.above}, fault.NoMatch, "no TLSA record of _995._tcp.mail.example.org matches"},
		"the anchor's as own":         {[]TLSARecord{sha(3, 1, w.above)}, []*entity{w.leaf, w.above}, fault.NoMatch, "no TLSA record"},
		"the leaf's as anchor":        {[]TLSARecord{sha(2, 1, w.leaf)}, []*entity{w.leaf, w.above}, fault.NoMatch, "no TLSA record"},
		"self-signed, as anchor":      {[]TLSARecord{record(2, 0, 0, w.lonely)}, []*entity{w.lonely}, fault.NoMatch, "the certificate is not issued by the anchor that the TLSA records of _995._tcp.mail.example.org name"},
		"sent twice, as anchor":       {[]TLSARecord{sha(2, 1, w.lonely)}, []*entity{w.lonely, w.lonely}, fault.NoMatch, "the certificate is not issued by the anchor"},
		"an anchor that did not sign": {[]TLSARecord{sha(2, 1, w.other)}, []*entity{w.leaf, w.above, w.other}, fault.NoMatch, "the certificate is not issued by the anchor"},
		"whole, did not sign":         {[]TLSARecord{record(2, 0, 0, w.other)}, []*entity{w.leaf, w.above}, fault.NoMatch, "the certificate is not issued by the anchor"},
		"a key that did not sign":     {[]TLSARecord{record(2, 1, 0, w.other)}, []*entity{w.leaf, w.above}, fault.NoMatch, "the certificate is not issued by the anchor"},
		"intermediate not sent":       {[]TLSARecord{sha(2, 1, w.root)}, []*entity{w.leaf, w.root}, fault.NoMatch, "the certificate is not issued by the anchor"},
		"anchored, for another name":  {[]TLSARecord{sha(2, 1, w.above)}, []*entity{w.stranger, w.above}, fault.WrongName, "the certificate is for www.example.org, not for mail.example.org"},
		"anchored, expired":           {[]TLSARecord{sha(2, 1, w.above)}, []*entity{w.expired, w.above}, fault.Expired, `the certificate of "mail.example.org" expired`},
		"an anchor that has ended":    {[]TLSARecord{sha(2, 1, w.lapsed)}, []*entity{w.under, w.lapsed}, fault.ExpiredIssuer, `the certificate of "Lapsed" expired`},
		"an anchor of RSA 1024":       {[]TLSARecord{sha(2, 1, w.shortRoot)}, []*entity{w.below, w.shortRoot}, fault.WeakKey, `the certificate of "Short" has a weak RSA key of 1024 bits`},
		"its own of RSA 1024":         {[]TLSARecord{sha(3, 1, w.shortLeaf)}, []*entity{w.shortLeaf}, fault.WeakKey, `the certificate of "mail.example.org" has a weak RSA key of 1024 bits`},
		"a stronger digest differs":   {[]TLSARecord{sha(3, 1, w.leaf), sha(3, 2, w.other)}, []*entity{w.leaf}, fault.NoMatch, "no TLSA record"},

		"a key that has ended":         {[]TLSARecord{record(2, 1, 0, w.lapsed)}, []*entity{w.under, w.lapsed}, fault.ExpiredIssuer, `the certificate of "Lapsed" expired`},
		"a key that is no authority's": {[]TLSARecord{record(2, 1, 0, w.lonely)}, []*entity{sign(t, server("mail.example.org"), nil, w.lonely), w.lonely}, fault.OtherProblem, ""},

		"a weaker digest differs":       {[]TLSARecord{sha(3, 2, w.leaf), sha(3, 1, w.other)}, []*entity{w.leaf}, "", ""},
		"a stronger digest of another":  {[]TLSARecord{sha(3, 1, w.leaf), record(3, 0, 2, w.other)}, []*entity{w.leaf}, "", ""},
		"a stronger digest of anchors":  {[]TLSARecord{sha(3, 1, w.leaf), sha(2, 2, w.other)}, []*entity{w.leaf}, "", ""},
		"a broken stronger digest":      {[]TLSARecord{sha(3, 1, w.leaf), {3, 1, 2, []byte("short")}}, []*entity{w.leaf}, "", ""},
		"exact, beside a digest":        {[]TLSARecord{sha(3, 0, w.leaf), sha(3, 2, w.other)}, []*entity{w.leaf}, "", ""},
		"own after another":             {[]TLSARecord{sha(3, 1, w.other), sha(3, 1, w.leaf)}, []*entity{w.leaf}, "", ""},
		"own differs, anchor fits":      {[]TLSARecord{sha(3, 1, w.other), sha(2, 1, w.above)}, []*entity{w.leaf, w.above}, "", ""},
		"own fits, anchored by another": {[]TLSARecord{record(2, 0, 0, w.other), sha(3, 1, w.expired)}, []*entity{w.expired, w.above}, "", ""},
	} {
		f := judged(t, c.records, c.sent...)
		if c.want == "" {
			if f.Err != nil || f.ByTLSA == nil || len(f.Matched) != 1 {
				t.Errorf("%s: %v, %v", name, f.Err, f.Matched)
			}
			continue
		}
		e, ok := errors.AsType[*fault.Error](f.Err)
		if !ok || e.Kind != fault.Certificate || e.Problem != c.want || !strings.HasPrefix(e.Text, c.text) {
			t.Errorf("%s: %v", name, f.Err)
		}
	}
}

// The name at the end of an alias is accepted, too (RFC 7671, section 7).
func TestAnchorForTheNameBehindAnAlias(t *testing.T) {
	root := sign(t, authority("Root"), nil, nil)
	leaf := sign(t, server("mx.example.org"), nil, root)
	if f := judged(t, []TLSARecord{record(daneTA, publicKey, sha2256, root)}, leaf, root); f.Err != nil {
		t.Error(f.Err)
	}
}

// The server's owner can renew an anchor that is sent, so its expiry counts.
func TestExpiryWithAnAnchor(t *testing.T) {
	root := sign(t, valid(authority("Root"), -day, day), nil, nil)
	leaf := sign(t, server("mail.example.org"), nil, root)
	for _, r := range []TLSARecord{record(daneTA, publicKey, sha2256, root), record(daneTA, wholeCertificate, exactly, root)} {
		if f := judged(t, []TLSARecord{r}, leaf, root); f.Err != nil || f.Expiry() != root.cert {
			t.Errorf("%v, %s", f.Err, f.Expiry().Subject)
		}
	}
	bare := record(daneTA, publicKey, exactly, root)
	if f := judged(t, []TLSARecord{bare}, leaf); f.Err != nil || f.Expiry() != leaf.cert {
		t.Errorf("%v, %s", f.Err, f.Expiry().Subject)
	}
}

// A certificate that promises a stapled answer may break the promise if its
// issuer does not matter.
func TestOwnCertificateWithoutItsStaple(t *testing.T) {
	template := server("mail.example.org")
	template.ExtraExtensions = []pkix.Extension{{Id: oidTLSFeature, Value: der(asn1.Marshal([]int{5}))}}
	root := sign(t, authority("Root"), nil, nil)
	leaf := sign(t, template, nil, root)
	if f := judged(t, []TLSARecord{record(daneEE, publicKey, sha2256, leaf)}, leaf, root); f.Err != nil {
		t.Error(f.Err)
	}
	f := judged(t, []TLSARecord{record(daneTA, publicKey, sha2256, root)}, leaf, root)
	if f.Err == nil || fault.Of(f.Err).Problem != fault.NoStaple {
		t.Error(f.Err)
	}
}

// A pin is checked with records, too.
func TestPinBesideTLSA(t *testing.T) {
	w := grow(t)
	o := Policy{VerifyName: "mail.example.org", Pins: []Pin{PinOf(w.other.cert)}, TLSA: &TLSASet{
		Records: []TLSARecord{record(daneEE, publicKey, sha2256, w.leaf)}, Secure: true,
	}}
	f := o.Judge(t.Context(), tls.ConnectionState{PeerCertificates: certsOf([]*entity{w.leaf})}, now)
	if f.Err == nil || fault.Of(f.Err).Problem != fault.NotPinned {
		t.Error(f.Err)
	}
}

// What is wrong with the records is wrong with the server.
func TestMissingRecords(t *testing.T) {
	leaf := sign(t, server("mail.example.org"), nil, nil)
	for _, problem := range []fault.Problem{fault.NoTLSA, fault.Bogus, fault.NotSigned, fault.NotValidating} {
		set := &TLSASet{Records: []TLSARecord{record(daneEE, publicKey, sha2256, leaf)},
			Err: &fault.Error{Kind: fault.Certificate, Problem: problem, Text: "why"}}
		f := Policy{TLSA: set}.Judge(t.Context(), tls.ConnectionState{PeerCertificates: []*x509.Certificate{leaf.cert}}, now)
		wantFault(t, f.Err, fault.Certificate, "why")
		if f.ByTLSA != nil || f.Matched != nil {
			t.Errorf("%s: %v", problem, f.Matched)
		}
	}
}

func TestUnusable(t *testing.T) {
	e := sign(t, authority("Root"), nil, nil)
	for want, r := range map[string]TLSARecord{
		"usage 0 (PKIX-TA) leaves it to the public authorities": {0, 1, 1, make([]byte, 32)},
		"usage 1 (PKIX-EE) leaves it to the public authorities": {1, 0, 2, make([]byte, 64)},
		"usage 4 is not known":         {4, 1, 1, make([]byte, 32)},
		"selector 2 is not known":      {3, 2, 1, make([]byte, 32)},
		"matching type 3 is not known": {3, 1, 3, make([]byte, 32)},
		"no such digest has 31 octets": {3, 1, 1, make([]byte, 31)},
		"no such digest has 0 octets":  {2, 0, 1, nil},
		"no such digest has 32 octets": {3, 1, 2, make([]byte, 32)},
		"its data is no certificate":   {2, 0, 0, e.cert.RawSubjectPublicKeyInfo},
		"its data is no public key":    {3, 1, 0, e.cert.Raw},

		"its RSA key has 8200 bits, more than 8192":  {2, 1, 0, der(x509.MarshalPKIXPublicKey(hugeKey(8200)))},
		"its RSA key has 16384 bits, more than 8192": {2, 0, 0, huge(t, e, 16384).cert.Raw},
	} {
		if got := r.Unusable(); got != want {
			t.Errorf("%s: %q, want %q", r.Kind(), got, want)
		}
	}
	set := &TLSASet{Records: []TLSARecord{{3, 1, 1, make([]byte, 32)}, {3, 1, 2, make([]byte, 64)}}}
	if got := set.Unused(0); got != "there is a stronger digest" {
		t.Errorf("%q", got)
	}
	if got := set.Unused(1); got != "" {
		t.Errorf("%q", got)
	}
	set.Records = slices.Repeat(set.Records[1:], maxRecords+1)
	if got := set.Unused(maxRecords); got != "only the first 20 are looked at" || len(set.Usable()) != maxRecords {
		t.Errorf("%q, %d usable", got, len(set.Usable()))
	}
}

// Any number of records and certificates leads to few anchors. Here are a thousand
// keys, and certificates that could have been issued by any of them.
func TestManyAnchors(t *testing.T) {
	w := grow(t)
	key, certs := record(daneTA, publicKey, exactly, w.other), []*x509.Certificate{w.leaf.cert}
	for i := range 900 {
		certs = append(certs, &x509.Certificate{RawSubject: w.leaf.cert.RawIssuer, RawIssuer: fmt.Append(nil, i)})
	}
	set := &TLSASet{Records: slices.Repeat([]TLSARecord{key}, 1000)}
	if got := len(keyAnchors(set.Usable(), certs, now)); got != maxRecords*maxPath {
		t.Errorf("%d anchors", got)
	}
}

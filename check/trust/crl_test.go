package trust

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

const leafList = "http://crl.example.org/leaf.crl"

// A listed server is a certificate with its issuer, which says where its CRL is.
type listed struct{ issuer, leaf *entity }

func newListed(t testing.TB) listed {
	template := authority("Test CA")
	template.KeyUsage |= x509.KeyUsageCRLSign
	issuer := sign(t, template, nil, nil)
	leaf := server("mail.example.org")
	leaf.CRLDistributionPoints = []string{leafList}
	return listed{issuer, sign(t, leaf, nil, issuer)}
}

// list makes a CRL that is an hour old and valid for a day, except for what change
// does.
func (s listed) list(t testing.TB, change func(*x509.RevocationList)) []byte {
	t.Helper()
	template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(day)}
	if change != nil {
		change(template)
	}
	list, err := x509.CreateRevocationList(rand.Reader, template, s.issuer.cert, s.issuer.key)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// find reads a list and looks for the leaf.
func (s listed) find(t testing.TB, list []byte) (*Revocation, error) {
	t.Helper()
	l, err := ReadCRL(list, s.issuer.cert)
	if err != nil {
		return nil, err
	}
	points := CRLPoints(s.leaf.cert)
	if len(points) != 1 {
		t.Fatalf("%d points", len(points))
	}
	return l.Find(s.leaf.cert, points[0], now)
}

// revoke adds the leaf, with extensions.
func (s listed) revoke(reason int, extensions ...pkix.Extension) func(*x509.RevocationList) {
	return func(l *x509.RevocationList) {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: big.NewInt(1 << 40), RevocationTime: now.Add(-9 * day)},
			x509.RevocationListEntry{SerialNumber: s.leaf.cert.SerialNumber, RevocationTime: now.Add(-2 * day), ReasonCode: reason, ExtraExtensions: extensions},
			x509.RevocationListEntry{SerialNumber: big.NewInt(1 << 41), RevocationTime: now.Add(-day)})
	}
}

// scoped adds the extension that says what a list is for.
func scoped(value scope) func(*x509.RevocationList) {
	return withExtension(scopeExtension, true, der(asn1.Marshal(value)))
}

func withExtension(id asn1.ObjectIdentifier, critical bool, value []byte) func(*x509.RevocationList) {
	return func(l *x509.RevocationList) {
		l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: value})
	}
}

func named(urls ...string) (n pointName) {
	for _, u := range urls {
		n.Full = append(n.Full, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(u)})
	}
	return n
}

// both does two things to a list.
func both(one, other func(*x509.RevocationList)) func(*x509.RevocationList) {
	return func(l *x509.RevocationList) { one(l); other(l) }
}

func dated(from, to time.Duration) func(*x509.RevocationList) {
	return func(l *x509.RevocationList) { l.ThisUpdate, l.NextUpdate = now.Add(from), now.Add(to) }
}

// A CRL tells whether a certificate is revoked, or why it does not tell.
func TestCRLs(t *testing.T) {
	s := newListed(t)
	some := asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}
	relative := asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true, Bytes: []byte{0x30, 0}}
	unknown := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999}
	invalidity := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 24}, Critical: true, Value: der(asn1.Marshal(now))}
	const revoked = "2026-11-19"
	const odd = "an entry has an unknown critical extension"
	for name, c := range map[string]struct {
		change func(*x509.RevocationList)
		want   string // "", a date with a reason, or why the list does not tell
	}{
		"empty": {nil, ""},
		"others only": {func(l *x509.RevocationList) {
			s.revoke(1)(l)
			l.RevokedCertificateEntries[1].SerialNumber = big.NewInt(77)
		}, ""},
		"revoked":                   {s.revoke(0), revoked},
		"with a reason":             {s.revoke(1), revoked + " keyCompromise"},
		"on hold":                   {s.revoke(6), revoked + " certificateHold"},
		"an unknown reason":         {s.revoke(7), revoked},
		"removed":                   {s.revoke(8), ""},
		"invalidity date":           {s.revoke(4, invalidity), revoked + " superseded"},
		"unknown, not critical":     {s.revoke(4, pkix.Extension{Id: unknown, Value: []byte{5, 0}}), revoked + " superseded"},
		"unknown, critical":         {s.revoke(4, pkix.Extension{Id: unknown, Critical: true, Value: []byte{5, 0}}), odd},
		"an entry of others":        {s.revoke(4, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 29}, Critical: true, Value: []byte{0x30, 0}}), odd},
		"stale":                     {dated(-3*day, -2*day), "it expired 2 days ago (2026-11-19)"},
		"stale for a minute":        {dated(-3*day, -time.Minute), ""},
		"stale, revoked":            {both(s.revoke(1), dated(-3*day, -2*day)), revoked + " keyCompromise"},
		"stale, on hold":            {both(s.revoke(6), dated(-3*day, -2*day)), "it expired 2 days ago (2026-11-19)"},
		"of tomorrow":               {dated(day, 2*day), "it is not valid before 2026-11-22 10:00 UTC"},
		"for the point":             {both(s.revoke(1), scoped(scope{Name: named(leafList)})), revoked + " keyCompromise"},
		"for it, too":               {scoped(scope{Name: named("ldap://x", leafList)}), ""},
		"for another point":         {scoped(scope{Name: named("http://crl.example.org/other.crl")}), "it covers other certificates"},
		"for users":                 {both(s.revoke(1), scoped(scope{OnlyUsers: true})), revoked + " keyCompromise"},
		"for authorities":           {scoped(scope{OnlyCAs: true}), "it covers intermediates only"},
		"for attributes":            {scoped(scope{OnlyAttributes: true}), "it covers attribute certificates only"},
		"for some reasons":          {scoped(scope{Reasons: some}), "it covers some reasons only"},
		"indirect":                  {scoped(scope{Indirect: true}), "it is an indirect CRL"},
		"relative":                  {scoped(scope{Name: pointName{Relative: relative}}), "its scope is not understood"},
		"for who knows what":        {withExtension(scopeExtension, true, []byte{0x30, 3, 1}), "its scope is not understood"},
		"delta":                     {withExtension(deltaExtension, true, der(asn1.Marshal(1))), "it is a delta CRL"},
		"a critical extension":      {withExtension(unknown, true, []byte{5, 0}), "its critical extension 1.3.6.1.4.1.99999 is unknown"},
		"an extension":              {withExtension(unknown, false, []byte{5, 0}), ""},
		"a new list somewhere else": {withExtension(asn1.ObjectIdentifier{2, 5, 29, 46}, false, []byte{0x30, 0}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := s.find(t, s.list(t, c.change))
			got := ""
			switch {
			case err != nil:
				got = err.Error()
			case found != nil:
				got = strings.TrimSpace(found.At.Format(time.DateOnly) + " " + found.Reason)
			}
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// A list of an authority's certificates does not tell about its servers, and the
// reverse.
func TestCRLOfAuthorities(t *testing.T) {
	s := newListed(t)
	template := authority("Intermediate CA")
	template.CRLDistributionPoints = []string{leafList}
	s.leaf = sign(t, template, nil, s.issuer)
	if _, err := s.find(t, s.list(t, scoped(scope{OnlyCAs: true}))); err != nil {
		t.Error(err)
	}
	if _, err := s.find(t, s.list(t, scoped(scope{OnlyUsers: true}))); err == nil || err.Error() != "it covers no intermediates" {
		t.Error(err)
	}
}

// Only the issuer's own list counts.
func TestForgedCRLs(t *testing.T) {
	s, other := newListed(t), newListed(t)
	good := s.list(t, nil)
	changed := bytes.Clone(good)
	changed[len(changed)-1] ^= 1
	mute := sign(t, authority("Test CA"), s.issuer.key, nil) // without the right to sign lists
	template := authority("Other CA")
	template.KeyUsage |= x509.KeyUsageCRLSign
	renamed := listed{sign(t, template, nil, nil), s.leaf}
	const none = "it is not a CRL"
	const forged = `it is not signed by its issuer`
	for name, c := range map[string]struct {
		list   []byte
		issuer *x509.Certificate
		want   string
	}{
		"good":                  {good, s.issuer.cert, ""},
		"in PEM":                {pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: good}), s.issuer.cert, ""},
		"another key":           {other.list(t, nil), s.issuer.cert, forged},
		"changed":               {changed, s.issuer.cert, forged},
		"may not":               {good, mute.cert, forged},
		"another name":          {renamed.list(t, nil), s.issuer.cert, `it is the list of another issuer`},
		"a key that takes time": {good, huge(t, s.issuer, 8200).cert, forged},
		"nothing":               {nil, s.issuer.cert, none},
		"a page":                {[]byte("<html>no"), s.issuer.cert, none},
		"a certificate":         {s.leaf.cert.Raw, s.issuer.cert, none},
		"cut off":               {good[:len(good)-1], s.issuer.cert, none},
		"more behind it":        {append(bytes.Clone(good), 0), s.issuer.cert, none},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if _, err := ReadCRL(c.list, c.issuer); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// A list of version 1, as openssl ca makes it, has no version and no extensions.
func TestCRLOfVersion1(t *testing.T) {
	s := newListed(t)
	list := s.version1(t, s.revoke(0))
	if _, err := x509.ParseRevocationList(list); err == nil {
		t.Error("crypto/x509 reads it")
	}
	found, err := s.find(t, list)
	if err != nil || found == nil || found.Reason != "" {
		t.Errorf("%v, %v", found, err)
	}
}

// version1 makes a list without version and extensions.
func (s listed) version1(t testing.TB, change func(*x509.RevocationList)) []byte {
	t.Helper()
	var list struct {
		TBS struct {
			Version    int
			Algorithm  asn1.RawValue
			Issuer     asn1.RawValue
			From, To   asn1.RawValue
			Entries    []asn1.RawValue
			Extensions asn1.RawValue `asn1:"optional,tag:0"`
		}
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(s.list(t, change), &list); err != nil {
		t.Fatal(err)
	}
	signed := der(asn1.Marshal(struct {
		Algorithm, Issuer, From, To asn1.RawValue
		Entries                     []asn1.RawValue
	}{list.TBS.Algorithm, list.TBS.Issuer, list.TBS.From, list.TBS.To, list.TBS.Entries}))
	digest := sha256.Sum256(signed)
	signature := der(s.issuer.key.Sign(rand.Reader, digest[:], crypto.SHA256))
	return der(asn1.Marshal(struct {
		TBS, Algorithm asn1.RawValue
		Signature      asn1.BitString
	}{asn1.RawValue{FullBytes: signed}, list.Algorithm, asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}}))
}

// A number that is written in another way than in DER hides no entry.
func TestCRLWithOddSerial(t *testing.T) {
	for text, want := range map[string]bool{
		"020101": true, "02020080": true, "0202ff7f": true, "020100": true,
		"0200": false, "02020001": false, "0202ff80": false, "028101": false, "02": false,
	} {
		var integer []byte
		if _, err := fmt.Sscanf(text, "%x", &integer); err != nil {
			t.Fatal(err)
		}
		if got := isShortest(integer); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

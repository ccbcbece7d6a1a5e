package trust

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

func TestCheckRootsFile(t *testing.T) {
	path := writeFile(t, pemOf(sign(t, authority("Test Root CA"), nil, nil)))
	for _, good := range []string{"", path} {
		if err := CheckRootsFile(good); err != nil {
			t.Error(err)
		}
	}
	dir := t.TempDir()
	wantFault(t, CheckRootsFile(dir), fault.Usage, dir+": is a directory")
}

func pemText(body string) string {
	return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n"
}

// subjectAs encodes a common name as that kind of string.
func subjectAs(t *testing.T, tag int, name string) []byte {
	t.Helper()
	raw, err := asn1.Marshal(pkix.RDNSequence{{{
		Type:  asn1.ObjectIdentifier{2, 5, 4, 3},
		Value: asn1.RawValue{Tag: tag, Bytes: []byte(name)},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// The few roots that can matter and all roots must give the same result: verdict,
// kind of error and chains.
func TestNamedRootsAreExact(t *testing.T) {
	var others []*entity
	key := newKey(t)
	for i := range 150 {
		others = append(others, sign(t, authority(fmt.Sprintf("Root %d", i)), key, nil))
	}
	root := sign(t, authority("Test Root CA"), nil, nil)
	twin := sign(t, authority("Test Root CA"), nil, nil) // same name, other key
	stranger := sign(t, authority("Stranger CA"), nil, nil)
	crossed := sign(t, authority("Test Root CA"), root.key, others[7]) // root's key, signed by another root
	rekeyed := sign(t, valid(authority("Test Root CA"), -2*day, 30*day), root.key, nil)
	inter := sign(t, authority("Intermediate CA"), nil, root)
	interOfTwin := sign(t, authority("Intermediate CA"), inter.key, twin)
	printable, utf8 := authority(""), authority("")
	printable.RawSubject, utf8.RawSubject = subjectAs(t, 19, "Encoded CA"), subjectAs(t, 12, "Encoded CA")
	asPrintable := sign(t, printable, nil, nil)
	asUTF8 := sign(t, utf8, asPrintable.key, nil)
	host := func() *x509.Certificate { return server("mail.example.org") }
	own := sign(t, host(), nil, nil)
	expired := sign(t, valid(authority("Expired CA"), -30*day, -day), nil, nil)
	trusted := slices.Concat(others, []*entity{root, twin, rekeyed, asUTF8, own, expired})

	bundle := pemOf(trusted...)
	all := x509.NewCertPool()
	all.AppendCertsFromPEM(bundle)
	for _, c := range []struct {
		name   string
		sent   []*entity
		chains int // how many must verify
	}{
		{"by a root", []*entity{sign(t, host(), nil, others[149])}, 1},
		{"by a root, sent along", []*entity{sign(t, host(), nil, others[3]), others[3]}, 1},
		{"by one of two roots of a name, certified twice", []*entity{sign(t, host(), nil, root)}, 2},
		{"by the other of two roots of a name", []*entity{sign(t, host(), nil, twin)}, 1},
		{"by an intermediate", []*entity{sign(t, host(), nil, inter), inter}, 2},
		{"by an intermediate of two issuers", []*entity{sign(t, host(), nil, inter), inter, interOfTwin}, 3},
		{"by a cross-signed root", []*entity{sign(t, host(), nil, root), crossed}, 3},
		{"by an intermediate and a cross-signed root", []*entity{sign(t, host(), nil, inter), crossed, inter}, 3},
		{"in the wrong order, with a stranger", []*entity{sign(t, host(), nil, inter), stranger, inter}, 2},
		{"a leaf that is itself trusted", []*entity{own}, 1},
		{"a root with its name encoded as trusted", []*entity{sign(t, host(), nil, asUTF8)}, 1},
		{"a root with its name encoded otherwise", []*entity{sign(t, host(), nil, asPrintable)}, 0},
		{"a root with its name encoded otherwise, sent along", []*entity{sign(t, host(), nil, asPrintable), asPrintable}, 0},
		{"by a stranger", []*entity{sign(t, host(), nil, stranger)}, 0},
		{"by a stranger, sent along", []*entity{sign(t, host(), nil, stranger), stranger}, 0},
		{"by an expired root", []*entity{sign(t, host(), nil, expired)}, 0},
		{"intermediate missing", []*entity{sign(t, host(), nil, inter)}, 0},
		{"self-signed", []*entity{sign(t, host(), nil, nil)}, 0},
		{"name of a root, key of a stranger", []*entity{sign(t, host(), nil, &entity{&x509.Certificate{RawSubject: root.cert.RawSubject}, stranger.key})}, 0},
	} {
		t.Run(c.name, func(t *testing.T) { compare(t, bundle, all, certsOf(c.sent), c.chains) })
	}
}

func certsOf(entities []*entity) (certs []*x509.Certificate) {
	for _, e := range entities {
		certs = append(certs, e.cert)
	}
	return certs
}

// compare verifies both ways; chains < 0 means any number.
func compare(t *testing.T, bundle []byte, all *x509.CertPool, sent []*x509.Certificate, chains int) {
	t.Helper()
	v := newVerification(sent, now)
	few, err := namedRoots(bytes.NewReader(bundle), v.names())
	if err != nil {
		t.Fatal(err)
	}
	fast, fastErr := v.against(poolOf(few))
	slow, slowErr := v.against(all)
	if fmt.Sprint(fastErr) != fmt.Sprint(slowErr) || !slices.EqualFunc(fast, slow, equalChain) {
		t.Errorf("few: %d chains, %v\nall: %d chains, %v", len(fast), fastErr, len(slow), slowErr)
	}
	if chains >= 0 && len(slow) != chains {
		t.Errorf("%d chains, not %d: %v", len(slow), chains, slowErr)
	}
}

func equalChain(a, b []*x509.Certificate) bool {
	return slices.EqualFunc(a, b, (*x509.Certificate).Equal)
}

// Each root of Debian's bundle, found by its name.
func TestNamedRootsOfDebian(t *testing.T) {
	data := readBundle(t)
	certs, all := allOf(data), x509.NewCertPool()
	all.AppendCertsFromPEM(data)
	for _, c := range certs {
		few, err := namedRoots(bytes.NewReader(data), map[string]bool{string(c.RawSubject): true})
		if err != nil {
			t.Fatal(err)
		}
		want := slices.DeleteFunc(slices.Clone(certs), func(o *x509.Certificate) bool { return !bytes.Equal(o.RawSubject, c.RawSubject) })
		if !equalChain(few, want) {
			t.Errorf("%v: %d, not %d", c.Subject, len(few), len(want))
		}
		compare(t, data, all, []*x509.Certificate{c}, -1)
	}
	if few, err := namedRoots(bytes.NewReader(data), map[string]bool{"x": true}); err != nil || len(few) != 0 {
		t.Error(len(few), err)
	}
}

// A certificate whose subject is not within the prefix, and two that are broken.
func TestNamedLongAndOdd(t *testing.T) {
	template := authority(strings.Repeat("Long ", 500))
	long := sign(t, template, nil, nil)
	data := slices.Concat([]byte(pemText("AAAA")), []byte(pemText("")), pemOf(long))
	few, err := namedRoots(bytes.NewReader(data), map[string]bool{string(long.cert.RawSubject): true})
	if err != nil || len(few) != 1 || !few[0].Equal(long.cert) {
		t.Error(few, err)
	}
	if few, err = namedRoots(bytes.NewReader(data), nil); err != nil || len(few) != 0 {
		t.Error(few, err)
	}
}

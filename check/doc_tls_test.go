package check_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"check_pop3x/check/testkit/pop3test"
)

// testHost is the name of the servers.
const testHost = "mail.example.org"

// A badServer has something wrong with it. tls.md or dane.md has the line for
// it.
type badServer struct {
	server   string // as in the document
	shows    func(*lab) tls.Certificate
	config   func(*tls.Config)
	dialogue string // "": a session over TLS, and the same over STLS
	way      string // with a dialogue; "": --tls
	args     []string
	twice    bool   // the check connects again
	phase    string // of the fault over STLS; "": stls
	zone     string // of the DNS server for --dane, with PORT for the port; "": no --dane
}

// A lab issues the certificates of servers.
type lab struct {
	root  *pop3test.Authority
	names []string
}

func (l *lab) leaf(change func(*pop3test.Leaf)) tls.Certificate {
	leaf := pop3test.Leaf{Names: l.names}
	if change != nil {
		change(&leaf)
	}
	return l.root.Issue(leaf)
}

// changed returns a good certificate with a change.
func changed(change func(*pop3test.Leaf)) func(*lab) tls.Certificate {
	return func(l *lab) tls.Certificate { return l.leaf(change) }
}

func good(l *lab) tls.Certificate { return l.leaf(nil) }

// unknownCA returns a certificate of an authority that nobody trusts, whose own is
// sent along.
func unknownCA(names ...string) tls.Certificate {
	other := pop3test.NewAuthority("Unknown CA")
	c := other.Issue(pop3test.Leaf{Names: names})
	c.Certificate = append(c.Certificate, other.Certificate().Raw)
	return c
}

func newRSA(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func below(name string, v ...pop3test.Validity) func(*lab) tls.Certificate {
	return func(l *lab) tls.Certificate {
		return l.root.Intermediate(name, v...).Issue(pop3test.Leaf{Names: l.names})
	}
}

// stapled returns a certificate with a stapled OCSP answer.
func stapled(change func(*ocsp.Response)) func(*lab) tls.Certificate {
	return func(l *lab) tls.Certificate {
		c := l.leaf(nil)
		answer := ocsp.Response{Status: ocsp.Good, SerialNumber: c.Leaf.SerialNumber, ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().Add(time.Hour)}
		change(&answer)
		staple, err := ocsp.CreateResponse(l.root.Certificate(), l.root.Certificate(), answer, l.root.Key())
		if err != nil {
			panic(err)
		}
		c.OCSPStaple = staple
		return c
	}
}

// mustStaple adds the extension that promises a stapled OCSP answer (RFC 7633).
func mustStaple(l *pop3test.Leaf) {
	five, err := asn1.Marshal([]int{5})
	if err != nil {
		panic(err)
	}
	l.Change = func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: five}}
	}
}

func atMost(version uint16) func(*tls.Config) {
	return func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, version }
}

// onlySuite is a server with one cipher suite.
func onlySuite(suite uint16) func(*tls.Config) {
	return func(c *tls.Config) { c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{suite} }
}

// oldHello is the ServerHello of a server that supports at most TLS 1.0.
var oldHello = `\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01` + strings.Repeat(`\x00`, 33) + `\x00\x2f\x00`

// tlsFailures are in the order of tls.md.
var tlsFailures = []badServer{
	{server: "expired", shows: changed(func(l *pop3test.Leaf) { l.Validity = pop3test.Expired() })},
	{server: "ends soon, `-D 30,7`", shows: changed(func(l *pop3test.Leaf) { l.NotAfter = time.Now().Add(5*24*time.Hour + time.Minute) }), args: []string{"-D", "30,7"}},
	{server: "not yet valid", shows: changed(func(l *pop3test.Leaf) { l.Validity = pop3test.NotYetValid() })},
	{server: "for another name", shows: changed(func(l *pop3test.Leaf) { l.Names = []string{"www.example.org", "example.org"} })},
	{server: "for all below a top-level domain", shows: changed(func(l *pop3test.Leaf) { l.Names = []string{"*.lan"} }), args: []string{"--verify-name", "mail.lan"}},
	{server: "a common name only", shows: changed(func(l *pop3test.Leaf) { l.CommonName, l.Names = testHost, nil })},
	{server: "expired, and for another name", shows: changed(func(l *pop3test.Leaf) { l.Names, l.Validity = []string{"www.example.net"}, pop3test.Expired() })},
	{server: "self-signed", shows: func(l *lab) tls.Certificate { return pop3test.SelfSigned(pop3test.Leaf{Names: l.names}) }},
	{server: "self-signed, and for another name", shows: func(*lab) tls.Certificate {
		return pop3test.SelfSigned(pop3test.Leaf{Names: []string{"portal.hotel.example"}})
	}},
	{server: "an authority that nobody knows", shows: func(l *lab) tls.Certificate { return unknownCA(l.names...) }},
	{server: "such an authority, and another name", shows: func(*lab) tls.Certificate { return unknownCA("proxy.example.com") }},
	{server: "an authority that is not sent", shows: func(l *lab) tls.Certificate {
		return pop3test.NewAuthority("Example Private CA").Issue(pop3test.Leaf{Names: l.names})
	}},
	{server: "an intermediate that is not sent", shows: func(l *lab) tls.Certificate {
		return l.root.Intermediate("Example Issuing CA").Issue(pop3test.Leaf{Names: l.names, OmitChain: true, Change: func(c *x509.Certificate) {
			c.IssuingCertificateURL = []string{"http://ca.example.org/issuing.cer"}
		}})
	}},
	{server: "an expired intermediate", shows: below("Example Issuing CA", pop3test.Expired())},
	{server: "a key of RSA 1024", shows: changed(func(l *pop3test.Leaf) { l.Key = newRSA(1024) })},
	{server: "signed with SHA-1", shows: changed(func(l *pop3test.Leaf) {
		l.Change = func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }
	})},
	{server: "not to be read by crypto/x509", config: atMost(tls.VersionTLS12), shows: func(l *lab) tls.Certificate { return pop3test.Unreadable(l.leaf(nil)) }},
	{server: "an issuer for other names", shows: func(l *lab) tls.Certificate {
		narrow := l.root.Limited("Example Intranet CA", func(c *x509.Certificate) {
			c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"intra.example.org"}, true
		})
		return narrow.Issue(pop3test.Leaf{Names: l.names})
	}},
	{server: "a certificate for clients", shows: changed(func(l *pop3test.Leaf) { l.Usage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })},
	{server: "another key than `--pin`", shows: good, args: []string{"--pin", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}},
	{server: "revoked, by a stapled answer", shows: stapled(func(r *ocsp.Response) {
		r.Status, r.RevokedAt, r.RevocationReason = ocsp.Revoked, time.Now().Add(-24*time.Hour), ocsp.KeyCompromise
	})},
	{server: "must-staple, and nothing stapled", shows: changed(mustStaple)},
	{server: "a stale stapled answer", shows: stapled(func(r *ocsp.Response) {
		r.ThisUpdate, r.NextUpdate = time.Now().Add(-9*24*time.Hour), time.Now().Add(-2*24*time.Hour-time.Minute)
	})},
	{server: "a stapled answer by another", shows: func(l *lab) tls.Certificate {
		c, other := l.leaf(nil), pop3test.NewAuthority("pop3test root")
		staple, err := ocsp.CreateResponse(l.root.Certificate(), other.Certificate(), ocsp.Response{SerialNumber: c.Leaf.SerialNumber, ThisUpdate: time.Now()}, other.Key())
		if err != nil {
			panic(err)
		}
		c.OCSPStaple = staple
		return c
	}},
	{server: "TLS 1.1 at most", shows: good, config: atMost(tls.VersionTLS11)},
	{server: "TLS 1.0 at most, of before TLS 1.2", shows: good, dialogue: "client-hello\nS- \"" + oldHello + "\"\n"},
	{server: "TLS 1.2 at most, `--tls-min 1.3`", shows: good, config: atMost(tls.VersionTLS12), args: []string{"--tls-min", "1.3"}},
	{server: "TLS 1.2 at most, `--tls-warn-below 1.3`", shows: good, config: atMost(tls.VersionTLS12), args: []string{"--tls-warn-below", "1.3"}},
	{server: "TLS 1.2 at most, `--tls-warn-without pq`", shows: good, config: atMost(tls.VersionTLS12), args: []string{"--tls-warn-without", "pq"}},
	{server: "RSA key exchange only", twice: true, shows: changed(func(l *pop3test.Leaf) { l.RSA = true }),
		config: onlySuite(tls.TLS_RSA_WITH_AES_128_CBC_SHA)},
	{server: "no cipher in common", twice: true, shows: good, config: onlySuite(tls.TLS_RSA_WITH_RC4_128_SHA)},
	{server: "not known by that name", shows: good, dialogue: "client-hello\nS- \"\\x15\\x03\\x03\\x00\\x02\\x02\\x70\"\n"},
	{server: "a client certificate is wanted, TLS 1.3", shows: good, phase: "capa", config: func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }},
	{server: "a client certificate is wanted, TLS 1.2", shows: good, config: func(c *tls.Config) {
		c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12
	}},
	{server: "the client certificate is not good", shows: good, phase: "capa", args: []string{"--client-cert", "client.pem"}, config: func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	}},
	{server: "the port does not speak TLS", shows: good, dialogue: "client-hello\nS: +OK Dovecot ready.\n"},
	{server: "it closes the connection in the handshake", shows: good, dialogue: "client-hello\nS- \"\\x16\\x03\\x03\\x00\\x7a\\x02\"\nclose\n"},
	{server: "it closes the connection without a word", twice: true, shows: good, dialogue: "client-hello\nclose\n"},
	{server: "STLS is not offered", shows: good, way: "--starttls", dialogue: "S: +OK ready\nC: CAPA\nS: +OK\nS: USER\nS: UIDL\nS: .\nC: QUIT\n"},
	{server: "STLS is refused", shows: good, way: "--starttls", dialogue: "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: -ERR TLS is not available\nC: QUIT\n"},
	{server: "text is injected behind STLS", shows: good, way: "--starttls",
		dialogue: "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK begin\nS: +OK injected\n"},
}

// The documents have the line for each of them. Over STLS it is the same.
func TestFailures(t *testing.T) {
	var shown []byte
	for _, name := range []string{"tls.md", "dane.md"} {
		page, err := os.ReadFile("../packaging/doc/" + name)
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, withoutChanging(page)...)
	}
	l := &lab{root: pop3test.NewAuthority("Example Root CA"), names: []string{testHost}}
	dir := t.TempDir()
	writeLab(t, l, dir)
	for _, f := range slices.Concat(tlsFailures, daneFailures) {
		t.Run(f.server, func(t *testing.T) {
			t.Parallel()
			row := "| " + f.server + " | `" + f.line(t, l, dir, f.way) + "` |"
			if !bytes.Contains(shown, withoutChanging([]byte(row))) {
				t.Errorf("tls.md and dane.md do not have\n%s", row)
			}
			if f.dialogue == "" {
				f.overSTLS(t, l, dir)
			}
		})
	}
}

// overSTLS checks that the line is the same over STLS, except for the phase.
func (f badServer) overSTLS(t *testing.T, l *lab, dir string) {
	phase := f.phase
	if phase == "" {
		phase = "stls"
	}
	first := strings.NewReplacer("tls: ", phase+": ", "greeting: ", "stls: ")
	over := first.Replace(f.line(t, l, dir, ""))
	if got := f.line(t, l, dir, "--starttls"); !bytes.Equal(withoutChanging([]byte(got)), withoutChanging([]byte(over))) {
		t.Errorf("over STLS\n%s\nwant\n%s", got, over)
	}
}

// writeLab writes the files that the plugin reads.
func writeLab(t *testing.T, l *lab, dir string) {
	client := pop3test.SelfSigned(pop3test.Leaf{CommonName: "probe"})
	chain, key := pop3test.PEM(client)
	for name, text := range map[string][]byte{"ca.pem": l.root.PEM(), "client.pem": append(chain, key...)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// sessions are the dialogues of servers that have none of their own.
var sessions = map[string]string{
	"--tls":      "tls\nS: +OK ready\nC?: CAPA\nS: -ERR\nC: QUIT\nS: +OK\n",
	"--starttls": "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\ntls\nC?: CAPA\nS: -ERR\nC: QUIT\nS: +OK\n",
}

// line returns the status line without perfdata and without what a working
// server says.
func (f badServer) line(t *testing.T, l *lab, dir, way string) string {
	t.Helper()
	if way == "" {
		way = "--tls"
	}
	config := pop3test.ServerTLS(f.shows(l))
	if f.config != nil {
		f.config(config)
	}
	dialogue := f.dialogue
	if dialogue == "" {
		dialogue = sessions[way]
	}
	options := pop3test.Options{TLS: config}
	if f.twice {
		options.Connections = 2
	}
	player := serve(t, dialogue, options)
	args := []string{"-H", "127.0.0.1", "-p", strconv.Itoa(player.Port()), way, "--sni", testHost}
	if f.zone == "" {
		args = append(args, "--ca-file", "ca.pem")
	} else {
		args = append(args, "--dane", "--resolver", f.resolver(t, player.Port()))
	}
	o := run{args: append(args, f.args...)}.play(dir)
	if err := checkLine(o.stdout, o.code); err != nil {
		t.Error(err)
	}
	said, perf, _ := strings.Cut(o.stdout, " | ")
	if seen := strings.Contains(said, "ertificate"); seen && !strings.Contains(perf, " cert_days=") {
		t.Errorf("no cert_days: %s", o.stdout)
	}
	said, _, _ = strings.Cut(said, `; ready, `)
	return said
}

// changing matches what differs from run to run.
var changing = regexp.MustCompile(`\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?|\d+ (days?|hours?|minutes?)|sha256//[A-Za-z0-9+/]{43}=|[0-9a-f]{64}|_\d+\._tcp|127\.0\.0\.1:\d+`)

func withoutChanging(text []byte) []byte { return changing.ReplaceAll(text, []byte("_")) }

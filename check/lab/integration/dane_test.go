//go:build integration

// DANE: Dovecot's certificate by TLSA records that Knot signs and Unbound validates.

package integration

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// A published host has TLSA records for both ports of a server.
type published struct {
	name    string
	records []dns.TLSA
}

// tlsa is a record as the library makes it of a certificate.
func tlsa(t *testing.T, usage, selector, matching int, of string) dns.TLSA {
	t.Helper()
	block, _ := pem.Decode([]byte(of))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	var r dns.TLSA
	if err := r.Sign(usage, selector, matching, cert); err != nil {
		t.Fatal(err)
	}
	return r
}

// zone is the text for the hosts, whose names are relative.
func zone(s *server, hosts ...published) string {
	var text strings.Builder
	for _, h := range hosts {
		text.WriteString(addresses(h.name))
		for _, r := range h.records {
			for _, port := range []int{s.ports.Plain, s.ports.TLS} {
				fmt.Fprintf(&text, "_%d._tcp.%s TLSA %d %d %d %s\n", port, h.name, r.Usage, r.Selector, r.MatchingType, r.Certificate)
			}
		}
	}
	return text.String()
}

// A daneCase is a host and the line for it, behind "tls: " or "stls: " where it is no success.
type daneCase struct{ host, want, matched string }

// daneLab is Dovecot with a certificate for *.signed.example, another with one that nobody should accept, and their DNS.
type daneLab struct {
	good, odd *server
	dns       *dnsServers
	leaf      string // what is to be published for the good one
}

func newDANELab(t *testing.T) *daneLab {
	t.Helper()
	id := issued(t, "*.signed.example")
	id.chain += rootCA.root.pem() // an anchor has to be sent
	template := leafTemplate([]string{"www.elsewhere.example"})
	template.NotBefore, template.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour)
	lone := selfSigned(t, template)
	l := &daneLab{leaf: tlsa1(t, 3, 1, 1, id.leaf)}
	l.good = private(t, func() (*server, error) { return startDovecot(dovecotConfig{identity: id}) })
	l.odd = private(t, func() (*server, error) { return startDovecot(dovecotConfig{identity: lone}) })
	other := selfSigned(t, leafTemplate([]string{"other.example"}))
	honest := zone(l.good, published{"a", is(t, 3, 1, 1, id.leaf)})
	l.dns = startDNS(t,
		dnsZone{Name: "signed.example.", Signed: true, text: l.signedZone(t, id, other) +
			zone(l.odd, published{"odd", is(t, 3, 1, 1, lone.leaf)}, published{"odd-anchor", is(t, 2, 1, 1, lone.leaf)})},
		dnsZone{Name: "unsigned.example.", text: honest},
		dnsZone{Name: "forged.example.", Signed: true, text: honest},
	)
	return l
}

func is(t *testing.T, usage, selector, matching int, of string) []dns.TLSA {
	return []dns.TLSA{tlsa(t, usage, selector, matching, of)}
}

// signedZone has a host for each kind of record of the good server, and some with records that are not good.
func (l *daneLab) signedZone(t *testing.T, id, other *identity) string {
	root, between := rootCA.root.pem(), rootCA.intermediate.pem()
	var hosts []published
	for selector := range 2 {
		for matching := range 3 {
			hosts = append(hosts,
				published{fmt.Sprintf("e3%d%d", selector, matching), is(t, 3, selector, matching, id.leaf)},
				published{fmt.Sprintf("t2%d%d", selector, matching), is(t, 2, selector, matching, root)})
		}
	}
	hosts = append(hosts,
		published{"between", is(t, 2, 1, 1, between)}, published{"other", is(t, 3, 1, 1, other.leaf)},
		published{"anchor", is(t, 2, 0, 1, other.leaf)}, published{"none", nil},
		published{"pkix", append(is(t, 0, 0, 1, root), is(t, 1, 1, 1, id.leaf)...)},
		published{"agile", append(is(t, 3, 1, 1, id.leaf), is(t, 3, 1, 2, other.leaf)...)},
		published{"many", slices.Concat(is(t, 3, 0, 0, other.leaf), is(t, 3, 0, 0, root), is(t, 3, 0, 0, between), is(t, 3, 0, 0, id.leaf))},
	)
	text := zone(l.good, hosts...) + "alias CNAME e311\nout CNAME a.unsigned.example.\n" + addresses("elsewhere")
	for _, port := range []int{l.good.ports.Plain, l.good.ports.TLS} {
		text += fmt.Sprintf("_%d._tcp.elsewhere CNAME _%[1]d._tcp.e311\n_%[1]d._tcp.out TLSA %s\n", port, l.leaf)
	}
	return text
}

// tlsa1 is a record as a zone has it.
func tlsa1(t *testing.T, usage, selector, matching int, of string) string {
	r := tlsa(t, usage, selector, matching, of)
	return fmt.Sprintf("%d %d %d %s", r.Usage, r.Selector, r.MatchingType, r.Certificate)
}

func selfSigned(t *testing.T, template *x509.Certificate) *identity {
	t.Helper()
	lone, err := sign(template, nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(lone.key)
	if err != nil {
		t.Fatal(err)
	}
	return &identity{lone.pem(), lone.pem(), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))}
}

// byDANE runs the plugin for a host that only the resolver of the test knows.
func (l *daneLab) byDANE(t *testing.T, s *server, how way, host string, args ...string) *outcome {
	t.Helper()
	option := map[way]string{withTLS: "--tls", withSTLS: "--starttls"}[how]
	return run(t, call{addr: s.port(how), how: inPlain, args: append([]string{"-H", host, option, "--dane", "--resolver", l.dns.addr()}, args...)})
}

func TestDANE(t *testing.T) {
	t.Parallel()
	l := newDANELab(t)
	t.Run("records", l.records)
	t.Run("an odd certificate", l.oddCertificate)
	t.Run("forged DNS", l.forgedDNS)
}

func (l *daneLab) records(t *testing.T) {
	for _, c := range []daneCase{
		{"e311", "", "3 1 1"}, {"e301", "", "3 0 1"}, {"e312", "", "3 1 2"}, {"e302", "", "3 0 2"}, {"e300", "", "3 0 0"}, {"e310", "", "3 1 0"},
		{"t201", "", "2 0 1"}, {"t211", "", "2 1 1"}, {"t202", "", "2 0 2"}, {"t212", "", "2 1 2"}, {"t200", "", "2 0 0"}, {"t210", "", "2 1 0"},
		{"between", "", "2 1 1"}, {"many", "", "3 0 0"}, // too much for UDP
		{"alias", "", "3 1 1"}, {"elsewhere", "", "3 1 1"}, {"out", "", "3 1 1"},
		{"other", `no TLSA record of _PORT\._tcp\.other\.signed\.example matches; if the server's key is right, add a record for it: LEAF.* \[certificate\]`, ""},
		{"anchor", `no TLSA record of _PORT\._tcp\.anchor\.signed\.example matches; .* LEAF.* \[certificate\]`, ""},
		{"agile", `no TLSA record of _PORT\._tcp\.agile\.signed\.example matches; .* LEAF.* \[certificate\]`, ""},
		{"pkix", `of 2 TLSA records of _PORT\._tcp\.pkix\.signed\.example none can be used \(see -v\); .* LEAF.* \[certificate\]`, ""},
		{"none", `_PORT\._tcp\.none\.signed\.example does not exist \(NXDOMAIN\), as DNSSEC proves; .* LEAF.* \[certificate\]`, ""},
		{"a.unsigned.example", `the TLSA records of _PORT\._tcp\.a\.unsigned\.example are not secured by DNSSEC.* \[certificate\]`, ""},
	} {
		if !strings.Contains(c.host, ".") {
			c.host += ".signed.example"
		}
		t.Run(c.host, func(t *testing.T) {
			for _, p := range protections {
				o := l.byDANE(t, l.good, p.how, c.host, "-v")
				l.want(o, p.phase, c)
			}
		})
	}
}

// want judges a line and what -v says of the record that matched.
func (l *daneLab) want(o *outcome, phase string, c daneCase) {
	o.t.Helper()
	if c.want == "" {
		o.want("OK", greetings["dovecot"])
		o.wantLineLike(`, verified( for [a-z0-9.]+)? by TLSA ` + c.matched + `$`)
		o.wantLineLike(`^  ` + c.matched + ` [0-9a-f…]+ matches$`)
		return
	}
	_, port, _ := strings.Cut(o.call.addr, ":")
	o.want("CRITICAL", phase+": "+strings.NewReplacer("PORT", port, "LEAF", l.leaf).Replace(c.want))
	o.wantMetric("cert_days", "59")
}

// wantLineLike wants a line that the pattern is in.
func (o *outcome) wantLineLike(pattern string) {
	o.t.Helper()
	if form := regexp.MustCompile(pattern); !slices.ContainsFunc(o.lines, form.MatchString) {
		o.t.Errorf("no line like %s in:\n%s", form, strings.Join(o.lines, "\n"))
	}
}

// oddCertificate is one that is expired, self-signed and for another name: good where a record of usage 3 says so, and no
// anchor. A login, a limit and a pin go with it.
func (l *daneLab) oddCertificate(t *testing.T) {
	for _, p := range protections {
		o := l.byDANE(t, l.odd, p.how, "odd.signed.example", "-u", alice.name, "--password-file", passwordFile(t, alice))
		o.want("OK", mailbox(aliceMessages, aliceOctets))
		o.wantMetric("cert_days", "-2") // ended a day and an instant ago
		l.byDANE(t, l.odd, p.how, "odd.signed.example", "-D", "30").want("CRITICAL", `the certificate of "www\.elsewhere\.example" expired`)
		l.byDANE(t, l.odd, p.how, "odd-anchor.signed.example").want("CRITICAL", p.phase+`: no TLSA record of .* matches; .* \[certificate\]`)
	}
}

// forgedDNS has DNS itself to blame: a name whose signatures are not good is not found, and the line says why.
func (l *daneLab) forgedDNS(t *testing.T) {
	o := l.byDANE(t, l.good, withTLS, "a.forged.example")
	o.want("CRITICAL", `resolve: the DNSSEC of a\.forged\.example is broken \(DNS[A-Z]+ [A-Za-z]+\), says DNS server `+l.dns.addr()+`; .* \[dns\]`)
	for _, p := range protections {
		o = l.byDANE(t, l.good, p.how, "127.0.0.1", "--sni", "a.forged.example")
		o.want("CRITICAL", p.phase+`: the DNSSEC of a\.forged\.example is broken \(DNS[A-Z]+ [A-Za-z]+\), says DNS server `+l.dns.addr()+`.* \[certificate\]`)
		o.wantMetric("cert_days", "59")
		o = l.byDANE(t, l.good, p.how, "127.0.0.1", "--sni", "e311.signed.example")
		o.want("OK", greetings["dovecot"])
	}
	authority := fmt.Sprintf("127.0.0.1:%d", l.dns.Authority)
	o = run(t, call{addr: l.good.port(withTLS), how: inPlain, args: []string{"-H", "e311.signed.example", "--tls", "--dane", "--resolver", authority}})
	o.want("CRITICAL", `tls: DNS server `+authority+` does not validate DNSSEC: it sets AD for no answer, not even the root's.* \[certificate\]`)
	o = run(t, call{addr: l.good.port(withTLS), how: inPlain, limit: 3 * time.Second, args: []string{"--sni", "e311.signed.example", "--tls", "--dane", "--resolver", "127.0.0.1:" + fmt.Sprint(freePort())}})
	o.want("CRITICAL", `tlsa: DNS server 127\.0\.0\.1:\d+ cannot be asked about e311\.signed\.example: connection refused; see if it runs or use another --resolver \[dns\]`)
}

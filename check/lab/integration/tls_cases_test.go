//go:build integration

// Servers in which something about TLS is special, and what the plugin says of each, to the letter.

package integration

import (
	"crypto/tls"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// A tlsCase is a server, how the plugin is called, and what it says.
type tlsCase struct {
	name string
	show func(*realm) tls.Certificate // nil: as it should be
	conf string                       // more settings of the server
	args []string                     // more options
	line string                       // behind POP3; see text
	also string                       // a regular expression for one of the other lines
	days string                       // cert_days

	differs map[string]string // why openssl or curl judge otherwise
	alone   bool              // they are not asked: the server speaks TLS and no POP3

	host   string
	base   string          // of the names of its files
	cert   tls.Certificate // what was made
	server *server
}

// place gives each case an address below the network, which is one of this machine.
func place(cases []*tlsCase, network string) (addresses []string) {
	for i, c := range cases {
		c.host, c.base = fmt.Sprintf("%s.%d", network, i+1), fmt.Sprint("case", i)
		addresses = append(addresses, c.host)
	}
	return addresses
}

// serve makes the certificates of the cases, which are all of one server.
func serve(cases []*tlsCase, s *server) error {
	r, failed := ours()
	if failed != nil {
		return failed
	}
	for _, c := range cases {
		if c.show == nil {
			c.show = shows()
		}
		c.cert, c.server = c.show(r), &server{s.sandbox, s.name, c.host, s.ports}
		chain, key := pop3test.PEM(c.cert)
		failed = errors.Join(failed, s.Write(c.base+".pem", string(chain), 0o644), s.Write(c.base+".key", string(key), 0o644))
	}
	return failed
}

// file is the path of one of the case's files.
func (c *tlsCase) file(ending string) string { return filepath.Join(c.server.Dir, c.base+ending) }

// ready is the line of a session with Dovecot that ends without a login.
const ready = `OK - Dovecot (Debian) ready, TLS, certificate expires in 60 days, in TIME; no login tried`

// text is the line: with the phase in which TLS is begun, the one in which a client hears of TLS 1.3 that it is refused,
// and the dates of the certificate. stunnel adds itself to the greeting where it speaks POP3.
func (c *tlsCase) text(how way) string {
	line := c.line
	if c.server.name == "stunnel" && how == withSTLS {
		line = strings.Replace(line, "Dovecot (Debian) ready,", `"Dovecot (Debian) ready. + stunnel",`, 1)
	}
	minute := func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }
	return strings.NewReplacer("{phase}", phaseOfTLS[how], "{after}", phaseAfterTLS[how],
		"{from}", minute(c.cert.Leaf.NotBefore), "{day}", c.cert.Leaf.NotAfter.UTC().Format(time.DateOnly)).Replace(line)
}

var (
	phaseOfTLS    = map[way]string{withSTLS: "stls", withTLS: "tls"}
	phaseAfterTLS = map[way]string{withSTLS: "stls", withTLS: "greeting"}
)

// What no two runs have in common.
var (
	timeForm    = regexp.MustCompile(`\bin [0-9.]+ m?s`)
	dateForm    = regexp.MustCompile(`\bstale since \S+ \S+ UTC`)
	versionForm = regexp.MustCompile(`, TLS 1\.\d, `) // of a session that works
)

// prove runs the plugin, and compares the line, with the exit code that fits it, and cert_days; then the verdict with
// that of others.
func (c *tlsCase) prove(t *testing.T, how way, r *realm) {
	t.Helper()
	o := run(t, call{addr: c.server.port(how), how: how, args: append([]string{"--ca-file", r.file, "--sni", mailHost}, c.args...)})
	text, _, _ := strings.Cut(o.first(), " | ")
	text = versionForm.ReplaceAllString(text, ", TLS, ")
	text = dateForm.ReplaceAllString(timeForm.ReplaceAllString(text, "in TIME"), "stale since THEN")
	if want := "POP3 " + c.text(how); text != want {
		t.Errorf("\nwanted %s\ngot    %s", want, text)
	}
	days := ""
	for _, m := range o.perf {
		if m.label == "cert_days" {
			days = m.value
		}
	}
	if days != c.days {
		t.Errorf("wanted cert_days=%s, got %q", c.days, days)
	}
	if all := strings.Join(o.lines, "\n"); c.also != "" && !regexp.MustCompile(`(?m)^  `+c.also).MatchString(all) {
		t.Errorf("wanted a line %s in\n%s", c.also, all)
	}
	if !c.alone {
		c.compare(t, how, r.file, strings.Contains(text, "[tls]") || strings.Contains(text, "[certificate]"))
	}
}

func proveAll(t *testing.T, cases []*tlsCase, hows ...way) {
	r, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, how := range hows {
				c.prove(t, how, r)
			}
		})
	}
}

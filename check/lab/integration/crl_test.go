//go:build integration

// Lists of revoked certificates that openssl ca makes and nginx serves, for a certificate of Dovecot's.

package integration

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A crlLab is a server of lists and the two authorities that issue them.
type crlLab struct {
	*sandbox
	Host  string
	Port  int
	t     *testing.T
	asked int // lines of nginx's log that were looked at
}

func newCRLLab(t *testing.T) *crlLab {
	t.Helper()
	box, err := newSandbox("nginx")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Stop)
	l := &crlLab{box, "127.0.0.1", freePort(), t, 0}
	err = errors.Join(l.writeTemplate("crl.cnf", l), l.writeTemplate("crl-nginx.conf", l), os.Mkdir(l.path("public"), 0o755))
	for _, ca := range []string{"root", "issuing"} {
		err = errors.Join(err, os.Mkdir(l.path(ca), 0o755), l.Write(ca+"/index", "", 0o644), l.Write(ca+"/serial", "1000\n", 0o644), l.Write(ca+"/crlnumber", "01\n", 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
	l.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=Listed Root",
		"-extensions", "root_extensions", "-keyout", "root/ca.key", "-out", "root/ca.pem")
	l.issue("root", "issuing/ca", "Listed Issuing CA", "issuing_extensions")
	l.issue("issuing", "leaf", "pop3.test", "leaf_extensions")
	l.list("root")
	l.list("issuing")
	if err := l.Start("nginx", "sh", "-c", `exec nginx -e stderr -c "$PWD/crl-nginx.conf"`); err != nil {
		t.Fatal(err)
	}
	if err := l.Await(func() bool { return accepts(fmt.Sprintf("%s:%d", l.Host, l.Port)) }); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *crlLab) path(name string) string { return filepath.Join(l.Dir, name) }

func (l *crlLab) openssl(args ...string) {
	l.t.Helper()
	cmd := exec.CommandContext(l.t.Context(), "openssl", append(args, "-config", "crl.cnf")...)
	cmd.Dir = l.Dir
	if text, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, text)
	}
}

// issue makes NAME.key, and NAME.pem by an authority.
func (l *crlLab) issue(ca, name, subject, extensions string) {
	l.t.Helper()
	l.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN="+subject, "-keyout", name+".key", "-out", name+".csr")
	l.openssl("ca", "-name", ca, "-batch", "-notext", "-extensions", extensions, "-in", name+".csr", "-out", name+".pem")
}

// list makes the list of an authority and publishes it in DER.
func (l *crlLab) list(ca string, args ...string) {
	l.t.Helper()
	l.openssl(append([]string{"ca", "-name", ca, "-gencrl", "-out", ca + ".pem"}, args...)...)
	l.publish(ca, ca)
}

// publish serves a list at the place of an authority's.
func (l *crlLab) publish(list, at string) {
	l.t.Helper()
	cmd := exec.CommandContext(l.t.Context(), "openssl", "crl", "-in", list+".pem", "-outform", "DER", "-out", "public/"+at+".crl")
	cmd.Dir = l.Dir
	if text, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("openssl crl: %v\n%s", err, text)
	}
}

// lasting are the arguments of a list that ended, or will, so much later.
func lasting(d time.Duration) []string {
	const stamp = "20060102150405Z"
	return []string{"-crl_lastupdate", time.Now().Add(-9 * day).UTC().Format(stamp), "-crl_nextupdate", time.Now().Add(d).UTC().Format(stamp)}
}

// revoke has an authority revoke a certificate.
func (l *crlLab) revoke(ca, name, reason string) {
	l.t.Helper()
	l.openssl("ca", "-name", ca, "-revoke", name+".pem", "-crl_reason", reason)
	l.list(ca)
}

// identity is the leaf with its chain.
func (l *crlLab) identity() *identity {
	l.t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile(l.path(name))
		if err != nil {
			l.t.Fatal(err)
		}
		return string(text)
	}
	leaf := read("leaf.pem")
	return &identity{leaf, leaf + read("issuing/ca.pem"), read("leaf.key")}
}

// wantAsked waits for what nginx was asked since the last time.
func (l *crlLab) wantAsked(want ...string) {
	l.t.Helper()
	var got []string
	err := l.Await(func() bool {
		text, _ := os.ReadFile(l.path("access.log"))
		got = strings.Split(strings.TrimSpace(string(text)), "\n")[l.asked:]
		if len(text) == 0 {
			got = nil
		}
		return len(got) >= len(want)
	})
	if err != nil || !slices.Equal(got, want) {
		l.t.Errorf("nginx was asked %q, want %q (%v)", got, want, err)
	}
	l.asked += len(got)
}

// age makes what is kept in a directory older than a moment.
func (l *crlLab) age(dir string) {
	l.t.Helper()
	kept, err := filepath.Glob(filepath.Join(dir, "crl-*.list"))
	if err != nil || len(kept) == 0 {
		l.t.Fatal("nothing is kept", err)
	}
	for _, name := range kept {
		text, err := os.ReadFile(name)
		if err != nil {
			l.t.Fatal(err)
		}
		now := fmt.Sprintf(`"fetched":%d`, time.Now().Unix())[:len(`"fetched":1234567`)] // without the last digits
		head, rest, _ := bytes.Cut(text, []byte("\n"))
		head = bytes.Replace(head, []byte(now), []byte(`"fetched":1600000`), 1)
		if err := os.WriteFile(name, slices.Concat(head, []byte("\n"), rest), 0o600); err != nil {
			l.t.Fatal(err)
		}
	}
}

// A crlCheck is a check of Dovecot, whose certificate is that of the lab.
type crlCheck struct {
	*crlLab
	dovecot *server
	state   string // directory
	runs    int
}

func newCRLCheck(t *testing.T) *crlCheck {
	t.Helper()
	l := newCRLLab(t)
	dovecot, err := startDovecot(dovecotConfig{identity: l.identity()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dovecot.Stop)
	return &crlCheck{crlLab: l, dovecot: dovecot}
}

// again is a check with what earlier ones have kept.
func (c *crlCheck) again(how way, args ...string) *outcome {
	c.t.Helper()
	return check(c.t, c.dovecot, how, alice, append([]string{"--ca-file", c.path("root/ca.pem"), "--crl", "--state-dir", c.state}, args...)...)
}

// first is a check for which nothing is kept.
func (c *crlCheck) first(how way, args ...string) *outcome {
	c.t.Helper()
	c.runs++
	c.state = filepath.Join(c.t.TempDir(), fmt.Sprint(c.runs))
	return c.again(how, args...)
}

// source is how the line names nginx.
func (c *crlCheck) source() string { return fmt.Sprintf("the CRL from %s:%d ", c.Host, c.Port) }

// unpublish removes a list.
func (c *crlCheck) unpublish(name string) {
	c.t.Helper()
	if err := os.Remove(c.path(name)); err != nil {
		c.t.Fatal(err)
	}
}

const (
	issuingFetched = "/issuing.crl 200"
	rootFetched    = "/root.crl 200"
)

// Lists are fetched once, and from their next update on only if there are newer
// ones.
func TestCRL(t *testing.T) {
	c := newCRLCheck(t)
	c.first(withTLS, "-v").wantText(`OK - `, `"pop3.test": not revoked`, `"Listed Issuing CA": not revoked`, ", fetched now")
	c.wantAsked(issuingFetched, rootFetched)
	c.again(withSTLS, "-v").wantText(`OK - `, `"pop3.test": not revoked`, ", kept from ")
	c.wantAsked()
	c.list("issuing", lasting(-time.Minute)...)
	c.first(withTLS).wantText(`OK - `)
	c.wantAsked(issuingFetched, rootFetched)
	c.age(c.state)
	c.again(withTLS, "-v").wantText(`OK - `, ", fetched now", ", kept from ")
	c.wantAsked("/issuing.crl 304")
}

// A list that does not count, or does not come, costs no more than a warning.
func TestCRLUnknown(t *testing.T) {
	c := newCRLCheck(t)
	c.list("issuing", lasting(-2*day)...)
	c.first(withTLS).wantText(`WARNING - crl: `+c.source()+`does not count: it expired 2 days ago (`, `); check this host's clock, else tell the authority [crl]`)
	c.publish("root", "issuing")
	c.first(withSTLS).wantText(`WARNING - crl: `+c.source()+`does not count: it is the list of another issuer; `, "[crl]")
	c.unpublish("public/issuing.crl")
	c.first(withTLS).wantText(`WARNING - crl: `+c.source()+`could not be fetched: HTTP status 404 Not Found; `, "[crl]")
	c.wantAsked(issuingFetched, rootFetched, issuingFetched, rootFetched, "/issuing.crl 404", rootFetched)
	c.list("issuing")
	if err := c.Write("drip", "", 0o644); err != nil {
		t.Fatal(err)
	}
	slow := c.first(withTLS, "--phase-timeout", "crl=1s")
	slow.wantText(`WARNING - crl: `+c.source()+`could not be fetched: no answer within `, "[crl]", " time_login=")
	if took := slow.took - slow.lost; took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// What is revoked gets no password.
func TestCRLRevoked(t *testing.T) {
	c := newCRLCheck(t)
	c.revoke("issuing", "leaf", "keyCompromise")
	today := time.Now().UTC().Format(time.DateOnly)
	for _, how := range []way{withTLS, withSTLS} {
		o := c.first(how)
		o.wantText(`CRITICAL - crl: the certificate was revoked on `+today+` (keyCompromise); `, "[certificate]")
		if strings.Contains(o.lines[0], "time_login") {
			t.Error("a password was sent to a server whose certificate was revoked")
		}
	}
	c.list("issuing", lasting(-2*day)...)
	c.first(withTLS).wantText(`CRITICAL - crl: the certificate was revoked on `, "[certificate]") // by a list that has expired
	c.unpublish("public/issuing.crl")
	c.revoke("root", "issuing/ca", "CACompromise")
	c.first(withTLS).wantText(`CRITICAL - crl: the intermediate "Listed Issuing CA" was revoked on `+today+` (cACompromise); `, "[certificate]")
}

// wantText wants pieces of the output; the first begins the line.
func (o *outcome) wantText(first string, more ...string) {
	o.t.Helper()
	all := strings.Join(o.lines, "\n")
	if !strings.HasPrefix(all, "POP3 "+first) {
		o.t.Errorf("want %s, said %s", first, all)
	}
	for _, piece := range more {
		if !strings.Contains(all, piece) {
			o.t.Errorf("want %s, said %s", piece, all)
		}
	}
}

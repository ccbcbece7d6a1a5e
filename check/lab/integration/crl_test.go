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

func TestCRL(t *testing.T) {
	l := newCRLLab(t)
	dovecot, err := startDovecot(dovecotConfig{identity: l.identity()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dovecot.Stop)
	states := 0
	var kept string
	ask := func(how way, args ...string) *outcome {
		t.Helper()
		return check(t, dovecot, how, alice, append([]string{"--ca-file", l.path("root/ca.pem"), "--crl", "--state-dir", kept}, args...)...)
	}
	anew := func(how way, args ...string) *outcome {
		t.Helper()
		states++
		kept = filepath.Join(t.TempDir(), fmt.Sprint(states))
		return ask(how, args...)
	}
	const fetched = "/issuing.crl 200"
	host := fmt.Sprintf("the CRL from %s:%d", l.Host, l.Port)

	anew(withTLS, "-v").wantText(`OK - `, `"pop3.test": not revoked`, `"Listed Issuing CA": not revoked`, ", fetched now")
	l.wantAsked(fetched, "/root.crl 200")
	ask(withSTLS, "-v").wantText(`OK - `, `"pop3.test": not revoked`, ", kept from ")
	l.wantAsked()

	l.list("issuing", lasting(-time.Minute)...)
	anew(withTLS).wantText(`OK - `)
	l.wantAsked(fetched, "/root.crl 200")
	l.age(kept)
	ask(withTLS, "-v").wantText(`OK - `, ", fetched now", ", kept from ")
	l.wantAsked("/issuing.crl 304")

	l.list("issuing", lasting(-2*day)...)
	anew(withTLS).wantText(`WARNING - crl: `+host+` does not count: it expired `, ` ago; compare this host's clock`, "[crl]")
	l.publish("root", "issuing")
	anew(withSTLS).wantText(`WARNING - crl: `+host+` does not count: it is the list of "Listed Root", not of "Listed Issuing CA"; `, "[crl]")
	if err := os.Remove(l.path("public/issuing.crl")); err != nil {
		t.Fatal(err)
	}
	anew(withTLS).wantText(`WARNING - crl: `+host+` could not be fetched: HTTP status 404 Not Found; `, "[crl]")
	l.wantAsked(fetched, "/root.crl 200", fetched, "/root.crl 200", "/issuing.crl 404", "/root.crl 200")

	l.list("issuing")
	if err := l.Write("drip", "", 0o644); err != nil {
		t.Fatal(err)
	}
	slow := anew(withTLS, "--phase-timeout", "crl=1s")
	slow.wantText(`WARNING - crl: `+host+` could not be fetched: no answer within `, "[crl]", " time_login=")
	if took := slow.took - slow.lost; took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	if err := os.Remove(l.path("drip")); err != nil {
		t.Fatal(err)
	}

	l.revoke("issuing", "leaf", "keyCompromise")
	today := time.Now().UTC().Format(time.DateOnly)
	for _, how := range []way{withTLS, withSTLS} {
		o := anew(how)
		o.wantText(`CRITICAL - crl: the certificate was revoked on `+today+` (keyCompromise); `, "[certificate]")
		if strings.Contains(o.lines[0], "time_login") {
			t.Error("a password was sent to a server whose certificate was revoked")
		}
	}
	l.openssl("ca", "-name", "root", "-updatedb")
	l.revoke("root", "issuing/ca", "CACompromise")
	l.list("issuing", lasting(-2*day)...)
	anew(withTLS).wantText(`CRITICAL - crl: the certificate was revoked on `, "[certificate]") // by a list that has expired
	if err := os.Remove(l.path("public/issuing.crl")); err != nil {
		t.Fatal(err)
	}
	anew(withTLS).wantText(`CRITICAL - crl: the intermediate certificate "Listed Issuing CA" was revoked on `+today+` (cACompromise); `, "[certificate]")
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

//go:build integration

// A KDC of MIT Kerberos, and the mail servers that believe its tickets.

package integration

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/debian"
)

// A kdc is a running KDC, with some users, and the services pop/localhost and pop/pop3.test.
type kdc struct {
	*sandbox
	Realm, Host string
	Port        int
	Types       string // of keys, for example aes256-sha2:normal
}

// kerberosRealm is that of the tests.
const kerberosRealm = "CHECK.TEST"

// startKDC starts one that makes keys of the usual types, or of those.
func startKDC(t *testing.T, types ...string) *kdc {
	t.Helper()
	return launchKDC(t, nil, types...)
}

// startSkewedKDC starts one whose clock differs from the machine's.
func startSkewedKDC(t *testing.T, by string) *kdc {
	t.Helper()
	return launchKDC(t, append([]string{"env"}, fakeTime(by)...))
}

// fakeTime are variables for a program whose clock differs.
func fakeTime(by string) []string {
	return []string{"LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "FAKETIME=" + by}
}

// launchKDC starts one below another program.
func launchKDC(t *testing.T, below []string, types ...string) *kdc {
	t.Helper()
	box, err := newSandbox("kdc")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Stop)
	if len(types) == 0 {
		types = []string{"aes256-cts:normal", "aes128-cts:normal"}
	}
	k := &kdc{box, kerberosRealm, "127.0.0.1", freePort(), strings.Join(types, " ")}
	k.begin(t, below, []string{"pop/localhost", "pop/pop3.test", alice.name, bob.name, steward.name}, func() bool { return accepts(k.addr()) })
	return k
}

// begin starts it below another program, with those principals.
func (k *kdc) begin(t *testing.T, below, principals []string, isReady func() bool) {
	t.Helper()
	err := errors.Join(
		k.copyIn("kdc.sh"),
		k.writeTemplate("krb5.conf", k), k.writeTemplate("kdc.conf", k),
		k.Write("krb5-more.conf", "", 0o644), k.Write("acl", "", 0o644),
		k.Write("principals", strings.Join(principals, "\n")+"\n", 0o644),
		k.Start("krb5", append(below, "/bin/sh", "kdc.sh")...),
		k.Await(isReady),
	)
	if err != nil {
		t.Fatal(err)
	}
}

// startDirectory starts that of a domain of Active Directory, by Samba.
func startDirectory(t *testing.T) *kdc {
	t.Helper()
	box, err := newSandbox("samba")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Stop)
	k := &kdc{sandbox: box, Realm: kerberosRealm, Host: "127.0.0.1", Port: freePort()}
	err = errors.Join(
		box.copyIn("ad.sh"), box.writeTemplate("krb5.conf", k), box.Write("krb5-more.conf", "", 0o644),
		k.Start("samba", "/bin/sh", "ad.sh", fmt.Sprint(k.Port), fmt.Sprint(freePort())),
		k.Await(func() bool { return accepts(k.addr()) }),
	)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *kdc) addr() string { return fmt.Sprintf("%s:%d", k.Host, k.Port) }

// file is the path of a file in its directory.
func (k *kdc) file(name string) string { return filepath.Join(k.Dir, name) }

// run runs a program of Kerberos in the sandbox, and returns what it printed.
func (k *kdc) run(t *testing.T, command ...string) string {
	t.Helper()
	env := []string{"env", "KRB5_CONFIG=" + k.file("krb5.conf"), "KRB5_KDC_PROFILE=" + k.file("kdc.conf")}
	text, err := k.Command(append(env, command...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, text)
	}
	return string(text)
}

// kinit gets a ticket of alice into a new credential cache, and returns its path.
func (k *kdc) kinit(t *testing.T, options ...string) string {
	t.Helper()
	cache := filepath.Join(t.TempDir(), "cache")
	k.run(t, append([]string{"kinit", "-c", cache, "-k", "-t", k.file("alice.keytab"), alice.name}, options...)...)
	return cache
}

// requests counts those that the KDC has answered with a ticket.
func (k *kdc) requests() int { return strings.Count(k.Logged(), "ISSUE: ") }

// byTicket logs in with a ticket from a cache.
func (k *kdc) byCache(cache string) proof {
	return func(*testing.T, call) []string {
		return []string{"--auth", "gssapi", "--krb5-ccache", cache, "--krb5-conf", k.file("krb5.conf")}
	}
}

// byKeytab logs in with a ticket that the plugin gets for a key.
func (k *kdc) byKeytab(keytab string) proof {
	return func(*testing.T, call) []string {
		return []string{"--auth", "gssapi", "--krb5-keytab", keytab, "--krb5-conf", k.file("krb5.conf")}
	}
}

// startKerberizedDovecot starts a Dovecot that believes the tickets of a KDC, with more variables in its environment.
func startKerberizedDovecot(t *testing.T, k *kdc, variables ...string) *server {
	t.Helper()
	config := k.dovecot("plain gssapi", variables...)
	s, err := launch("krb5", "", config.setUp, dovecotCommand...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// dovecot is a configuration of Dovecot with those mechanisms.
func (k *kdc) dovecot(mechanisms string, variables ...string) dovecotConfig {
	return dovecotConfig{Extra: strings.Join([]string{
		"auth_mechanisms = " + mechanisms, `auth_gssapi_hostname = "$ALL"`, "auth_krb5_keytab = " + k.file("pop.keytab"),
		"auth_realms = " + k.Realm, "auth_default_realm = " + k.Realm, "auth_username_format = %n", "auth_debug = yes",
		"import_environment = $import_environment KRB5_CONFIG=" + k.file("krb5.conf") + " KRB5RCACHENAME=none: " + strings.Join(variables, " "), // its /var/tmp is not for all
	}, "\n")}
}

// startKerberizedCyrus starts a Cyrus that believes the tickets of a KDC.
func startKerberizedCyrus(t *testing.T, k *kdc, extra ...string) *server {
	t.Helper()
	s, err := startCyrus(cyrusConfig{
		Mechanisms: "PLAIN LOGIN GSSAPI", Above: filepath.Join(debian.Cache(), "krb5"),
		Extra:       strings.Join(append(extra, "sasl_keytab: "+k.file("pop.keytab"), "sasl_log_level: 7", "proxyservers: "+steward.name), "\n"),
		Environment: "export KRB5_CONFIG=" + k.file("krb5.conf") + " KRB5_KTNAME=" + k.file("pop.keytab") + " KRB5RCACHENAME=none:",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// localhost is a port of a server by the name that its tickets are for.
func localhost(s *server, how way) string {
	_, port, _ := net.SplitHostPort(s.port(how))
	return "localhost:" + port
}

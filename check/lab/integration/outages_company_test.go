//go:build integration

// Outages of the logins of companies: Kerberos with a KDC of MIT, and NTLM.

package integration

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The users of the KDC, and what is wrong with each.
var (
	changed  = account{name: "changed", password: "by a key"} // its key was changed after its keytab was written
	barred   = account{name: "barred", password: "by a key"}
	deleted  = account{name: "deleted", password: "by a key"}
	ordinary = account{name: "ordinary", password: "by a key"} // nothing
)

const companyRealm = "EXAMPLE.ORG"

// startCompany starts the KDCs, and a mail server whose key of the service is an old one.
func (all *outages) startCompany(t *testing.T) {
	t.Helper()
	all.kdc = all.startOutageKDC(t, kdcAddress)
	for _, query := range []string{
		"cpw -randkey changed", "modprinc -allow_tix barred", "delprinc -force deleted", "cpw -randkey pop/" + outageHost,
	} {
		all.kdc.run(t, "kadmin.local", "-q", query)
	}
	all.laterKDC = all.startOutageKDC(t, laterKDCAddress, append([]string{"env"}, fakeTime("+1h")...)...)
	config := all.kdc.dovecot("plain gssapi")
	config.accounts = outageUsers[:1]
	all.cable.start(t, "krb5", companyAddress, func(s *server) error { return errors.Join(config.setUp(s), s.writeOutageIdentity()) }, dovecotCommand...)
	all.cable.start(t, "winbind", domainAddress, func(s *server) error { return errors.Join(setUpWinbind(s), s.writeOutageIdentity()) }, winbindCommand...)
}

// startOutageKDC starts one at an address, below another program.
func (all *outages) startOutageKDC(t *testing.T, address string, below ...string) *kdc {
	t.Helper()
	box, err := newSandbox("kdc")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Stop)
	logOnFailure(t, box)
	box.Network = all.cable.servers.path()
	k := &kdc{box, companyRealm, address, 88, "aes256-cts:normal aes128-cts:normal"}
	k.begin(t, below, []string{"pop/" + outageHost, changed.name, barred.name, deleted.name, ordinary.name}, func() bool {
		return all.cable.client.sees(func() bool { return accepts(k.addr()) })
	})
	return k
}

// writeKerberos writes the configuration of Kerberos below etc, and the keytab of the user.
func (all *outages) writeKerberos(t *testing.T, o outage, etc string) {
	t.Helper()
	config := lines("[libdefaults]", "default_realm = "+companyRealm, "dns_lookup_kdc = false", "[realms]", companyRealm+" = {", "kdc = "+o.kdc, "}")
	k := all.kdc
	if o.kdc == laterKDCAddress {
		k = all.laterKDC
	}
	key, err := os.ReadFile(k.file(o.user.name + ".keytab"))
	err = errors.Join(err,
		os.WriteFile(filepath.Join(etc, "krb5.conf"), []byte(config), 0o644),
		os.WriteFile(filepath.Join(etc, "nagios", filepath.Base(companyKeytab)), key, 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
}

const companyKeytab = "/etc/nagios/pop3x.keytab"

// byTicket logs in by the keytab of the user.
func byTicket(*testing.T, call) []string { return args("--krb5-keytab", companyKeytab) }

func companyOutages() []outage {
	by := func(name string, user account, kdc, cause, remedy string, more ...string) outage {
		return outage{name: name, at: companyAddress, user: user, by: byTicket, kdc: kdc, args: more, state: "UNKNOWN", phase: "ticket", cause: cause, remedy: remedy}
	}
	refused := by("the mail server's key is an old one", ordinary, kdcAddress, `ordinary@EXAMPLE\.ORG was refused \(GSSAPI, ticket from …/nagios/pop3x\.keytab\)`, `.*keytab.*`)
	refused.state, refused.phase = "CRITICAL", "login"
	return []outage{
		{name: "nobody has run kinit", at: companyAddress, args: args("--auth", "gssapi", "--krb5-ccache", "/var/lib/nagios/krb5cc"),
			state: "UNKNOWN", phase: "ticket", cause: `there is no credential cache /var/lib/nagios/krb5cc`, remedy: `run kinit .*`},
		by("the KDC is not running", ordinary, stoppedAddress, `the KDC `+strings.ReplaceAll(stoppedAddress, ".", `\.`)+`:88 refused the connection`, `look at the KDC and the firewalls on the way \(TCP port 88\)`),
		by("a firewall drops the packets to the KDC", ordinary, filteredAddress, `the KDC `+strings.ReplaceAll(filteredAddress, ".", `\.`)+`:88 does not answer`, `look at the KDC.*`),
		by("the KDC does not know the user", deleted, kdcAddress, `the KDC of EXAMPLE\.ORG does not know deleted`, `check the name after -u and its realm: capitals matter`),
		by("the user is locked", barred, kdcAddress, `barred is locked or disabled in EXAMPLE\.ORG`, `have it unlocked, .*`),
		by("the keytab is older than the password", changed, kdcAddress, `the KDC of EXAMPLE\.ORG refused the key of changed in .*pop3x\.keytab`, `create the keytab again, .*`),
		by("the keytab is another user's", ordinary, kdcAddress, `.*pop3x\.keytab has no key of probe@EXAMPLE\.ORG`, `see whose keys it has .*`, "-u", "probe"),
		by("the KDC does not know the service", ordinary, kdcAddress, `the KDC of EXAMPLE\.ORG does not know the service imap/mail\.customer\.example\.org`, `create it there, .*`, "--service-name", "imap"),
		by("the clocks of this host and the KDC differ", ordinary, laterKDCAddress, `this host's clock is (60|59) min behind the KDC's`, `set both by NTP: Kerberos allows 5 minutes`),
		refused,
		{name: "NTLM: the password is wrong", at: domainAddress, user: account{alice.name, "wrong horse", nil}, args: args("--auth", "ntlm"),
			phase: "login", cause: `alice was refused \(NTLM, password from …/pop3x\.password\)`, remedy: `check the password, then try DOMAIN\\user or user@domain`},
	}
}

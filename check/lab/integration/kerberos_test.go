//go:build integration

// Logins by tickets of a real KDC.

package integration

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestKerberosLogin(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	s := startKerberizedDovecot(t, k)
	for name, by := range map[string]proof{"a cache": k.byCache(k.kinit(t)), "a keytab": k.byKeytab(k.file("alice.keytab"))} {
		for _, how := range []way{withTLS, withSTLS} {
			t.Run(name+" "+string(how), func(t *testing.T) {
				o := run(t, call{addr: localhost(s, how), how: how, user: alice, by: by, args: []string{"-vvv"}})
				o.want("OK", `5 messages, 18067 octets`)
				o.wantLogin(alice.name+"@"+kerberosRealm, "GSSAPI")
				for _, line := range o.lines {
					if begins := strings.TrimSpace(line); strings.HasPrefix(begins, "C: AUTH GSSAPI ") || strings.HasPrefix(begins, "S: + ") && begins != "S: + ***" {
						t.Errorf("a token is shown: %s", line)
					}
				}
			})
		}
	}
}

// Keys of the newer types, which some KDCs allow alone.
func TestKerberosTypes(t *testing.T) {
	t.Parallel()
	for _, types := range []string{"aes256-sha2:normal", "aes128-sha2:normal", "aes128-cts:normal"} {
		t.Run(types, func(t *testing.T) {
			t.Parallel()
			k := startKDC(t, types)
			s := startKerberizedDovecot(t, k)
			o := run(t, call{addr: localhost(s, withTLS), how: withTLS, user: alice, by: k.byKeytab(k.file("alice.keytab"))})
			o.want("OK", `5 messages, 18067 octets`)
		})
	}
}

// A ticket is kept until it ends: the second run asks nobody. One that the server refuses is kept no longer.
func TestKerberosTicketIsKept(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	s := startKerberizedDovecot(t, k)
	once := call{addr: localhost(s, withTLS), how: withTLS, user: alice, by: k.byKeytab(k.file("alice.keytab")), args: []string{"--state-dir", filepath.Join(t.TempDir(), "state"), "-v"}}
	run(t, once).want("OK", ``)
	first := k.requests()
	o := run(t, once)
	o.want("OK", ``)
	if k.requests() != first || !strings.Contains(strings.Join(o.lines, "\n"), "kept from an earlier run") {
		t.Errorf("the KDC has given %d tickets after %d\n%s", k.requests(), first, strings.Join(o.lines, "\n"))
	}

	k.run(t, "kadmin.local", "-q", "cpw -randkey pop/localhost")
	k.run(t, "kadmin.local", "-q", "ktadd -k "+k.file("new.keytab")+" pop/localhost")
	k.run(t, "cp", k.file("new.keytab"), k.file("pop.keytab")) // without the old key
	run(t, once).want("CRITICAL", `login: alice@CHECK\.TEST was refused \(GSSAPI, ticket from .*\[auth\]`)
	run(t, once).want("OK", ``)
}

// What keeps a KDC from giving a ticket.
func TestKerberosFailures(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	s := startKerberizedDovecot(t, k)
	cache, keytab := k.kinit(t), k.file("alice.keytab")
	conf := func(text string) string {
		path := filepath.Join(t.TempDir(), "krb5.conf")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	readable := filepath.Join(t.TempDir(), "readable")
	k.run(t, "cp", cache, readable)
	os.Chmod(readable, 0o644)
	old := filepath.Join(t.TempDir(), "old.keytab")
	k.run(t, "kadmin.local", "-q", "ktadd -norandkey -k "+old+" bob")
	k.run(t, "kadmin.local", "-q", "cpw -randkey bob")
	k.run(t, "kadmin.local", "-q", "addprinc -randkey locked")
	k.run(t, "kadmin.local", "-q", "ktadd -norandkey -k "+k.file("locked.keytab")+" locked")
	k.run(t, "kadmin.local", "-q", "modprinc -allow_tix locked")
	k.run(t, "kadmin.local", "-q", "addprinc -randkey gone")
	k.run(t, "kadmin.local", "-q", "ktadd -norandkey -k "+k.file("gone.keytab")+" gone")
	k.run(t, "kadmin.local", "-q", "delprinc -force gone")
	for name, f := range map[string]struct {
		user string
		by   proof
		args []string
		want string
	}{
		"no cache":          {"", k.byCache("/nonexistent/cache"), nil, `ticket: there is no credential cache /nonexistent/cache; run kinit .* \[ticket\]$`},
		"a readable cache":  {"", k.byCache(readable), nil, `ticket: .* can be read by everyone, type: chmod o= .* \[usage\]$`},
		"no configuration":  {"", k.byCache(cache), []string{"--krb5-conf", "/nonexistent/krb5.conf"}, `ticket: cannot read /nonexistent/krb5\.conf: no such file or directory; create it, or correct its name \[usage\]$`},
		"another's cache":   {"bob", k.byCache(cache), nil, `ticket: .* has tickets of alice@CHECK\.TEST, not of bob; .* \[ticket\]$`},
		"a keytab as cache": {"", k.byCache(keytab), nil, `ticket: .* is no credential cache, or damaged; .* \[ticket\]$`},
		"another's keytab":  {"bob", k.byKeytab(keytab), nil, `ticket: .* has no key of bob@CHECK\.TEST; see whose keys it has .* \[ticket\]$`},
		"no such realm":     {"alice@NOWHERE.TEST", k.byKeytab(keytab), nil, `ticket: .* has no key of alice@NOWHERE\.TEST; .* \[ticket\]$`},
		"no realm":          {"alice", k.byKeytab(keytab), []string{"--krb5-conf", conf("")}, `ticket: no realm is known for alice; type -u NAME@REALM, .* \[ticket\]$`},
		"no KDC":            {"alice@CHECK.TEST", k.byKeytab(keytab), []string{"--krb5-conf", conf("[libdefaults]\ndns_lookup_kdc = no\n")}, `ticket: neither .* nor DNS names a KDC of CHECK\.TEST; .* \[ticket\]`},
		"an unknown KDC":    {"alice@CHECK.TEST", k.byKeytab(keytab), []string{"--krb5-conf", conf("[realms]\nCHECK.TEST = {\nkdc = kdc.invalid\n}\n")}, `ticket: (the name of the KDC kdc\.invalid:88 does not exist|DNS gave no address for the KDC kdc\.invalid:88); .* \[ticket\]`},
		"a stopped KDC":     {"alice@CHECK.TEST", k.byKeytab(keytab), []string{"--krb5-conf", conf("[realms]\nCHECK.TEST = {\nkdc = 127.0.0.1:1\n}\n")}, `ticket: the KDC 127\.0\.0\.1:1 refused the connection; .* \[ticket\]`},
		"stopped KDCs":      {"alice@CHECK.TEST", k.byKeytab(keytab), []string{"--krb5-conf", conf("[realms]\nCHECK.TEST = {\nkdc = 127.0.0.1:1\nkdc = 127.0.0.1:2\n}\n")}, `ticket: the KDC 127\.0\.0\.1:2 refused the connection, and 1 other KDC failed, too; .* \[ticket\]`},
		"no KDC there":      {"alice@CHECK.TEST", k.byKeytab(keytab), []string{"--krb5-conf", conf("[realms]\nCHECK.TEST = {\nkdc = " + s.port(withTLS) + "\n}\n")}, `ticket: the KDC .* (gave an answer that is not one of a KDC|hung up without an answer); .* \[ticket\]`},
		"an unknown user":   {"gone", k.byKeytab(k.file("gone.keytab")), nil, `ticket: the KDC of CHECK\.TEST does not know gone; check the name .* \[ticket\]`},
		"a locked user":     {"locked", k.byKeytab(k.file("locked.keytab")), nil, `ticket: locked is locked or disabled in CHECK\.TEST; .* \[ticket\]`},
		"an old key":        {"bob", k.byKeytab(old), nil, `ticket: the KDC of CHECK\.TEST refused the key of bob in .*; create the keytab again, with the user's present key \[ticket\]`},
		"another service":   {"", k.byCache(cache), []string{"--service-name", "imap"}, `ticket: the KDC of CHECK\.TEST does not know the service imap/localhost; create it there, .* \[ticket\]`},
		"another realm":     {"", k.byCache(cache), []string{"--service-name", "pop/localhost@NOWHERE.TEST"}, `ticket: the KDC of CHECK\.TEST has no trust with NOWHERE\.TEST; .* \[ticket\]`},
		"by address":        {"", k.byCache(cache), []string{"-H", "127.0.0.1"}, `ticket: a ticket is for a server's name, not for the address 127\.0\.0\.1; give -H .* \[ticket\]`},
	} {
		t.Run(name, func(t *testing.T) {
			o := run(t, call{addr: localhost(s, withTLS), how: withTLS, args: append(append(f.by(t, call{}), user(f.user)...), f.args...)})
			text, _, _ := strings.Cut(o.first(), " | ")
			o.want("UNKNOWN", f.want)
			t.Log(text)
		})
	}
}

// user are the options that name one.
func user(name string) []string {
	if name == "" {
		return nil
	}
	return []string{"-u", name}
}

// A refused key is not tried again for a while, as each try may lock the account.
func TestKerberosRefusedKey(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	k.run(t, "kadmin.local", "-q", "cpw -randkey alice")
	once := call{addr: "localhost:1", how: withTLS, user: alice, by: k.byKeytab(k.file("alice.keytab")), args: []string{"--state-dir", filepath.Join(t.TempDir(), "state")}}
	s := startKerberizedDovecot(t, k)
	once.addr = localhost(s, withTLS)
	run(t, once).want("UNKNOWN", `ticket: the KDC of CHECK\.TEST refused the key of alice in `)
	first := strings.Count(k.Logged(), "PREAUTH_FAILED")
	run(t, once).want("UNKNOWN", `ticket: the KDC of CHECK\.TEST refused the key of alice in `)
	if n := strings.Count(k.Logged(), "PREAUTH_FAILED"); n != first || n != 1 {
		t.Errorf("the key was refused %d times, then %d", first, n)
	}
}

func TestKerberosExpired(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	s := startKerberizedDovecot(t, k)
	cache := filepath.Join(t.TempDir(), "cache")
	past := startSkewedKDC(t, "-12h")
	past.run(t, "env", fakeTime("-12h")[0], fakeTime("-12h")[1], "kinit", "-c", cache, "-k", "-t", past.file("alice.keytab"), "-l", "1h", "alice")
	o := run(t, call{addr: localhost(s, withTLS), how: withTLS, user: alice, by: k.byCache(cache)})
	o.want("UNKNOWN", `ticket: the ticket of alice@CHECK\.TEST expired 1[01] h ago; run kinit again, .* \[ticket\]`)
}

func TestKerberosClocks(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	s := startKerberizedDovecot(t, k)
	for by, words := range map[string]string{"+1h": "behind", "-1h": "ahead of"} {
		skewed := startSkewedKDC(t, by)
		o := run(t, call{addr: localhost(s, withTLS), how: withTLS, user: alice, by: skewed.byKeytab(skewed.file("alice.keytab"))})
		o.want("UNKNOWN", `ticket: this host's clock is (60|59) min `+words+` the KDC's; set both by NTP: Kerberos allows 5 minutes \[ticket\]`)
	}
}

// The mail server's own clock is wrong: it does not say so.
func TestKerberosServersClock(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	s := startKerberizedDovecot(t, k, fakeTime("+1h")...)
	o := run(t, call{addr: localhost(s, withTLS), how: withTLS, user: alice, by: k.byCache(k.kinit(t))})
	o.want("CRITICAL", `login: alice@CHECK\.TEST was refused \(GSSAPI, ticket from .*\[auth\]; the server said "Authentication failed\."`)
	if !strings.Contains(s.Logged(), "Clock skew too great") {
		t.Error(s.Tail())
	}
}

// Packets to one KDC are dropped: the next is asked within the same limit.
func TestKerberosDropped(t *testing.T) {
	k := startKDC(t)
	s := startKerberizedDovecot(t, k)
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	enterNetwork(t)
	mail, good := relayFrom(t, s.port(withTLS)), relayFrom(t, k.addr())
	filter(t, "88", "drop")
	for name, with := range map[string]struct{ kdcs, state, want string }{
		"one":          {"kdc = 127.0.0.1\n", "UNKNOWN", `ticket: no answer within 1 s from the KDC 127\.0\.0\.1:88; .* \[ticket\]`},
		"the first":    {"kdc = 127.0.0.1\nkdc = 127.0.0.1:" + good + "\n", "OK", `5 messages, 18067 octets`},
		"before a bad": {"kdc = 127.0.0.1\nkdc = 127.0.0.1:1\n", "UNKNOWN", `ticket: the KDC 127\.0\.0\.1:1 refused the connection, and 1 other KDC failed, too; .* \[ticket\]`},
	} {
		conf := secretFile(t, "krb5.conf", "[libdefaults]\ndefault_realm = CHECK.TEST\n[realms]\nCHECK.TEST = {\n"+with.kdcs+"}\n")
		o := run(t, call{addr: "localhost:" + mail, how: withTLS, user: alice, by: k.byKeytab(k.file("alice.keytab")),
			args: []string{"--krb5-conf", conf, "--phase-timeout", "ticket=1s"}})
		t.Log(name)
		o.want(with.state, with.want)
	}
}

// A KDC that does not answer takes no more than the limit of its phase, or of the check.
func TestKerberosSilence(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	s := startKerberizedDovecot(t, k)
	for _, pid := range k.Processes() {
		syscall.Kill(pid, syscall.SIGSTOP)
	}
	defer func() {
		for _, pid := range k.Processes() {
			syscall.Kill(pid, syscall.SIGCONT)
		}
	}()
	for name, args := range map[string][]string{"phase": {"--phase-timeout", "ticket=1s"}, "check": {"-t", "1"}} {
		t.Run(name, func(t *testing.T) {
			o := run(t, call{addr: localhost(s, withTLS), how: withTLS, user: alice, by: k.byKeytab(k.file("alice.keytab")), args: args})
			o.want("UNKNOWN", `ticket: no answer within 1 s from the KDC 127\.0\.0\.1:[0-9]+; .* \[ticket\]`)
			if o.took-o.lost > 1500*time.Millisecond {
				t.Errorf("it took %s", o.took)
			}
		})
	}
}

// Without TLS nothing is sent, unless it is allowed.
func TestKerberosInClear(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	s := startKerberizedDovecot(t, k)
	once := call{addr: localhost(s, inPlain), how: inPlain, user: alice, by: k.byCache(k.kinit(t))}
	run(t, once).want("UNKNOWN", `login: without TLS, somebody on the way could take over a login by GSSAPI; use --tls or --starttls, .* \[cleartext\]`)
	once.args = []string{"--allow-cleartext-login"}
	run(t, once).want("OK", `5 messages, 18067 octets`)
}

// --auth auto takes a ticket that is named; what is confined may reach the KDC.
func TestKerberosOptions(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	s := startKerberizedDovecot(t, k)
	cache := k.kinit(t)
	for name, args := range map[string][]string{
		"auto":     {"--krb5-ccache", cache},
		"FILE:":    {"--krb5-ccache", "FILE:" + cache},
		"service":  {"--krb5-ccache", cache, "--service-name", "pop/localhost"},
		"realm":    {"--krb5-ccache", cache, "-u", "alice@CHECK.TEST"},
		"confined": {"--krb5-keytab", k.file("alice.keytab"), "-u", "alice", "--confine"},
	} {
		t.Run(name, func(t *testing.T) {
			o := run(t, call{addr: localhost(s, withTLS), how: withTLS, args: append(args, "--krb5-conf", k.file("krb5.conf"))})
			if strings.Contains(o.first(), "--confine needs Linux") {
				t.Skip(o.first())
			}
			o.want("OK", `5 messages, 18067 octets`)
		})
	}
}

// Cyrus takes tickets for its own name. It compares channel bindings, and has no tls-server-end-point: so it shows that
// it finds ours, where a login without one is good.
func TestKerberosAtCyrus(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	s := startKerberizedCyrus(t, k)
	for name, args := range map[string][]string{
		"TLS":     nil,
		"authzid": {"-u", steward.name, "--krb5-keytab", k.file("steward.keytab"), "--authzid", alice.name},
	} {
		t.Run(name, func(t *testing.T) {
			by := k.byKeytab(k.file("alice.keytab"))(t, call{})
			if args == nil {
				args = []string{"-u", alice.name}
			}
			o := run(t, call{addr: localhost(s, withTLS), how: withTLS, args: append(append(by, "--service-name", "pop/pop3.test"), args...)})
			o.want("OK", `5 messages, 18067 octets`)
		})
	}
	bound := run(t, call{addr: localhost(s, withTLS), how: withTLS, user: alice, by: k.byKeytab(k.file("alice.keytab")),
		args: []string{"--service-name", "pop/pop3.test", "--channel-binding", "tls-server-end-point"}})
	bound.want("CRITICAL", `login: alice@CHECK\.TEST was refused \(GSSAPI, .*\[auth\]`)
	if !strings.Contains(s.Logged(), "Incorrect channel bindings") {
		t.Error(s.Tail())
	}
}

// The KDC of Active Directory, whose tickets have the groups of the user (PAC), is Heimdal's here.
func TestKerberosDirectory(t *testing.T) {
	t.Parallel()
	k := startDirectory(t)
	s := startKerberizedDovecot(t, k)
	once := call{addr: localhost(s, withTLS), how: withTLS, user: alice, by: k.byKeytab(k.file("alice.keytab"))}
	run(t, once).want("OK", `5 messages, 18067 octets`)
	once.args = []string{"--service-name", "imap"}
	run(t, once).want("UNKNOWN", `ticket: the KDC of CHECK\.TEST does not know the service imap/localhost; .* \[ticket\]`)
	once.args = nil
	k.run(t, "samba-tool", "user", "disable", "alice")
	run(t, once).want("UNKNOWN", `ticket: alice is locked or disabled in CHECK\.TEST; .* \[ticket\]`)
	k.run(t, "samba-tool", "user", "enable", "alice")
	k.run(t, "samba-tool", "user", "setpassword", "alice", "--newpassword=Passw0rd.4")
	run(t, once).want("UNKNOWN", `ticket: the KDC of CHECK\.TEST refused the key of alice in .* \[ticket\]`)
}

//go:build integration

// Dovecot with a certificate of its own at each address.

package integration

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

const (
	renew   = "; renew it, or reload the server if it was renewed already [certificate]"
	reissue = "; have it issued again with RSA 2048 or ECDSA [certificate]"
	sha1    = "; have it issued again with SHA-256 [certificate]"
	rename  = "; check -H and --sni, or get one for it [certificate]"
	other   = "; look for a proxy or portal, or replace it [certificate]"
)

// dovecotCases are what Dovecot shows.
func dovecotCases() []*tlsCase {
	// what OpenSSL refuses to show at Debian's security level
	const anyLevel = "ssl_cipher_list = ALL:@SECLEVEL=0"
	return []*tlsCase{
		{name: "good", args: args("-v"), line: ready, also: `certificate 0: "pop3.test" for pop3.test, issued by "Test Issuing CA", .*, RSA 2048$`, days: "60"},
		{name: "ECDSA", show: shows(onCurve), args: args("-v"), line: ready, also: `certificate 0: .*, ECDSA P-256$`, days: "60"},
		{name: "Ed25519", show: shows(edwards), args: args("-v"), line: ready, also: `certificate 0: .*, Ed25519$`, days: "60"},
		{name: "TLS 1.3 only", conf: "ssl_min_protocol = TLSv1.3", args: args("-v"), line: ready, also: "TLS 1.3, .*, verified for pop3.test", days: "60"},
		{name: "expired", show: shows(ends(-36 * time.Hour)), days: "-2",
			line: `CRITICAL - {phase}: the certificate of "pop3.test" expired 1 day ago ({day})` + renew},
		{name: "not yet valid", show: shows(begins(36 * time.Hour)), days: "60",
			line: `CRITICAL - {phase}: the certificate of "pop3.test" is not valid before {from}; check this host's clock, else install a valid one [certificate]`},
		{name: "self-signed", show: func(*realm) tls.Certificate { return pop3test.SelfSigned(leaf()) }, days: "60",
			line: `CRITICAL - {phase}: the certificate of "pop3.test" is self-signed; if it is your own, name it in --ca-file, else install one from a CA [certificate]`},
		{name: "self-signed, for another name", show: func(*realm) tls.Certificate {
			return pop3test.SelfSigned(pop3test.Leaf{Names: []string{"portal.test"}, RSA: true})
		}, days: "364",
			line: `CRITICAL - {phase}: the certificate is self-signed for portal.test, not for pop3.test` + other},
		{name: "another name", show: shows(named("www.pop3.test", "192.0.2.1")), days: "60",
			line: `CRITICAL - {phase}: the certificate is for www.pop3.test and 192.0.2.1, not for pop3.test` + rename},
		{name: "a common name only", differs: both("both take the common name where there is no other name (RFC 9525 forbids it)"), show: shows(named()), days: "60",
			line: `CRITICAL - {phase}: the certificate has only a common name, "pop3.test", and no subjectAltName; have it issued again with a subjectAltName [certificate]`},
		{name: "a wildcard", show: shows(named("*.test")), days: "60",
			line: `CRITICAL - {phase}: the certificate is for *.test, not for pop3.test: a wildcard needs two labels behind it` + rename},
		{name: "ends soon", show: shows(ends(5 * day)), args: args("-D", "30,7"), days: "5",
			line: `CRITICAL - the certificate of "pop3.test" expires in 5 days (critical below 7 days); renew it and reload the server; Dovecot (Debian) ready, TLS 1.3; no login tried`},
		{name: "no intermediate", show: shows(lonely, public), days: "60",
			line: `CRITICAL - {phase}: the server does not send its issuer's certificate ("Test Issuing CA")` +
				`; configure the full chain there, or --ca-file if it is your CA [certificate]`},
		{name: "an authority that is not sent", show: shows(lonely), days: "60",
			line: `CRITICAL - {phase}: the issuer "Test Issuing CA" is not trusted here; if it is your own CA, name it in --ca-file, else configure the full chain there [certificate]`},
		{name: "the wrong order", show: disordered, args: args("-v"), line: ready, also: "the certificates are sent in the wrong order", days: "60"},
		{name: "superfluous", show: superfluous, args: args("-v", "-D", "30,7"), line: ready, also: `certificate 2: "Test Root CA", .*, sent as well$`, days: "60"},
		{name: "an unknown authority", show: strange, days: "60",
			line: `CRITICAL - {phase}: the issuer "Unknown CA" is not trusted here; if it is your CA, use --ca-file, else update ca-certificates [certificate]`},
		{name: "RSA 1024", show: shows(short), conf: anyLevel, days: "60",
			line: `CRITICAL - {phase}: the certificate of "pop3.test" has a weak RSA key of 1024 bits` + reissue},
		{name: "SHA-1", show: shows(bySHA1), conf: anyLevel, days: "60",
			line: `CRITICAL - {phase}: the certificate of "pop3.test" is signed with ECDSA-SHA1, which is too weak` + sha1},
		{name: "RSA 1024 and SHA-1", show: shows(short, bySHA1), conf: anyLevel, days: "60",
			line: `CRITICAL - {phase}: the certificate of "pop3.test" is signed with ECDSA-SHA1, which is too weak` + sha1},
	}
}

// olderCases are of a Dovecot that speaks TLS 1.2 at most, and lets nobody log in without a client certificate.
func olderCases() []*tlsCase {
	return []*tlsCase{
		{name: "TLS 1.2 only", args: args("-v"), line: ready, also: "TLS 1.2, .*, verified for pop3.test", days: "60"},
		{name: "RSA key exchange only", conf: "ssl_cipher_list = AES128-SHA", days: "60",
			line: `WARNING - {phase}: the server's best cipher suite is TLS_RSA_WITH_AES_128_CBC_SHA, which clients are giving up; enable ECDHE with AES-GCM there [tls-legacy]`},
		{name: "TLS 1.2 is not enough", args: args("--tls-min=1.3"),
			line: `CRITICAL - {phase}: the server closed the connection when TLS began; look at its limits, bans and backend; it may want --proxy-protocol or a lower --tls-min [tls]`},
		{name: "TLS 1.2 will not do for long", args: args("--tls-warn-below=1.3"), days: "60",
			line: `WARNING - {phase}: the server speaks nothing newer than TLS 1.2, and TLS 1.3 is wanted; enable a newer version of TLS on the server [tls-version]`},
		{name: "a client certificate is wanted", args: args("-v"), line: ready, also: "client certificate: asked for, none was given", days: "60", conf: "ssl_verify_client_cert = yes"},
	}
}

// olderSettings has OpenSSL read another configuration.
func olderSettings() (string, error) {
	path := filepath.Join(workDir, "openssl.cnf")
	const text = "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = all\n[all]\nMaxProtocol = TLSv1.2\n"
	return "import_environment = OPENSSL_CONF=" + path + "\nauth_ssl_require_client_cert = yes\nssl_ca = <" + rootCA.file + "\nssl_require_crl = no\n",
		os.WriteFile(path, []byte(text), 0o644)
}

// startListeners starts a Dovecot with an address for each case, whose settings are those of its block "local".
func startListeners(cases []*tlsCase, extra string) (*server, error) {
	addresses := place(cases, "127.0.10")
	extra += "listen = 127.0.0.1, " + strings.Join(addresses, ", ") + "\n"
	return launch("dovecot", "", func(s *server) error {
		config := dovecotConfig{SSL: "yes", accounts: accounts, Host: s.host, Dir: s.Dir, Ports: s.ports, Extra: extra}
		err := serve(cases, s)
		for _, c := range cases {
			config.Extra += fmt.Sprintf("local %s {\n  ssl_cert = <%s\n  ssl_key = <%s\n  %s\n}\n", c.host, c.file(".pem"), c.file(".key"), c.conf)
		}
		return errors.Join(err, s.writeIdentity(nil), s.writeTemplate("dovecot.conf", config),
			s.Write("users", dovecotUsers(config.accounts), 0o644), writeMaildirs(config.accounts, s.Dir, ""))
	}, dovecotCommand...)
}

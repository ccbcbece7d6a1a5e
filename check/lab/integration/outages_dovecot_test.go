//go:build integration

// The Dovecot that most outages are staged with: each of its addresses has something wrong with it, and each of its
// mailboxes, too.

package integration

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// The addresses of Dovecot.
const (
	goodAddress     = "192.0.2.10"
	inClearAddress  = "192.0.2.20" // POP3 without TLS on 995
	tlsFirstAddress = "192.0.2.21" // TLS from the first byte on 110
	imapAddress     = "192.0.2.22" // IMAP on 995 and 110
	noTLSAddress    = "192.0.2.23" // no STLS on 110
	lockingAddress  = "192.0.2.24" // locks mailboxes
	strictAddress   = "192.0.2.25" // no login without TLS

	bannedAddress      = "192.0.2.29" // packets to port 995 get lost
	filteredAddress    = "192.0.2.30" // all packets get lost
	rejectedAddress    = "192.0.2.31" // a firewall says that the port is closed
	prohibitedAddress  = "192.0.2.32" // and here that it is forbidden
	unreachableAddress = "192.0.2.33" // or that the host cannot be reached
	resetAddress       = "192.0.2.34" // the login is answered by RST
	forgottenAddress   = "192.0.2.35" // and here by nothing
	narrowAddress      = "192.0.2.36" // large packets get lost
	lossyAddress       = "192.0.2.37" // the first SYNs get lost

	otherNameAddress  = "192.0.2.40"
	noChainAddress    = "192.0.2.41" // the intermediate certificate is not sent
	privateAddress    = "192.0.2.42" // of an authority that nobody knows
	expiredAddress    = "192.0.2.43"
	futureAddress     = "192.0.2.44"
	selfSignedAddress = "192.0.2.45"
	portalAddress     = "192.0.2.46" // self-signed, for another name
	renewedAddress    = "192.0.2.47" // expired, but not on the disk
	endingAddress     = "192.0.2.48" // expires soon
)

// outageCertificates are those of the addresses where it matters.
var outageCertificates = map[string]func(*realm) tls.Certificate{
	otherNameAddress: shows(named("www.example.net", "example.net")),
	noChainAddress:   shows(atOutageHost, lonely, withIssuerURL),
	privateAddress: func(*realm) tls.Certificate {
		return pop3test.NewAuthority("Customer Internal CA").Issue(leaf(atOutageHost))
	},
	expiredAddress:    shows(atOutageHost, ends(-3*day)),
	futureAddress:     shows(atOutageHost, begins(399*day), ends2028),
	selfSignedAddress: func(*realm) tls.Certificate { return pop3test.SelfSigned(leaf(atOutageHost)) },
	portalAddress:     func(*realm) tls.Certificate { return pop3test.SelfSigned(leaf(named("portal.hotel.example"))) },
	renewedAddress:    shows(atOutageHost, ends(-3*day)),
	endingAddress:     shows(atOutageHost, ends(4*day)),
}

func atOutageHost(l *pop3test.Leaf) { l.CommonName, l.Names = outageHost, []string{outageHost} }
func ends2028(l *pop3test.Leaf)     { l.NotAfter = l.NotBefore.Add(90 * day) }

// withIssuerURL says where the issuer's certificate is (RFC 5280, section 4.2.2.1), as public authorities do.
func withIssuerURL(l *pop3test.Leaf) {
	l.Change = func(c *x509.Certificate) { c.IssuingCertificateURL = []string{"http://ca.example.org/issuing.crt"} }
}

// The users of that Dovecot.
var (
	probe     = account{"probe", "correct horse " + strings.Repeat("battery staple ", 8), messages(512, 1024, 2048, 4096, 10387)}
	stale     = account{"stale", "no news", []string{date(8*day) + letter(1, "a week"), date(5*day) + letter(2, "ago"), date(3*day) + letter(3, "was the last")}}
	growing   = account{"growing", "nobody fetches", manyLetters(1500, 40*day)}
	early     = account{"early", "ahead of time", []string{date(time.Hour) + letter(1, "now"), date(-day) + letter(2, "tomorrow")}}
	crowded   = account{"crowded", "ten at a time", nil}
	nothing   = account{"nothing", "to see here", nil}
	contested = account{"contested", "kept open", nil}
	disputed  = account{"disputed", "kept longer", nil}
	cut       = account{"cut", "cut short", messages(512, 4096)}
	large     = account{"large", "nearly two megabytes", messages(1<<20, 900_000)}

	// These have no Maildir.
	departed  = account{"departed", "spring 2025", nil} // of the system, by PAM
	popless   = account{"popless", "web mail only", nil}
	moved     = account{"moved", "to a backend", nil} // that is down
	spaceless = account{"spaceless", "no space left", nil}
	mangled   = account{"mangled", "no mbox at all", nil}
)

// manyLetters are so many, the oldest of that age, one each minute.
func manyLetters(count int, oldest time.Duration) (mail []string) {
	for i := range count {
		mail = append(mail, date(oldest-time.Duration(i)*oldest/time.Duration(count))+letter(i+1, "chatter"))
	}
	return mail
}

// outageUsers are those with a Maildir.
var outageUsers = []account{probe, stale, growing, early, crowded, nothing, contested, disputed, cut, large}

// outageSettings is what testdata/outages.conf needs.
var outageSettings = map[string]string{
	"Listen": strings.Join(append(slices.Sorted(maps.Keys(outageCertificates)), goodAddress, noTLSAddress, lockingAddress, strictAddress,
		bannedAddress, filteredAddress, rejectedAddress, prohibitedAddress, unreachableAddress, resetAddress, forgottenAddress, narrowAddress, lossyAddress, liveIPv6, deadIPv6), ", "),
	"InClear": inClearAddress, "TLSFirst": tlsFirstAddress, "IMAP": imapAddress, "NoTLS": noTLSAddress, "Locking": lockingAddress, "Strict": strictAddress,
}

func (all *outages) startDovecot(t *testing.T) {
	t.Helper()
	all.frozen = all.startOther(t, frozenAddress, dovecotConfig{})
	all.frozen.freeze(t)
	all.restarting = all.startOther(t, restartingAddress, dovecotConfig{})
	for _, address := range []string{penaltyAddress, slowLoginAddress} {
		all.startOther(t, address, dovecotConfig{Penalty: true})
	}
	all.dovecot = all.cable.start(t, "dovecot", goodAddress, setUpOutages, "sh", "dovecot.sh")
}

// startOther starts a Dovecot with one address.
func (all *outages) startOther(t *testing.T, address string, config dovecotConfig) *server {
	t.Helper()
	config.accounts = outageUsers[:1]
	return all.cable.start(t, "dovecot", address, func(s *server) error { return errors.Join(config.setUp(s), s.writeOutageIdentity()) }, dovecotCommand...)
}

func setUpOutages(s *server) error {
	r, err := ours()
	if err != nil {
		return err
	}
	extra, err := fillIn("outages.conf", outageSettings)
	config := dovecotConfig{accounts: outageUsers, identity: identityOf(r.issuer.Issue(leaf(atOutageHost))), Extra: extra}
	for _, address := range slices.Sorted(maps.Keys(outageCertificates)) {
		id := identityOf(outageCertificates[address](r))
		base := filepath.Join(s.Dir, address)
		err = errors.Join(err, s.Write(address+".pem", id.chain, 0o644), s.Write(address+".key", id.key, 0o644))
		config.Extra += fmt.Sprintf("local %s {\n  ssl_cert = <%s.pem\n  ssl_key = <%[2]s.key\n}\n", address, base)
	}
	for user, extra := range map[*account]string{
		&popless:   "nologin=y reason=POP3 access is disabled for this account",
		&moved:     "proxy=y host=" + stoppedAddress,
		&spaceless: "userdb_mail=mbox:/mnt/full:INBOX=/mnt/full/inbox",
		&mangled:   "userdb_mail=mbox:" + s.Dir + "/mangled:INBOX=" + s.Dir + "/mangled/inbox",
	} {
		config.users += fmt.Sprintf("%s:%s:%d:%d::/nonexistent::%s\n", user.name, user.password, vmail, vmail, extra)
	}
	return errors.Join(err, config.setUp(s), s.copyIn("dovecot.sh"))
}

func identityOf(c tls.Certificate) *identity {
	chain, key := pop3test.PEM(c)
	return &identity{chain: string(chain), key: string(key)}
}

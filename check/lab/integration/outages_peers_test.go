//go:build integration

// The other servers of the outages, each at addresses of its own.

package integration

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Their addresses.
const (
	dnsAddress        = "192.0.2.3" // Unbound, and Knot behind it
	silentDNSAddress  = "192.0.2.4"
	stoppedDNSAddress = "192.0.2.5" // nothing listens

	guardedAddress     = "192.0.2.8" // no service, and packets to port 995 get lost
	stoppedAddress     = "192.0.2.9" // no service at all
	oldTLSAddress      = "192.0.2.50"
	dheAddress         = "192.0.2.51"
	slowLoginAddress   = "192.0.2.59"
	penaltyAddress     = "192.0.2.60" // Dovecots of their own
	frozenAddress      = "192.0.2.61"
	restartingAddress  = "192.0.2.62"
	nginxAddress       = "192.0.2.63"
	perditionAddress   = "192.0.2.64"
	courierAddress     = "192.0.2.65"
	wrappedAddress     = "192.0.2.66" // popa3d behind tcpd
	slowAddress        = "192.0.2.67" // likewise, with a DNS server that does not answer
	rejectingAddress   = "192.0.2.68" // haproxy
	deadBackendAddress = "192.0.2.69" // likewise
	sshAddress         = "192.0.2.70"
	webAddress         = "192.0.2.71"
	exchangeAddress    = "192.0.2.72"
	qpopperAddress     = "192.0.2.73"
	tokenAddress       = "192.0.2.74"
	passingAddress     = "192.0.2.75" // haproxy, which passes TLS on
	kdcAddress         = "192.0.2.76"
	laterKDCAddress    = "192.0.2.77" // whose clock is an hour ahead
	companyAddress     = "192.0.2.78" // a Dovecot that believes tickets
	domainAddress      = "192.0.2.79" // and one that asks winbind
)

// courierConnections is how many one address may have.
const courierConnections = 4

// startServers starts all of them.
func (all *outages) startServers(t *testing.T) {
	all.startFilter(t)
	all.startDovecot(t)
	all.startDNS(t)
	all.startProxies(t)
	all.startOthers(t)
	all.startFakes(t)
	all.startCompany(t)
}

func (all *outages) startFilter(t *testing.T) {
	t.Helper()
	const (
		pop3  = " tcp dport { 110, 995 } "
		login = " tcp dport 995 @ih,0,8 0x17 meta length > 220 " // a record of application data that has the password
	)
	all.cable.client.filter(t, "ip saddr "+narrowAddress+" meta length > 1400 drop")
	all.cable.servers.filter(t,
		"ip daddr "+filteredAddress+" drop",
		"ip daddr { "+bannedAddress+", "+guardedAddress+" } tcp dport 995 drop",
		"ip daddr "+silentDNSAddress+" drop",
		"ip6 daddr "+deadIPv6+pop3+"drop",
		"ip daddr "+rejectedAddress+pop3+"reject",
		"ip daddr "+prohibitedAddress+pop3+"reject with icmp admin-prohibited",
		"ip daddr "+unreachableAddress+pop3+"reject with icmp host-unreachable",
		"ip daddr "+resetAddress+login+"reject with tcp reset",
		"ip daddr "+forgottenAddress+login+"drop",
		"ip daddr "+lossyAddress+" tcp flags & (syn | ack) == syn quota until 130 bytes drop",
	)
}

// startProxies starts what stands in front of other servers.
func (all *outages) startProxies(t *testing.T) {
	t.Helper()
	c := all.cable
	c.start(t, "haproxy", deadBackendAddress, func(s *server) error {
		s.ports.Plain = 0
		config := "defaults\n  mode tcp\n  timeout connect 30s\n  timeout client 60s\n  timeout server 60s\n" +
			"listen rejecting\n  bind " + rejectingAddress + ":110\n  bind " + rejectingAddress + ":995\n  tcp-request connection reject\n" +
			"listen dead\n  bind " + deadBackendAddress + ":110\n  bind " + deadBackendAddress + ":995 ssl crt both.pem\n  server pop3 " + stoppedAddress + ":110\n" +
			"listen passing\n  bind " + passingAddress + ":995\n  server pop3 " + stoppedAddress + ":995\n"
		return errors.Join(s.writeOutageIdentity(), s.Write("haproxy.cfg", config, 0o644))
	}, "haproxy", "-db", "-f", "haproxy.cfg")
	c.start(t, "stunnel", oldTLSAddress, func(s *server) error {
		s.ports.Plain = 0
		config := "foreground = yes\npid =\nsyslog = no\n"
		for address, protocol := range map[string]string{
			oldTLSAddress: "sslVersionMin = TLSv1\nsslVersionMax = TLSv1\nsecurityLevel = 0\n",
			dheAddress:    "sslVersionMax = TLSv1.2\nciphers = DHE-RSA-AES256-GCM-SHA384\n",
		} {
			config += fmt.Sprintf("[%s]\naccept = %[1]s:995\nconnect = %s:110\ncert = server.pem\nkey = server.key\n%s", address, goodAddress, protocol)
		}
		return errors.Join(s.writeOutageIdentity(), s.Write("stunnel.conf", config, 0o644))
	}, "sh", "-c", `exec stunnel4 "$PWD/stunnel.conf"`)
	c.start(t, "perdition", perditionAddress, func(s *server) error {
		s.ports.TLS = 0
		return nil
	}, "perdition.pop3", "--no_daemon", "--bind_address", perditionAddress, "--listen_port", "110", "--outgoing_server", stoppedAddress,
		"--pid_file", "", "--ssl_mode", "none", "-M", "", "--no_lookup")
	service := &http.Server{Handler: http.HandlerFunc(serveOutageLogins)}
	t.Cleanup(func() { service.Close() })
	go service.Serve(c.servers.listen(t, "127.0.0.1:80"))
	c.start(t, "nginx", nginxAddress, nginxConfig{AuthService: "127.0.0.1:80/"}.setUp, nginxCommand...)
}

// serveOutageLogins is what nginx asks: no user's fault, or a backend that is down.
func serveOutageLogins(w http.ResponseWriter, r *http.Request) {
	answers := map[string]string{
		"maintained": "Temporary server problem, try again later",
		"hasty":      "[LOGIN-DELAY] once in five minutes",
		"reading":    "[IN-USE] by your telephone",
	}
	if answer := answers[r.Header.Get("Auth-User")]; answer != "" {
		w.Header().Set("Auth-Status", answer)
		return
	}
	w.Header().Set("Auth-Status", "OK")
	w.Header().Set("Auth-Server", stoppedAddress)
	w.Header().Set("Auth-Port", "110")
}

// startOthers starts servers that are not POP3, or do not get as far as that.
func (all *outages) startOthers(t *testing.T) {
	t.Helper()
	c := all.cable
	c.start(t, "courier", courierAddress, func(s *server) error {
		config := courierConfig{PerAddress: courierConnections, accounts: []account{popless}, fields: "|options=disablepop3=1"}
		return errors.Join(config.setUp(s), s.writeOutageIdentity())
	}, courierCommand...)
	c.start(t, "ssh", sshAddress, func(s *server) error {
		s.ports = ports{}
		return s.copyIn("sshd.sh")
	}, "sh", "sshd.sh", sshAddress)
	c.start(t, "popa3d", wrappedAddress, func(s *server) error {
		s.ports = ports{}
		config := ""
		for _, address := range []string{wrappedAddress, slowAddress} {
			config += address + ":110 stream tcp nowait root /usr/sbin/tcpd /usr/sbin/popa3d\n"
		}
		return errors.Join(s.copyIn("popa3d.sh"), s.Write("inetd.conf", config, 0o644))
	}, "sh", "popa3d.sh", wrappedAddress, silentDNSAddress)
	c.start(t, "nginx", webAddress, func(s *server) error {
		s.ports.Plain = 0
		config := strings.NewReplacer("ADDRESS", webAddress).Replace("daemon off;\nworker_processes 1;\npid /run/nginx.pid;\nevents {}\n" +
			"http {\n  access_log off;\n  ssl_certificate server.pem;\n  ssl_certificate_key server.key;\n" +
			"  server {\n    listen ADDRESS:110;\n    listen ADDRESS:995 ssl;\n  }\n}\n")
		return errors.Join(s.writeOutageIdentity(), s.Write("nginx.conf", config, 0o644))
	}, nginxCommand...)
}

// writeOutageIdentity has the server show a good certificate.
func (s *server) writeOutageIdentity() error {
	r, err := ours()
	if err != nil {
		return err
	}
	return s.writeIdentity(identityOf(r.issuer.Issue(leaf(atOutageHost))))
}

//go:build integration

// Several servers behind one name: Dovecot at addresses of a network namespace, of which some are dead, slow or have an old
// certificate, with Knot and Unbound for their names.

package integration

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"check_pop3x/check/testkit/pop3test"
)

// A poolLab is two Dovecots, one of them with a certificate that was to be replaced, and their DNS.
type poolLab struct {
	renewed, old *server
	dns          *dnsServers
}

// poolPort is that of the pool, at each of its addresses.
const poolPort = 9950

func newPoolLab(t *testing.T) *poolLab {
	t.Helper()
	names := []string{"*.pool.example", "pool.example"}
	template := leafTemplate(names)
	template.NotAfter = time.Now().Add(5*24*time.Hour + time.Hour)
	ending, err := rootCA.issueFor(template)
	if err != nil {
		t.Fatal(err)
	}
	fresh := issued(t, names...)
	l := &poolLab{
		renewed: private(t, func() (*server, error) { return startDovecot(dovecotConfig{identity: fresh}) }),
		old:     private(t, func() (*server, error) { return startDovecot(dovecotConfig{identity: ending}) }),
	}
	l.dns = startDNS(t,
		dnsZone{Name: "pool.example.", Signed: true, text: l.zone() + fmt.Sprintf("_%d._tcp.one TLSA %s\n", poolPort, tlsa1(t, 3, 1, 1, fresh.leaf))},
		dnsZone{Name: "unsigned.example.", text: fmt.Sprintf("_pop3s._tcp SRV 1 1 %d one.pool.example.\n", poolPort)},
	)
	return l
}

// zone has names that lead to the machines 1 to 5: 1 is well, 2 is rejected, 3 is dropped, 4 has the old certificate, and 5
// is slow.
func (l *poolLab) zone() string {
	var text strings.Builder
	for name, machines := range map[string]string{"one": "1", "two": "2", "four": "4", "well": "1 5", "rejected": "2 1", "dropped": "3 1", "old": "1 4", "slow": "5", "all": "1 2 3 4 5"} {
		for machine := range strings.FieldsSeq(machines) {
			fmt.Fprintf(&text, "%s A 192.0.2.%s\n", name, machine)
		}
	}
	srv := func(domain string, priority int, target string) {
		fmt.Fprintf(&text, "_pop3s._tcp.%s SRV %d 10 %d %s\n", domain, priority, poolPort, target)
	}
	srv("srv", 10, "one")
	srv("failover", 10, "two")
	srv("failover", 20, "one")
	srv("both", 10, "four")
	srv("both", 20, "one")
	text.WriteString("_pop3s._tcp.off SRV 0 0 0 .\n_pop3._tcp.off SRV 0 0 0 .\nempty A 192.0.2.1\n")
	return text.String()
}

// enter gives the test a network with the machines, and returns the DNS server in it.
func (l *poolLab) enter(t *testing.T) (resolver string) {
	t.Helper()
	enterNetwork(t, "192.0.2.1/32", "192.0.2.2/32", "192.0.2.3/32", "192.0.2.4/32", "192.0.2.5/32")
	for machine, to := range map[int]*server{1: l.renewed, 4: l.old, 5: l.renewed} {
		delay := time.Duration(0)
		if machine == 5 {
			delay = 100 * time.Millisecond
		}
		relay, err := pop3test.NewRelay(fmt.Sprintf("192.0.2.%d:%d", machine, poolPort), to.port(withTLS), delay)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { relay.Close() })
	}
	filter(t, strconv.Itoa(poolPort), "ip daddr 192.0.2.2 reject", "ip daddr 192.0.2.3 drop")
	return forwardDNS(t, l.dns.addr())
}

// forwardDNS has a DNS server in the namespace that asks one outside of it.
func forwardDNS(t *testing.T, to string) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan struct{})
	server := &dns.Server{PacketConn: conn, NotifyStartedFunc: func() { close(started) }, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, query *dns.Msg) {
		if answer, err := dns.Exchange(query, to); err == nil {
			_ = w.WriteMsg(answer)
		}
	})}
	go server.ActivateAndServe()
	<-started
	t.Cleanup(func() { _ = server.Shutdown() })
	return conn.LocalAddr().String()
}

// check runs the plugin in the network of the pool. Who gives --srv has no host.
func (l *poolLab) check(t *testing.T, args ...string) *outcome {
	t.Helper()
	if args[0] == "--srv" {
		args = append(args, "-H", "", "-p", "")
	}
	all := append([]string{"--resolver", l.enter(t), "--tls", "--ca-file", rootCA.file}, args...)
	if slices.Contains(args, "--dane") {
		all = append(all[:3:3], args...)
	}
	return run(t, call{addr: net.JoinHostPort("one.pool.example", strconv.Itoa(poolPort)), how: inPlain, limit: 6 * time.Second, args: all})
}

func TestEachAddress(t *testing.T) {
	l := newPoolLab(t)
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	login := args("-u", alice.name, "--password-file", passwordFile(t, alice))
	const rejected = `192\.0\.2\.2: connect: a firewall rejects connections \(ICMP port unreachable\); .* \[refused\]`
	box := mailbox(aliceMessages, aliceOctets)
	for name, c := range map[string]struct {
		args  []string
		state string
		want  string
	}{
		"one":              {args("-H", "one.pool.example"), "OK", "1 of 1 address OK; " + greetings["dovecot"]},
		"all are well":     {args("-H", "well.pool.example"), "OK", "2 of 2 addresses OK; " + greetings["dovecot"]},
		"and a login":      {append(login, "-H", "well.pool.example"), "OK", "2 of 2 addresses OK; " + box},
		"a login at each":  {append(login, "-H", "well.pool.example", "--login-at", "all"), "OK", "2 of 2 addresses OK; " + box},
		"one is rejected":  {append(login, "-H", "rejected.pool.example"), "CRITICAL", rejected + "; 1 of 2 addresses OK"},
		"one is dropped":   {append(login, "-H", "dropped.pool.example"), "CRITICAL", `192\.0\.2\.3: connect: no answer within (3|2\.9\d) s; .* \[timeout\]; 1 of 2 addresses OK`},
		"given up soon":    {args("-H", "dropped.pool.example", "--phase-timeout", "connect=300ms"), "CRITICAL", `192\.0\.2\.3: connect: no answer within 300 ms; .* \[timeout\]; 1 of 2 addresses OK`},
		"one is forgotten": {args("-H", "old.pool.example"), "OK", `tls: 192\.0\.2\.[14] \(until [0-9-]+\) and 192\.0\.2\.[14] \(until [0-9-]+\) show different certificates; .* \[address\]; 2 of 2 addresses OK; .*certificate expires in 5 days`},
		"and ends":         {args("-H", "old.pool.example", "-D", "30,7"), "CRITICAL", `192\.0\.2\.4: the certificate of .* expires in 5 days \(critical below 7 days\); .*; 1 of 2 addresses OK`},
		"one is slow":      {args("-H", "well.pool.example", "-w", "100ms"), "WARNING", `192\.0\.2\.5: took \d+ ms \(warning above 100 ms\).*; 1 of 2 addresses OK`},
		"all of that":      {append(login, "-H", "all.pool.example", "-D", "30,7"), "CRITICAL", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := l.check(t, append(c.args, "--addresses", "all", "-v")...)
			o.want(c.state, c.want)
			if name != "all of that" {
				return
			}
			for _, one := range []string{rejected, `192\.0\.2\.3: connect: no answer within (3|2\.9\d) s`, `192\.0\.2\.4: the certificate of .* expires in 5 days`, `; 2 of 5 addresses OK; `} {
				o.wantLineLike(`^POP3 CRITICAL - .*` + one)
			}
			o.wantMetric("addresses", "5")
			o.wantMetric("addresses_ok", "2")
			o.wantMetric("cert_days", "5")
			o.wantMetric("messages", strconv.Itoa(aliceMessages))
		})
	}
}

// The servers that a domain names, by records that Knot signs and Unbound validates.
func TestSRV(t *testing.T) {
	l := newPoolLab(t)
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args  []string
		state string
		want  string
	}{
		"one server":             {args("--srv", "srv.pool.example"), "OK", greetings["dovecot"]},
		"the next one":           {args("--srv", "failover.pool.example"), "OK", `connect: two\.pool\.example fails \(a firewall rejects connections to 192\.0\.2\.2:9950 \(ICMP port unreachable\)\), one\.pool\.example is next; .* \[address\]; ` + greetings["dovecot"]},
		"each of them":           {args("--srv", "failover.pool.example", "--addresses", "all"), "CRITICAL", `two\.pool\.example \(192\.0\.2\.2\): connect: a firewall rejects connections .* \[refused\]; 1 of 2 addresses OK`},
		"not offered":            {args("--srv", "off.pool.example"), "CRITICAL", `srv: _pop3s\._tcp\.off\.pool\.example offers no such service \(its target is \.\), says DNS server .* \[dns\]`},
		"none":                   {args("--srv", "empty.pool.example"), "CRITICAL", `srv: empty\.pool\.example has no _pop3s\._tcp SRV record, says DNS server .* \[dns\]`},
		"by DANE":                {args("--srv", "srv.pool.example", "--dane"), "OK", greetings["dovecot"]},
		"by DANE, and the next":  {args("--srv", "failover.pool.example", "--dane"), "OK", `connect: two\.pool\.example fails .* \[address\]; ` + greetings["dovecot"]},
		"by DANE, each":          {args("--srv", "both.pool.example", "--dane", "--addresses", "all"), "CRITICAL", `four\.pool\.example \(192\.0\.2\.4\): tls: _9950\._tcp\.four\.pool\.example does not exist \(NXDOMAIN\), as DNSSEC proves; .* \[certificate\]; 1 of 2 addresses OK`},
		"by DANE, but unsigned":  {args("--srv", "unsigned.example", "--dane"), "CRITICAL", `srv: the SRV records of _pop3s\._tcp\.unsigned\.example are not secured by DNSSEC; .* \[certificate\]`},
		"unsigned, without DANE": {args("--srv", "unsigned.example"), "OK", greetings["dovecot"]},
	} {
		t.Run(name, func(t *testing.T) { l.check(t, c.args...).want(c.state, c.want) })
	}
}

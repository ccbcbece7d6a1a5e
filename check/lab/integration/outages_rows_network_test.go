//go:build integration

// Outages of the network and of DNS.

package integration

func networkOutages() []outage {
	return []outage{
		{name: "the service is not running", at: stoppedAddress, user: probe,
			phase: "connect", cause: `connection refused by 192\.0\.2\.9:995`, remedy: `start the POP3 service there, or see whether a firewall resets connections`},
		{name: "the service is not running, port 110", at: stoppedAddress, user: probe, how: withSTLS,
			phase: "connect", cause: `connection refused by 192\.0\.2\.9:110`, remedy: `start the POP3 service there, or see whether a firewall resets connections`},
		{name: "a firewall drops the packets to this host", at: filteredAddress, user: probe,
			phase: "connect", cause: `no answer within 10 s from 192\.0\.2\.30:995, nor from port 110`, remedy: `check that it is up, and that no firewall drops packets of this host`},
		{name: "a firewall drops the packets to this host, port 110", at: filteredAddress, user: probe, how: inPlain,
			phase: "connect", cause: `no answer within 10 s from 192\.0\.2\.30:110, nor from port 995`, remedy: `check that it is up, and that no firewall drops packets of this host`},
		{name: "a ban drops the packets to port 995 (fail2ban with DROP)", at: bannedAddress, user: probe,
			phase: "connect", cause: `no answer within 10 s from 192\.0\.2\.29:995, but port 110 answers`, remedy: `open port 995 in the firewall, lift a ban, or use --starttls -p 110`},
		{name: "a firewall drops the packets to port 995, the others are closed", at: guardedAddress, user: probe,
			phase: "connect", cause: `no answer within 10 s from 192\.0\.2\.8:995, but port 110 refuses at once`, remedy: `open port 995 in the firewall, or lift a ban of this host`},
		{name: "a ban rejects them (fail2ban's default: port unreachable)", at: rejectedAddress, user: probe,
			phase: "connect", cause: `.*reject.*`, remedy: `.*ban \(fail2ban\).*`},
		{name: "a firewall prohibits it", at: prohibitedAddress, user: probe,
			phase: "connect", cause: `.*firewall.*`, remedy: `.*ban \(fail2ban\).*`},
		{name: "a router cannot reach the host", at: unreachableAddress, user: probe,
			phase: "connect", cause: `192\.0\.2\.33:995 is unreachable \(ICMP host unreachable\)`, remedy: `see whether that host or its network is down, or a firewall says so`},
		{name: "the host is off", at: nobodyAddress, user: probe,
			phase: "connect", cause: `192\.0\.2\.200:995 does not answer on the local network`, remedy: `see whether that host is up: look at its power, cable and address`},
		{name: "this host has no route there", at: "2001:db9::1", user: probe,
			phase: "connect", cause: `.*no route.*`, remedy: `.*routes.*`},
		{name: "one of two addresses does not answer", at: filteredAddress + " " + goodAddress, user: probe,
			state: "OK", phase: "connect", cause: `no answer from 192\.0\.2\.30 within 1 s, 192\.0\.2\.10 works`, remedy: `repair that server, or take its address out of DNS: users wait or fail there`},
		{name: "one of two addresses refuses", at: stoppedAddress + " " + goodAddress, user: probe,
			state: "OK", phase: "connect", cause: `192\.0\.2\.9 refused the connection, 192\.0\.2\.10 works`, remedy: `repair that server, or take its address out of DNS: users wait or fail there`},
		{name: "IPv6 does not answer, IPv4 works", at: deadIPv6 + " " + goodAddress, user: probe,
			state: "OK", phase: "connect", cause: `IPv6 fails from here \(no answer from 2001:db8::3 within 1 s\), IPv4 works`, remedy: `clients try it first: fix it, or remove the AAAA record`},
		{name: "a firewall resets the connection at the login", at: resetAddress, user: probe,
			phase: "login", cause: `.*reset.*`, remedy: `.*firewall.*`},
		{name: "a firewall forgets the connection before the login", at: forgottenAddress, user: probe,
			phase: "login", cause: `no answer within 10 s.*acknowledge.*`, remedy: `.*firewall.*`},
		{name: "large packets get lost (MTU)", at: narrowAddress, user: probe,
			phase: "tls", cause: `.*10 s.*`, remedy: `.*MTU.*`},
		{name: "the first packets get lost, `-c 2s`", at: lossyAddress, user: probe, args: args("-c", "2s"),
			cause: `took 2\.\d+ s \(critical above 2 s\): connect 2\.\d+ s in 3 tries`, remedy: `look for lost packets on the way, and at the load of the server`},
	}
}

func dnsOutages() []outage {
	return []outage{
		{name: "the name does not exist", dns: dnsAddress, host: "mial.customer.example.org",
			phase: "resolve", cause: `mial\.customer\.example\.org does not exist, says DNS server 192\.0\.2\.3`, remedy: `check the spelling of -H, or the DNS record`},
		{name: "the name has no address", dns: dnsAddress, host: "only.customer.example.org",
			phase: "resolve", cause: `only\.customer\.example\.org exists but has no address, says DNS server 192\.0\.2\.3`, remedy: `add one, or give -H the mail server's own name`},
		{name: "the name has no IPv6 address, `-6`", dns: dnsAddress, args: args("-6"),
			phase: "resolve", cause: `mail\.customer\.example\.org has only IPv4 addresses \(192\.0\.2\.10\), says DNS server 192\.0\.2\.3`, remedy: `drop -6, or add an IPv6 address`},
		{name: "the zone's servers are down", dns: dnsAddress, host: "mail.customer.example.net",
			phase: "resolve", cause: `no answer within 10 s from DNS server 192\.0\.2\.3 about mail\.customer\.example\.net, but about others`, remedy: `look at the domain's name servers`},
		{name: "the zone's servers cannot read it", dns: dnsAddress, host: "mail.customer.example.com",
			phase: "resolve", cause: `DNS server 192\.0\.2\.3 says SERVFAIL for mail\.customer\.example\.com.*`, remedy: `try another \(--resolver\), .*name servers`},
		{name: "the zone is not signed as it should be", dns: dnsAddress, host: "mail.custo.forged.example", either: true,
			phase: "resolve", cause: `the DNSSEC of mail\.custo\.forged\.example is broken \(DNS.*\), says DNS server 192\.0\.2\.3`, remedy: `sign it again or fix its DS`},
		{name: "the DNS server does not answer", dns: silentDNSAddress,
			phase: "resolve", cause: `.*192\.0\.2\.4.*`, remedy: `see if it runs or use another --resolver`},
		{name: "the DNS server is not running", dns: stoppedDNSAddress,
			phase: "resolve", cause: `.*192\.0\.2\.5.*`, remedy: `see if it runs or use another --resolver`},
		{name: "the DNS server refuses to answer", dns: dnsAddress, host: "mail.cust.refused.example",
			phase: "resolve", cause: `DNS server 192\.0\.2\.3 says REFUSED for mail\.cust\.refused\.example`, remedy: `have it answer this host, or try another \(--resolver\)`},
	}
}

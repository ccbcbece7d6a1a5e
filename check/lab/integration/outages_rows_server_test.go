//go:build integration

// Outages of TLS, and of what answers on the port.

package integration

import "time"

func tlsOutages() []outage {
	return []outage{
		{name: "plain POP3 on port 995", at: inClearAddress,
			phase: "tls", cause: `.*plain.*`, remedy: `.*--starttls.*`},
		{name: "TLS from the first byte on port 110", at: tlsFirstAddress, how: inPlain, user: probe,
			phase: "greeting", cause: `.*TLS.*`, remedy: `.*--tls.*`},
		{name: "TLS from the first byte on port 110, `--starttls`", at: tlsFirstAddress, how: withSTLS,
			phase: "greeting", cause: `.*TLS.*`, remedy: `.*--tls.*`},
		{name: "TLS is switched off in the server", at: noTLSAddress, how: withSTLS,
			phase: "stls", cause: `.*STLS.*`, remedy: `.*--tls .*port 995.*`},
		{name: "the server wants TLS, the check does not use it", at: strictAddress, how: inPlain, user: probe,
			phase: "login", cause: `.*TLS.*`, remedy: `.*--starttls.*--tls.*`},
		{name: "the certificate is for another name", at: otherNameAddress,
			phase: "tls", cause: `the certificate is for www\.example\.net and example\.net, not for mail\.customer\.example\.org`, remedy: `check -H and --sni, or get one for it`},
		{name: "the intermediate certificate is not sent", at: noChainAddress,
			phase: "tls", cause: `.*Test Issuing CA.*`, remedy: `configure the full chain there, or --ca-file if it is your CA`},
		{name: "the authority is the customer's own", at: privateAddress,
			phase: "tls", cause: `the issuer "Customer Internal CA" is not trusted here`, remedy: `if it is your own CA, name it in --ca-file, else configure the full chain there`},
		{name: "the certificate has expired", at: expiredAddress,
			phase: "tls", cause: `the certificate of "mail\.customer\.example\.org" expired 2 days ago \(.*\)`, remedy: `renew it, or reload the server if it was renewed already`},
		{name: "the certificate was renewed, the server shows the old one", at: renewedAddress, stage: renewOnDisk,
			phase: "tls", cause: `the certificate of "mail\.customer\.example\.org" expired 2 days ago \(.*\)`, remedy: `renew it, or reload the server if it was renewed already`},
		{name: "the clock of this host is behind", at: futureAddress,
			phase: "tls", cause: `the certificate of "mail\.customer\.example\.org" is not valid before .*`, remedy: `check this host's clock, else install a valid one`},
		{name: "the certificate is self-signed", at: selfSignedAddress,
			phase: "tls", cause: `the certificate of "mail\.customer\.example\.org" is self-signed`, remedy: `if it is your own, name it in --ca-file, else install one from a CA`},
		{name: "a portal answers for all hosts", at: portalAddress,
			phase: "tls", cause: `.*portal\.hotel\.example.*`, remedy: `look for a proxy or portal, .*`},
		{name: "an old server: TLS 1.0 only", at: oldTLSAddress,
			phase: "tls", cause: `the server speaks only versions older than TLS 1\.2 \(alert protocol_version\)`, remedy: `upgrade the server, or allow an older version with --tls-min`},
		{name: "an old server: DHE only", at: dheAddress,
			phase: "tls", cause: `the server and this check cannot agree on encryption \(alert handshake_failure\)`, remedy: `enable ECDHE with AES-GCM there, DHE or 3DES is not enough`},
		{name: "a proxy passes TLS on to a server that is down", at: passingAddress,
			phase: "tls", cause: `.*closed.*|.*hung up.*`, remedy: `.*`},
		{name: "all processes of the server hang", at: frozenAddress,
			phase: "tls", cause: `.*10 s.*`, remedy: `.*hang.*`},
	}
}

func greetingOutages() []outage {
	return []outage{
		{name: "IMAP on port 995", at: imapAddress,
			phase: "greeting", cause: `.*IMAP.*`, remedy: `.*port 110.*995 with --tls`},
		{name: "IMAP on port 110", at: imapAddress, how: inPlain,
			phase: "greeting", cause: `.*IMAP.*`, remedy: `.*port 110.*995 with --tls`},
		{name: "SSH on port 110", at: sshAddress, how: inPlain,
			phase: "greeting", cause: `.*SSH.*`, remedy: `.*port 110.*995 with --tls`},
		{name: "HTTP on port 110", at: webAddress, how: inPlain,
			phase: "greeting", cause: `no answer within 10 s, but port 110 speaks HTTP`, remedy: `POP3 is usually on port 110, or on 995 with --tls`},
		{name: "HTTP on port 110, `--starttls`", at: webAddress, how: withSTLS,
			phase: "greeting", cause: `no answer within 10 s, but port 110 speaks HTTP`, remedy: `POP3 is usually on port 110, or on 995 with --tls`},
		{name: "HTTPS on port 995", at: webAddress, either: true,
			phase: "greeting", cause: `no answer within 10 s(?:, though the host acknowledges what was sent)?`, remedy: `look at its load and log, or the port belongs to an HTTPS server`},
		{name: "haproxy rejects the address of this host", at: rejectingAddress, either: true,
			phase: "tls", cause: `the connection was reset (?:at once|when TLS began|before the greeting)`, remedy: `look .*ban.*`},
		{name: "haproxy rejects the address of this host, port 110", at: rejectingAddress, either: true, how: inPlain,
			phase: "greeting", cause: `the connection was reset (?:at once|when TLS began|before the greeting)`, remedy: `look .*ban.*`},
		{name: "tcpd (hosts.deny) rejects this host", at: wrappedAddress, how: inPlain,
			phase: "greeting", cause: `.*closed the connection.*`, remedy: `.*ban.*`},
		{name: "too many connections from this host", at: courierAddress, how: inPlain, stage: fillConnections,
			phase: "greeting", cause: `.*closed the connection.*`, remedy: `.*limit.*`},
		{name: "the server behind a proxy is down", at: deadBackendAddress,
			phase: "greeting", cause: `.*closed the connection.*`, remedy: `.*backend`},
		{name: "the server behind a proxy is down, port 110", at: deadBackendAddress, how: inPlain,
			phase: "greeting", cause: `.*closed the connection.*`, remedy: `.*backend`},
		{name: "all processes of the server hang, port 110", at: frozenAddress, how: withSTLS,
			phase: "greeting", cause: `.*10 s.*`, remedy: `.*hang.*`},
		{name: "the server's own DNS does not answer", at: slowAddress, how: inPlain,
			phase: "greeting", cause: `.*10 s.*`, remedy: `.*`},
		{name: "the server's own DNS does not answer, `-t 20s -c 5s`", at: slowAddress, how: inPlain, limit: 20 * time.Second, args: args("-c", "5s"),
			cause: `took 12\.\d s \(critical above 5 s\): greeting 12\.\d s`, remedy: `look at the server's load, and at this host's reverse DNS, which it asks`},
	}
}

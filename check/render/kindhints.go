package render

import (
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// A kindRow is the hint to a kind of fault in some phases.
type kindRow struct {
	kind   fault.Kind
	phases string // their names, with a blank between; "" for all
	hint   hint
}

// kindHints are the hints to faults about which problemHints has nothing to say.
// Of the rows of a kind that have the phase, or none, the first that has words
// counts. What to type after a mistake of the user is in the text, mostly.
var kindHints = []kindRow{
	{fault.Usage, "password token ticket output", by(unusableFile)},
	{fault.DNS, "", say("check the spelling of the name, or ask another DNS server (--resolver)")},
	{fault.Refused, "", by(nothingListens)},
	{fault.Unreachable, "", say("check the network and the routes of this host, and the address")},
	{fault.Timeout, "", by(timeUsedUp)},
	{fault.Timeout, "password", say("run what provides the password by hand, and see why it is slow")},
	{fault.Timeout, "resolve tlsa", say("check this host's DNS servers, or ask another one (--resolver)")},
	{fault.Timeout, "connect", by(silentToSource)},
	{fault.Timeout, "connect", say("a firewall drops the packets, the host is down, or this host is banned: try from another")},
	{fault.Timeout, "greeting", by(silentGreeting)},
	{fault.Timeout, "proxy", by(silentProxy)},
	{fault.Timeout, "capa", say("try --no-capa: some servers ignore commands that they do not know")},
	{fault.Timeout, "login", by(slowLogin)},
	{fault.Timeout, "list uidl top retr", say("try -t 30s for a large mailbox, or look at the server's disk and load")},
	{fault.Timeout, "", say("look at the server's load and log: it hangs, or waits for something")},
	{fault.Proxy, "", say("look at the proxy's log and rules, and at its way to the server")},
	{fault.Closed, "", say("look at the server's log: it may have crashed or been restarted")},
	{fault.TLS, "", say("look at the server's log, and at its TLS settings")},
	{fault.TLSVersion, "", say("enable a newer version of TLS on the server")},
	{fault.TLSLegacy, "", say("enable ECDHE with AES-GCM there")},
	{fault.TLSPolicy, "", say("enable TLS 1.3 with X25519MLKEM768 and AES-GCM on the server")},
	{fault.Certificate, "", say("have the certificate replaced; -v shows it all")},
	{fault.OCSP, "", say("have the server fetch a new OCSP answer, or turn stapling off: some clients refuse it")},
	{fault.CRL, "", say("open port 80 to the authority's CRL, or drop --crl")},
	{fault.Greeting, "", say("look at the server's log, and at its limits of connections")},
	{fault.Mismatch, "", say("check that this is the right server, or correct --expect")},
	{fault.STLS, "", say("try --tls on port 995, or look at the server's TLS settings and log")},
	{fault.Cleartext, "", say("use --tls or --starttls, or allow it with --allow-cleartext-login")},
	{fault.Mechanism, "", by(offeredLogins)},
	{fault.Token, "", say("look at that server and the way to it, not at the mail server")},
	{fault.Ticket, "", say("look at the KDC, its log and the way to it (TCP port 88), not at the mail server")},
	{fault.TLSRequired, "", say("use --starttls, or --tls on port 995")},
	{fault.Auth, "login", by(refusedLogin)},
	{fault.Auth, "", say("the login was accepted before: look at the server's log")},
	{fault.InUse, "", say("wait for the other session to end, or give the check a mailbox of its own")},
	{fault.LoginDelay, "", by(loginDelay)},
	{fault.Temporary, "", by(serverFailed)},
	{fault.Permanent, "", by(serverFailed)},
	{fault.Command, "delete", say("look at the server's log, or leave out --delete-probes")},
	{fault.Command, "stat", say("look at the server's log, and at the mailbox")},
	{fault.Command, "", say("look at the server's log, or leave this step out of --steps")},
	{fault.Protocol, "", by(protocolBroken)},
	{fault.CleartextOffered, "", say("disable logins without TLS on the server (Dovecot: auth_allow_cleartext = no)")},
	{fault.Unjudged, "", by(drop)},
	{fault.Empty, "", say("is the mail store mounted? if the mailbox may be empty, use --state empty=ok")},
	{fault.Address, "", say("repair that server, or take its address out of DNS: users wait or fail there")},
	{fault.CredentialExpiry, "", say("renew it; a secret's date is in its file's second line")},
	{fault.MailAuthentication, "", say("look at its sender and that domain's SPF and DKIM")},
	{fault.Clock, "", say("is NTP running there? -v shows the hops")},
	{fault.Consistency, "", say("look at the mailbox on the server, and at the server's log")},
	{fault.Send, "", say("look at the submission server's log; POP3 itself works")},
	{fault.Deferred, "", say("exempt this host from greylisting and limits; the next run tries again")},
	{fault.Bounce, "", say("check --send-to and that mailbox: its quota, its rules, is it there?")},
	{fault.Probes, "", by(manyProbes)},
	{fault.Interrupted, "", say("run it again; if a scheduler ended it, give it more time than -t")},
	{fault.Internal, "", say("report it to the makers of check_pop3x, with this line and the version")},
}

// has reports whether a row is for that kind and that phase.
func (r kindRow) has(kind fault.Kind, phase string) bool {
	return r.kind == kind && (r.phases == "" || slices.Contains(strings.Fields(r.phases), phase))
}

package verdict

import (
	"slices"

	"check_pop3x/check/fault"
)

// A KindRow says what a kind of fault is by default, for people and for judge.
type KindRow struct {
	Kind    fault.Kind
	Default Status
	When    string
}

// kinds is the table of faults and their default states, in the order of the
// documentation. A name that does not resolve, a refusal and a timeout are
// CRITICAL by the plugin guidelines; UNKNOWN is for what could not be judged.
var kinds = []KindRow{
	{fault.Usage, Unknown, "wrong arguments, an unreadable or unsafe file, a missing password"},
	{fault.DNS, Critical, "the name does not resolve"},
	{fault.Refused, Critical, "connection refused"},
	{fault.Unreachable, Critical, "no route, network down"},
	{fault.Proxy, Critical, "--proxy: the proxy cannot be reached, or refuses or fails to connect to the server"},
	{fault.Timeout, Critical, "a phase or the whole check exceeded its time limit"},
	{fault.Closed, Critical, "the server closed the connection in the middle"},
	{fault.TLS, Critical, "the TLS handshake failed"},
	{fault.TLSVersion, Warning, "--tls-warn-below: the server supports no newer version"},
	{fault.TLSLegacy, Warning, "the server agrees only on RSA key exchange, or another cipher suite that clients are giving up"},
	{fault.TLSPolicy, Warning, "--tls-warn-without: the handshake lacks what was asked for"},
	{fault.Certificate, Critical, "untrusted, expired, revoked, weak or for another name"},
	{fault.OCSP, Warning, "the stapled OCSP answer is stale, or not the issuer's"},
	{fault.CRL, Warning, "--crl: a list of revoked certificates is not available, or does not count"},
	{fault.Greeting, Critical, "-ERR, or not POP3 at all"},
	{fault.Mismatch, Warning, "--expect not found in the greeting"},
	{fault.STLS, Critical, "STLS not offered, refused, or followed by injected text"},
	{fault.Cleartext, Unknown, "the password would be sent unencrypted, or a login could be taken over on the way, which is not allowed"},
	{fault.Mechanism, Critical, "no login mechanism in common, or the server does not understand the one it offers"},
	{fault.Token, Unknown, "no access token was given, or the request for one failed or was not answered"},
	{fault.Ticket, Unknown, "no Kerberos ticket was found, or the KDC gave none or did not answer"},
	{fault.TLSRequired, Critical, "login refused because TLS is required first"},
	{fault.Auth, Critical, "the credentials were refused, or the account is closed"},
	{fault.InUse, Warning, "the mailbox is locked by another session, or the user has too many of them"},
	{fault.LoginDelay, Warning, "[LOGIN-DELAY], or words for it: logged in too often"},
	{fault.Temporary, Critical, "[SYS/TEMP], or words for it: the server, what is behind it or the mailbox fails, or this host is banned"},
	{fault.Permanent, Critical, "[SYS/PERM], or words for it: the mailbox is damaged or missing, or the account may not use POP3"},
	{fault.Command, Critical, "-ERR to a later command"},
	{fault.Protocol, Critical, "an answer that breaks the protocol"},
	{fault.CleartextOffered, OK, "the server offers a login without TLS, in CAPA before STLS"},
	{fault.Unjudged, Unknown, "a limit or a match was given, and what it needs could not be looked at"},
	{fault.Empty, OK, "the mailbox is empty; with a --newest-* limit the worse state of those given"},
	{fault.Address, OK, "an address of the name failed, and another one connected; or two show different certificates"},
	{fault.CredentialExpiry, Warning, "-D: our own certificate or secret ends soon"},
	{fault.MailAuthentication, Critical, "--require-auth: SPF, DKIM, DMARC or ARC did not pass"},
	{fault.Clock, OK, "the clocks of servers that a message came through disagree"},
	{fault.Consistency, Warning, "LIST, UIDL, STAT and RETR disagree"},
	{fault.Send, Critical, "--send-via: the submission server cannot be reached, or refuses or fails to take the mail"},
	{fault.Deferred, Warning, "--send-via: the submission server takes the mail later, by greylisting or a limit of its rate"},
	{fault.Bounce, Critical, "--send-via: a mail that was sent to the mailbox came back"},
	{fault.Probes, Warning, "--send-via: more than 200 mails of this program are in the mailbox"},
	{fault.Interrupted, Unknown, "SIGTERM, SIGINT, SIGHUP"},
	{fault.Internal, Unknown, "a defect in check_pop3x itself"},
}

// Kinds lists the kinds of fault in the order of the documentation.
func Kinds() []KindRow { return slices.Clone(kinds) }

// Lookup finds the row of a kind.
func Lookup(kind fault.Kind) (KindRow, bool) {
	for _, row := range kinds {
		if row.Kind == kind {
			return row, true
		}
	}
	return KindRow{}, false
}

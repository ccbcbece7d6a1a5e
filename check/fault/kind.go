package fault

// A Kind is what went wrong, as users search for it and as --state names it.
type Kind string

// The kinds, in the order of the documentation. Which state each gets by
// default is for package verdict to say.
const (
	Usage              Kind = "usage"               // arguments, an unreadable or unsafe file, no password
	DNS                Kind = "dns"                 // the name does not resolve
	Refused            Kind = "refused"             // connection refused, and nothing else
	Unreachable        Kind = "unreachable"         // no route, network down
	Proxy              Kind = "proxy"               // a proxy refuses or fails
	Timeout            Kind = "timeout"             // a phase or the whole budget ran out
	Closed             Kind = "closed"              // the server hung up in the middle
	TLS                Kind = "tls"                 // the handshake failed
	TLSVersion         Kind = "tls-version"         // older than --tls-warn-below
	TLSLegacy          Kind = "tls-legacy"          // a cipher suite that clients are giving up
	TLSPolicy          Kind = "tls-policy"          // what --tls-warn-without asks for is missing
	Certificate        Kind = "certificate"         // untrusted, expired, revoked, weak or for another name
	OCSP               Kind = "ocsp"                // a stapled OCSP answer that is stale or not the issuer's
	CRL                Kind = "crl"                 // a list of revoked certificates is not available
	Greeting           Kind = "greeting"            // -ERR, or not POP3 at all
	Mismatch           Kind = "mismatch"            // --expect not found
	STLS               Kind = "stls"                // not offered, refused, or text injected behind its +OK
	Cleartext          Kind = "cleartext"           // a password would be sent unencrypted
	Mechanism          Kind = "mechanism"           // no mechanism in common
	Token              Kind = "token"               // no access token is available
	Ticket             Kind = "ticket"              // no Kerberos ticket is available
	TLSRequired        Kind = "tls-required"        // login refused because TLS is required first
	Auth               Kind = "auth"                // the credentials were refused
	InUse              Kind = "in-use"              // the mailbox is locked by another session
	LoginDelay         Kind = "login-delay"         // RFC 2449, section 8.1.1
	Temporary          Kind = "temporary"           // [SYS/TEMP], RFC 3206, section 4
	Permanent          Kind = "permanent"           // [SYS/PERM], RFC 3206, section 4
	Command            Kind = "command"             // -ERR to a later command
	Protocol           Kind = "protocol"            // an answer that breaks the protocol
	CleartextOffered   Kind = "cleartext-offered"   // CAPA before STLS offers an unencrypted login
	Unjudged           Kind = "unjudged"            // what a limit or a match needs was not to be seen
	Empty              Kind = "empty"               // no message is there
	Address            Kind = "address"             // another address of the name does not answer
	CredentialExpiry   Kind = "credential-expiry"   // our own certificate or secret ends soon
	MailAuthentication Kind = "mail-authentication" // SPF, DKIM or DMARC did not pass
	Clock              Kind = "clock"               // the clocks of servers on the way of a message disagree
	Consistency        Kind = "consistency"         // LIST, UIDL, STAT and RETR disagree
	Send               Kind = "send"                // the submission server cannot be reached, refuses or fails
	Deferred           Kind = "deferred"            // the submission server puts the mail off
	Bounce             Kind = "bounce"              // a probe came back
	Probes             Kind = "probes"              // too many of them are in the mailbox
	Interrupted        Kind = "interrupted"         // SIGTERM, SIGINT, SIGHUP
	Internal           Kind = "internal"            // a defect in the plugin itself
)

package render

import "check_pop3x/check/fault"

// A hint is what to try after a fault, or "". The tables of hints are data that
// the linker lays out: a map of closures would be built at every start, 0.1 ms for
// what most runs do not need.
type hint interface{ words(cause) string }

// say is a hint that is always worded the same.
type say string

func (s say) words(cause) string { return string(s) }

// by is a hint that depends on more than the problem or the kind.
type by func(cause) string

func (b by) words(c cause) string { return b(c) }

// A hintRow is the hint to a problem or to a kind.
type hintRow[T comparable] struct {
	to   T
	hint hint
}

const (
	usualPorts     = "POP3 is usually on port 110, or on 995 with --tls" // ends a hint about a port on which another service answers
	lessOften      = "check less often, or with an account of its own"
	notThePassword = "the server or what is behind it is at fault, not the password: look at its log"
)

// problemHints are the hints by what is behind a fault.
var problemHints = []hintRow[fault.Problem]{
	{fault.SpeaksTLS, by(speaksTLS)},
	{fault.InClear, by(noTLS)},
	{fault.SpeaksHTTP, by(otherProtocol)},
	{fault.SpeaksIMAP, by(otherProtocol)},
	{fault.SpeaksSMTP, by(otherProtocol)},
	{fault.SpeaksFTP, by(otherProtocol)},
	{fault.SpeaksSSH, by(otherProtocol)},
	{fault.PortSilent, by(openPort)},
	{fault.HostUp, by(openPort)},
	{fault.HostSilent, say("check that it is up, and that no firewall drops packets of this host")},
	{fault.SilentInBoth, say("restart the server if it hangs, see its log, or find out which port POP3 is on")},
	{fault.AnsweredAnother, say("check again; if it stays, look at each server's load and log")},
	{fault.OtherService, say("find out which port POP3 is on: another service may be here")},
	{fault.OtherVersion, say("if that has to do, try a lower --tls-min")},
	{fault.NoSuite, say("other clients may connect, if it has DHE or 3DES only, which this check does not have; let the server offer ECDHE with AES-GCM")},
	{fault.NoForwardSecrecy, say("let the server offer ECDHE with AES-GCM")},
	{fault.NoAEAD, say("let the server prefer AES-GCM or ChaCha20-Poly1305 to CBC")},
	{fault.NoPostQuantum, say("have the server offer X25519MLKEM768 (OpenSSL 3.5 or newer)")},
	{fault.Unanswered, say("some do so that have no such version or cipher suite (Dovecot), try a lower --tls-min; others at their limit of connections, and proxies with nothing behind them")},
	{fault.UnansweredAll, say("some do so that have no such cipher suite (Dovecot), others at their limit of connections, and proxies with nothing behind them")},
	{fault.ClientWanted, say("try --client-cert FILE")},
	{fault.ClientRefused, by(clientExpired)},
	{fault.UnknownName, say("try the name that users connect to, by --sni, or --sni '' for none")},
	{fault.MaybeClientWanted, say("the server asked for a client certificate, try --client-cert FILE")},
	{fault.MaybeClientRefused, say("the server may not accept the client certificate")},
	{fault.Rejected, say("have it allow this host, or lift the ban (fail2ban); other hosts may get through")},
	{fault.UnreachableThere, say("see whether that host or its network is down, or a firewall answers so: try from another host")},
	{fault.RoutingLoop, say("fix the routes on the way, traceroute shows the circle")},
	{fault.NoHost, say("see whether that host is up: look at its power, cable and address")},
	{fault.NoRouter, say("look at this host's gateway and network, the mail server may be well")},
	{fault.NoRoute, say("look at this host's addresses and routes (ip route get), or at -4 and -6")},
	{fault.ForbiddenHere, say("allow it in this host's firewall, or remove a prohibit route")},
	{fault.NotAcknowledged, say("look for a firewall that forgot the connection, a broken way, or a host that died")},
	{fault.PacketLost, say("check the MTU on the way (VPN, tunnel) and let ICMP pass: large packets get lost")},
	{fault.StillSending, say("look at the load of the server and of the line, or give it more time with -t 30s")},
	{fault.ClosedAtOnce, say("a server does so at its limit of connections or to a banned address, and a proxy with nothing behind it")},
	{fault.ClosedAtCAPA, say("some servers do so at a command that they do not know, --no-capa leaves CAPA out")},
	{fault.ClosedAtLogin, say("some servers do so when one logs in too often (OVH: more than once a minute), or to an address that they ban")},
	{fault.AppPassword, say("create an application password in the account's settings, or use an access token (--auth xoauth2)")},
	{fault.WebLogin, say("log in there once with a web browser; if that does not help, use an application password or an access token")},
	{fault.AccountClosed, say("have the account enabled or a new password set; more tries may lock it")},
	{fault.POP3Off, say("have POP3 switched on for the account, the password was not the reason")},
	{fault.TooManySessions, say("let other sessions end, or raise the server's limit (Dovecot: mail_max_userip_connections)")},
	{fault.TooOften, say(lessOften)},
	{fault.Banned, say("find what logs in from this host with an old password, then wait or have the ban lifted")},
	{fault.NoRoom, say("make room on the disk or raise the quota, the password was not the reason")},
	{fault.MailboxClosed, say("the password was not the reason: look at the permissions, disk and mounts of the mail store, and the server's log")},
	{fault.BackendDown, say(notThePassword)},
	{fault.SyntaxRefused, by(otherForm)},
	{fault.MechanismRefused, by(otherForm)},
	{fault.LongToken, say("Exchange Online takes tokens of up to 4096 octets: give the user or the application fewer groups and roles")},
	{fault.APOPRefused, by(apopRefused)},
	{fault.InvalidClient, say("check --oauth-client-id, and that its secret or key has not expired")},
	{fault.UnauthorizedClient, say("allow it there, or get it a refresh token by --oauth-login")},
	{fault.InvalidGrant, say("check the user, what the application may do, and this host's clock")},
	{fault.InvalidScope, say("try another --oauth-scope, or none")},
	{fault.SecretWanted, say("allow public client flows for it in Entra ID, or give it a secret")},
	{fault.SecretExpired, say("create a new one in Entra ID and put it into --oauth-client-secret-file")},
	{fault.SecretWrong, say("put the secret's value into --oauth-client-secret-file, not its id")},
	{fault.KeyRefused, say("upload the certificate of --oauth-cert-file in Entra ID")},
	{fault.KeyDeleted, say("create a new key of the service account, for --oauth-key-file")},
	{fault.ClockWrong, say("set this host's clock")},
	{fault.ClientUnknown, say("check --oauth-client-id and the tenant in --oauth")},
	{fault.ClientDisabled, say("have it enabled again, or use another --oauth-client-id")},
	{fault.TenantUnknown, say("check the tenant in --oauth: its id or domain in Entra ID")},
	{fault.RefreshEnded, say("get a new refresh token with --oauth-login")},
	{fault.GoogleRefreshEnded, say("get a new one with --oauth-login; while in testing they last 7 days")},
	{fault.SecondFactor, say("log in with it by --oauth-login, or have the account exempted")},
	{fault.ConsentWanted, say("have an administrator grant POP.AccessAsUser.All (POP.AccessAsApp without a user)")},
	{fault.PolicyBlocks, say("find it in Entra ID's sign-in logs, and have this login exempted")},
	{fault.AdminBlocks, say("have it allowed in the Admin console (API controls)")},
	{fault.UserRefused, say("check the name after -u")},
	{fault.NotDelegated, say("delegate https://mail.google.com/ to it in the Admin console")},
	{fault.WebPage, say("give --oauth the token endpoint, which often ends in /token")},
	{fault.Intercepted, say("look for a proxy or a portal on the way, which answers in its place")},
	{fault.OtherOrganization, say("log in as one of them, or set its user type to External")},
	{fault.TokenRefused, say("go by what it said; its documentation and log know more")},
	{fault.TokenUntrusted, say("if the authority is yours, name it with --oauth-ca-file; if not, another server answers")},
	{fault.TokenCertificate, say("have it renewed there, or set this host's clock if that is wrong")},
	{fault.TokenNoName, say("check its spelling, and this host's DNS servers")},
	{fault.TokenNoDNS, say("look at this host's DNS servers (/etc/resolv.conf)")},
	{fault.ProxyRefused, say("have the proxy allow it, or name the token server in NO_PROXY")},
	{fault.Redirected, say("give --oauth the address that it leads to")},
	{fault.WrongEndpoint, say("check the address after --oauth: it has to be that of the token endpoint")},
	{fault.NoCAPA, say("the server has no CAPA, try --tls on port 995")},
	{fault.NoSTLS, by(noSTLS)},
	{fault.NoDate, say("type for example # expires 2027-05-01 there")},
	{fault.NotAllRead, say("--age-scan all reads them all")},
	{fault.NoNewMail, say("is mail delivered, and the mail store mounted? if it may be empty, use --state empty=ok")},
	{fault.FewIterations, say("if that is meant to be, --scram-min-iterations allows it")},
	{fault.HelperFailed, by(helperFailed)},
	{fault.DeletesWhatWasRead, say("leave retr out of --steps")},
	{fault.LongGreeting, say("have the server's banner on one line")},
	{fault.OddBlanks, say("clients that take the next word behind one blank read nothing there")},
	{fault.LostDot, say("clients lose the end of such a message, and then get out of step; the server, or a scanner of mail in front of it, has to double dots")},
	{fault.NoUIDL, say("the server does not offer UIDL, without which clients cannot leave mail on it")},
	{fault.NoTOP, say("the server does not offer TOP, leave top out of --steps")},
	{fault.MessageGone, say("the message may be gone, --retr names another")},
	{fault.IndexDamaged, say("rebuild the mailbox's index (Dovecot: doveadm force-resync, Cyrus: reconstruct)")},
	{fault.MoreThanListed, say("some servers (hMailServer, Exchange) add headers that they have not counted, and clients that trust the size lose the end")},
	{fault.OtherLength, say("some servers (UW, mailfront, solid-pop3d) count octets that they do not send, else rebuild the index")},
	{fault.Expired, say("renew it, or reload the server if it was renewed already")},
	{fault.ExpiredIssuer, say("give the server the CA's new chain, or update ca-certificates")},
	{fault.NotYetValid, say("check this host's clock, else install a valid one")},
	{fault.WrongName, say("check -H and --sni, or install a certificate for that name")},
	{fault.OtherServer, say("look for a proxy or portal, or replace it")},
	{fault.NoName, say("have it issued again with a subjectAltName")},
	{fault.NameConstraint, say("let another CA issue it")},
	{fault.SelfSigned, say("if it is your own, name it in --ca-file, else install one from a CA")},
	{fault.UnknownIssuer, say("if it is your own CA, name it in --ca-file, else update ca-certificates here")},
	{fault.UnknownAuthority, say("if it is your own CA, name it in --ca-file, else configure the full chain there")},
	{fault.MissingIntermediate, say("configure the full chain there, or --ca-file if it is your CA")},
	{fault.WeakKey, say("have it issued again with RSA 2048 or ECDSA")},
	{fault.WeakSignature, say("have it issued again with SHA-256")},
	{fault.Unreadable, say("have it issued again; --insecure does not help here")},
	{fault.WrongUsage, say("have it issued again for server authentication")},
	{fault.NoTLSA, say("publish it if that is your certificate")},
	{fault.NoMatch, say("if the key was changed on purpose, publish that, beside the others until nobody has them in a cache")},
	{fault.NotValidating, say("use one that validates (--resolver)")},
	{fault.NotSigned, say("sign the zone, and have its parent publish a DS record")},
	{fault.Bogus, say("have the zone signed again or its DS fixed")},
	{fault.NoResolver, say("see if it runs, or try another (--resolver)")},
	{fault.SilentOnIPv6, say("use -4, or have it answer about IPv6")},
	{fault.NoNameserver, say("add a nameserver line to it, or use --resolver")},
	{fault.LookupFailed, say("try another (--resolver), then the domain's name servers")},
	{fault.LookupRefused, say("have it answer this host, or try another (--resolver)")},
	{fault.UnknownHost, say("check the spelling of -H, or the DNS record")},
	{fault.ShortHost, say("give -H the whole name, with its domain")},
	{fault.NoAddress, say("add the record, or give -H the mail server's own name")},
	{fault.OnlyIPv4, say("drop -6, or add an IPv6 address")},
	{fault.OnlyIPv6, say("drop -4, or add an IPv4 address")},
	{fault.IPv6Fails, say("clients try it first: fix it, or remove the AAAA record")},
	{fault.IPv4Fails, say("users without IPv6 cannot connect: fix IPv4 to that server")},
	{fault.NotPinned, say("if it was changed on purpose, use that as --pin")},
	{fault.Revoked, say("have it issued with a new key")},
	{fault.RevokedIssuer, say("get a new certificate and chain from the authority, nothing else helps")},
	{fault.NoStaple, say("turn OCSP stapling on, or have it issued without must-staple")},
	{fault.NoRoots, say("install ca-certificates, or name a file with --ca-file")},
}

// kindHints are those of faults with nothing in problemHints.
var kindHints = []hintRow[fault.Kind]{
	{fault.Refused, say("nothing listens there; " + usualPorts)},
	{fault.Timeout, by(timeout)},
	{fault.TLSLegacy, say("let the server offer ECDHE with AES-GCM, before clients cannot connect any more")},
	{fault.TLSRequired, say(startTLS + "--starttls or --tls on port 995")},
	{fault.Cleartext, say("use --tls, --starttls, or --allow-cleartext-login")},
	{fault.Mechanism, by(offeredLogins)},
	{fault.Auth, by(refusedLogin)},
	{fault.InUse, say("wait for the other session to end, or give the check a mailbox of its own")},
	{fault.LoginDelay, by(loginDelay)},
	{fault.Temporary, say(notThePassword)},
	{fault.Permanent, say("it will not pass by itself: look at the server's log")},
	{fault.Unjudged, by(drop)},
	{fault.Empty, say("is the mail store mounted? if the mailbox may be empty, use --state empty=ok")},
	{fault.Address, say("users who get that address wait or fail: repair it, or take it out of DNS")},
	{fault.Token, say("look at the token server and the way to it; the mail server is not the reason")},
	{fault.CredentialExpiry, say("renew it; the date of a secret is in the second line of its file")},
	{fault.OCSP, say("clients that look at it may refuse the server")},
}

package fault

// A Problem is what is behind a fault, if that is known, more exactly than its
// kind. Whoever makes the fault names it; the hint of the status line is looked
// up by it.
type Problem string

// What is wrong with a certificate, for the kind Certificate.
const (
	Expired             Problem = "expired"              // the leaf has
	NotYetValid         Problem = "not yet valid"        // the leaf or one above it
	ExpiredIssuer       Problem = "expired issuer"       // one above the leaf has
	WrongName           Problem = "wrong name"           // it is for another name, and no stranger's
	OtherServer         Problem = "other server"         // it is for another name, and not trusted
	NoName              Problem = "no name"              // it has a common name only
	SelfSigned          Problem = "self-signed"          // the leaf is, and is not trusted
	UnknownIssuer       Problem = "unknown issuer"       // the chain is whole, or nearly so, and its root is not trusted
	UnknownAuthority    Problem = "unknown authority"    // the leaf's is not sent, and may be private
	MissingIntermediate Problem = "missing intermediate" // the leaf's issuer is not sent, and seems to be public
	NoRoots             Problem = "no roots"             // the system has no trusted roots at all
	WeakKey             Problem = "weak key"             // RSA under 2048 bits
	WeakSignature       Problem = "weak signature"       // SHA-1 or MD5
	NameConstraint      Problem = "name constraint"      // an issuer may not issue for that name
	WrongUsage          Problem = "wrong usage"          // it is not meant for servers
	Unreadable          Problem = "unreadable"           // crypto/x509 does not parse it
	NotPinned           Problem = "not pinned"           // its key is none of those of --pin
	Revoked             Problem = "revoked"              // by a stapled OCSP answer or a CRL
	RevokedIssuer       Problem = "revoked issuer"       // an intermediate is, by a CRL
	NoStaple            Problem = "no staple"            // the certificate promises an answer, the server sends none
	NoTLSA              Problem = "no record"            // none, or none that can be used, and DNSSEC says so
	NoMatch             Problem = "no record fits"       // none of those that there are
	NotSigned           Problem = "not signed"           // DNSSEC does not vouch for the zone
	NotValidating       Problem = "not validating"       // the DNS server does not check DNSSEC
	Bogus               Problem = "bogus"                // the signatures in DNS are not good
	OtherProblem        Problem = "other"                // said in the text
)

// Why nobody knows whether a certificate was revoked, for the kind CRL.
const (
	CRLUnreached Problem = "crl unreached" // its server does not answer
	CRLGone      Problem = "crl gone"      // the server has none there
	CRLTooLarge  Problem = "crl too large"
	CRLExpired   Problem = "crl expired"
	CRLWrong     Problem = "crl wrong"   // it is not the issuer's, or it is for others
	CRLUnnamed   Problem = "crl unnamed" // by the certificate
	CRLUnkept    Problem = "crl unkept"  // the state directory cannot be used
)

// Why there is no TLS, no answer from DNS, or something other than POP3.
const (
	OtherVersion     Problem = "other version"                // of TLS
	NoForwardSecrecy Problem = "no forward secrecy"           // in the handshake, though it was asked for
	NoAEAD           Problem = "no aead"                      // likewise
	NoPostQuantum    Problem = "no post-quantum key exchange" // likewise
	NoSuite          Problem = "no cipher suite"              // in common with the server
	Unanswered       Problem = "unanswered"                   // the server closed the connection at the offer
	UnansweredAll    Problem = "unanswered in any version"    // likewise, and there is no version left to offer
	UnknownName      Problem = "unknown name"                 // the alert unrecognized_name (RFC 6066, section 3)
	ClientWanted     Problem = "client certificate wanted"    // and none was given
	ClientRefused    Problem = "client certificate refused"   // the one that was given
	IPv6Fails        Problem = "ipv6 fails"                   // and IPv4 does not
	IPv4Fails        Problem = "ipv4 fails"                   // and IPv6 does not
	OtherCertificate Problem = "other certificate"            // at another address

	NotPOP3    Problem = "not pop"     // nor another protocol that is known
	InClear    Problem = "without tls" // the server speaks POP3, but not TLS
	SpeaksTLS  Problem = "speaks tls"
	SpeaksHTTP Problem = "speaks http"
	SpeaksIMAP Problem = "speaks imap"
	SpeaksSMTP Problem = "speaks smtp"
	SpeaksFTP  Problem = "speaks ftp"
	SpeaksSSH  Problem = "speaks ssh"
)

// Why a server is silent, as a second connection shows.
const (
	PortSilent      Problem = "port silent"      // another port of the host answers
	HostUp          Problem = "host up"          // another port of the host refuses
	HostSilent      Problem = "host silent"      // so is another port
	SilentInBoth    Problem = "silent in both"   // with TLS and without
	AnsweredAnother Problem = "answered another" // connection than the first
	OtherService    Problem = "other service"    // than POP3, which is not known
	HungUpAtTLS     Problem = "hung up at tls"   // did a server that is silent otherwise
)

// Why the server's name leads to no address, or to no TLSA record.
const (
	NoResolver     Problem = "no resolver"         // no DNS server gives an answer
	NoNameserver   Problem = "no name server"      // the system's configuration names no DNS server
	SilentOnName   Problem = "silent on this name" // the DNS server is, and answers other questions
	DeadAlias      Problem = "dead alias"          // the name is one of a name that does not exist
	SilentOnIPv6   Problem = "silent on ipv6"      // the DNS server is, and not on IPv4
	LookupFailed   Problem = "lookup failed"       // the DNS server says so (SERVFAIL)
	LookupRefused  Problem = "lookup refused"      // by the DNS server (REFUSED)
	UnknownHost    Problem = "unknown host"        // the name does not exist
	ShortHost      Problem = "short host"          // likewise, and it has no dot
	NoService      Problem = "no service"          // has the domain, by its SRV records
	ServiceRefused Problem = "service refused"     // by the domain, whose SRV record says so
	ServiceFails   Problem = "service fails"       // of which there is another
	NoAddress      Problem = "no address"          // the name exists
	OnlyIPv4       Problem = "only ipv4"           // and IPv6 is wanted
	OnlyIPv6       Problem = "only ipv6"           // and IPv4 is wanted
)

// Why there is no connection, or no answer on one, as far as TCP and ICMP tell.
const (
	Rejected         Problem = "rejected"           // by a firewall, which says so by ICMP
	UnreachableThere Problem = "unreachable there"  // is the host, says a router on the way by ICMP
	RoutingLoop      Problem = "routing loop"       // on the way
	NoHost           Problem = "no host"            // answers on the local network
	NoRouter         Problem = "no router"          // likewise
	NoRoute          Problem = "no route"           // from this host
	Confined         Problem = "confined"           // is this process, to the ports that it was to need
	ForbiddenHere    Problem = "forbidden here"     // by this host's own rules
	NotAcknowledged  Problem = "not acknowledged"   // is what was sent
	PacketLost       Problem = "packet lost"        // each time, though later ones arrive: a large one, as a rule
	Reset            Problem = "reset"              // of the connection, by the server or by a firewall
	ResetAtOffer     Problem = "reset at the offer" // of TLS
	ResetAtAnyOffer  Problem = "reset at any offer" // likewise, and there is no version left to offer
	StillSending     Problem = "still sending"      // was the server when the time was up
	StoppedShort     Problem = "stopped short"      // has an answer that had begun, when the time was up
	CutShort         Problem = "cut short"          // was an answer that had begun, by the end of the connection
)

// Why an option's way does not lead to the server.
const (
	OtherFamily        Problem = "other family"         // have all addresses of the server than --source
	SocketMissing      Problem = "socket missing"       // which --unix-socket names
	SocketForbidden    Problem = "socket forbidden"     // to this user
	NoSocket           Problem = "no socket"            // but another kind of file
	SocketUnheard      Problem = "socket unheard"       // as nobody listens on it
	ProxyUnreached     Problem = "proxy unreached"      // the connection to it failed
	ProxyUnknown       Problem = "proxy unknown"        // to DNS
	ProxySilent        Problem = "proxy silent"         // to CONNECT or SOCKS, or it waits for the server
	ProxyWordless      Problem = "proxy wordless"       // it hung up before it answered
	ProxyBroke         Problem = "proxy broke"          // off in the middle
	NoProxy            Problem = "no proxy"             // or one of another kind
	ProxyIsHTTP        Problem = "proxy is http"        // and no SOCKS5 proxy
	ProxyIsSOCKS       Problem = "proxy is socks"       // and no HTTP proxy
	ProxyUserWanted    Problem = "proxy user wanted"    // and none was given
	ProxyUserRefused   Problem = "proxy user refused"   // or the password
	ProxyOtherLogin    Problem = "proxy other login"    // than by a password
	ProxyForbids       Problem = "proxy forbids"        // the host or the port
	ProxyNoWay         Problem = "proxy no way"         // to the server, or no address of it
	ProxyNoFamily      Problem = "proxy no family"      // it knows no IPv6, as a rule
	ProxyServerRefused Problem = "proxy server refused" // did the server, to the proxy
	ProxyOrServer      Problem = "proxy or server"      // ended the connection, nobody knows which
	ProxyRefuses       Problem = "proxy refuses"        // for a reason that is not known
	SocketFull         Problem = "socket full"          // of connections that nobody has accepted yet
)

// Why a session does not get on.
const (
	ClosedAtOnce       Problem = "closed at once"              // or reset, before the first word
	ClosedAtCAPA       Problem = "closed at capa"              // which some servers do that do not know it
	ClosedAtLogin      Problem = "closed at login"             // instead of an answer
	MaybeClientWanted  Problem = "client certificate missing"  // the server asked for one, then hung up or complained
	MaybeClientRefused Problem = "client certificate in doubt" // likewise, though it got one
	NoCAPA             Problem = "no capa"                     // so nobody knows whether there is STLS
	NoSTLS             Problem = "no stls"                     // it is not among the capabilities
	Injected           Problem = "injected"                    // is text, behind the answer to STLS
	NotOffered         Problem = "not offered"                 // is what --auth names
	NeedsName          Problem = "needs name"                  // does a login that the server offers: auto does not choose it
	NeedsToken         Problem = "needs token"                 // likewise, an access token
	NeedsTicket        Problem = "needs ticket"                // likewise, one of Kerberos
	OnlyHistoric       Problem = "only historic"               // logins are offered
	NoBinding          Problem = "no binding"                  // of that type has this TLS session
	Unproven           Problem = "unproven"                    // is that the server knows the password
	FewIterations      Problem = "few iterations"              // of SCRAM
	NoDate             Problem = "no date"                     // in the second line of a secret's file
	NotAllRead         Problem = "not all read"                // of the headers that may match
	NoNewMail          Problem = "no new mail"                 // though it was asked for, in an empty mailbox
	HelperFailed       Problem = "password program failed"     // and said why
	HelperSilent       Problem = "password program silent"     // though it failed
	DeletesWhatWasRead Problem = "deletes what was read"       // EXPIRE 0 (RFC 2449, section 6.7)
	LongGreeting       Problem = "greeting of several lines"   // RFC 1939, section 4, has one
	OddBlanks          Problem = "odd blanks"                  // several of them, or a tab, where RFC 1939 has one
	LostDot            Problem = "lost dot"                    // a dot that begins a line was not doubled (RFC 1939, section 3)
	NoUIDL             Problem = "no uidl"                     // it is not among the capabilities, and refused
	NoTOP              Problem = "no top"                      // likewise
	MessageGone        Problem = "message gone"                // between LIST and RETR
	MaybeGone          Problem = "maybe gone"                  // a message that is refused and yet counted
	Undated            Problem = "undated"                     // is a message
	FutureDate         Problem = "date in the future"          // of a message
	LoopUnkept         Problem = "loop unkept"                 // is what runs leave to later ones about probes
	NoResults          Problem = "no authentication results"   // of that server
	HeaderDamaged      Problem = "header damaged"              // or not there
	DeleteUncounted    Problem = "deletion not counted"        // STAT after DELE or RSET is wrong
	IndexDamaged       Problem = "index damaged"               // LIST, UIDL and STAT disagree
	OtherLength        Problem = "other length"                // RETR sends less than LIST says
	MoreThanListed     Problem = "more than listed"            // RETR sends more than LIST says
)

// Why a login is refused, by the words of the server.
const (
	AppPassword      Problem = "application password" // or a token is wanted instead of the account's password
	WebLogin         Problem = "web login"            // is wanted once, so that the provider knows the user
	AccountClosed    Problem = "account closed"       // it has expired or is disabled, or its password has expired
	POP3Off          Problem = "pop off"              // for this account
	TooManySessions  Problem = "too many sessions"    // of this user or this host
	TooOften         Problem = "too often"            // are logins, though the server's code says otherwise
	Banned           Problem = "banned"               // is this host, or logins are for a while
	NoRoom           Problem = "no room"              // on the disk, or in the quota
	MailboxClosed    Problem = "mailbox closed"       // it cannot be opened
	BackendDown      Problem = "backend down"         // or the server itself is at fault
	SyntaxRefused    Problem = "syntax refused"       // the command was not understood
	MechanismRefused Problem = "mechanism refused"    // though it was offered
	LongToken        Problem = "long token"           // longer than Exchange Online takes
	NameRefused      Problem = "user name refused"    // before a password was asked for, or by words
	OtherBinding     Problem = "other binding"        // of the channel: something on the way ends TLS
	APOPRefused      Problem = "apop refused"         // though the greeting has a timestamp
)

// Why no mail can be sent, for the kinds Send and Deferred.
const (
	SendUnrecorded  Problem = "send unrecorded"   // is the mail: the state directory cannot be used
	NotSMTP         Problem = "not smtp"          // does the submission server speak, or not by the rules
	SendBroken      Problem = "send broken"       // is SMTP, by a server that has greeted in it
	SendClosed      Problem = "send closed"       // by the submission server, in the middle
	SendUnknownHost Problem = "send unknown host" // the submission server's name leads nowhere
	SendUnheard     Problem = "send unheard"      // as nobody listens there
	SendInPlain     Problem = "send in plain"     // does the submission server speak, and not TLS
	SendForbidden   Problem = "send forbidden"    // is the way to the submission server, by the proxy
	SendNotPinned   Problem = "send not pinned"   // is the submission server's key
	SendWrongName   Problem = "send wrong name"   // has its certificate
	SendSilent      Problem = "send silent"       // is the submission server, from the beginning
	SendSlow        Problem = "send slow"         // is the submission server, once it has greeted
	SendNoTLS       Problem = "send no tls"       // STARTTLS is not offered
	SendInjected    Problem = "send injected"     // is text, behind the answer to STARTTLS
	SendTLSWanted   Problem = "send tls wanted"   // before anything else
	SendNoUTF8      Problem = "send no utf8"      // SMTPUTF8 is not offered
	SendNoLogin     Problem = "send no login"     // in common
	SendLogin       Problem = "send login"        // is refused
	SendLoginWanted Problem = "send login wanted" // and none took place
	SendRelay       Problem = "relay denied"      // to that domain
	SendSender      Problem = "sender refused"
	SendUnknown     Problem = "recipient unknown"
	SendRoom        Problem = "recipient full"
	SendStorage     Problem = "storage full"    // of the submission server
	SendSize        Problem = "mail too large"  // for the recipient or the server
	SendUnproven    Problem = "sender unproven" // is the sender, by SPF, DKIM or DMARC
	SendContent     Problem = "content refused" // as spam, as a rule
	SendBanned      Problem = "send banned"     // is this host
	SendBusy        Problem = "send busy"       // or failing, for now
	SendPutOff      Problem = "put off"         // by greylisting, or as it comes too often
)

// Why a token server gives no access token.
const (
	InvalidClient      Problem = "invalid client"      // the token server says so (RFC 6749, section 5.2)
	UnauthorizedClient Problem = "unauthorized client" // likewise
	InvalidGrant       Problem = "invalid grant"       // likewise
	InvalidScope       Problem = "invalid scope"       // likewise
	SecretWanted       Problem = "secret wanted"       // of a client that has none
	SecretExpired      Problem = "secret expired"      // of the client
	SecretWrong        Problem = "secret wrong"        // likewise
	KeyRefused         Problem = "key refused"         // its certificate is not registered
	KeyDeleted         Problem = "key deleted"         // of the service account
	ClockWrong         Problem = "clock wrong"         // an assertion is not valid at this time
	ClientUnknown      Problem = "client unknown"      // in that tenant
	ClientDisabled     Problem = "client disabled"     // or deleted
	TenantUnknown      Problem = "tenant unknown"      // to Microsoft
	RefreshEnded       Problem = "refresh token ended" // expired or revoked
	GoogleRefreshEnded Problem = "google refresh token ended"
	SecondFactor       Problem = "second factor wanted" // by a person
	ConsentWanted      Problem = "consent wanted"       // of an administrator
	PolicyBlocks       Problem = "policy blocks"        // conditional access
	AdminBlocks        Problem = "administrator blocks" // the application, at Google
	UserRefused        Problem = "user refused"         // the token server does not know the user
	OtherOrganization  Problem = "other organization"   // than the application's, at Google
	TokenRefused       Problem = "request refused"      // by a code that says no more
	TokenUntrusted     Problem = "token server untrusted"
	TokenCertificate   Problem = "token server certificate" // expired, or broken otherwise
	TokenNoName        Problem = "token server unknown"     // to DNS
	TokenNoDNS         Problem = "token server unresolved"  // as DNS failed
	ProxyRefused       Problem = "proxy refused"            // to connect to the token server
	Redirected         Problem = "redirected"               // by the token server
	WrongEndpoint      Problem = "wrong endpoint"           // what answers is no token endpoint
	NotDelegated       Problem = "not delegated"            // to the service account
	WebPage            Problem = "web page"                 // instead of a token
	Intercepted        Problem = "intercepted"              // likewise, from a server that is known to do better
)

// Why there is no Kerberos ticket, or why it does not count.
const (
	NoTicket        Problem = "no ticket"        // in the credential cache, or there is no cache
	TicketExpired   Problem = "ticket expired"   // of the user
	TicketDamaged   Problem = "ticket damaged"   // or the keytab, or the cache
	TicketStale     Problem = "ticket stale"     // made with other keys than the KDC has now
	TicketRefused   Problem = "ticket refused"   // by the server, inside the login
	OtherClient     Problem = "other client"     // has the credential cache
	NoKey           Problem = "no key"           // of the user has the keytab
	KeyWrong        Problem = "key wrong"        // the KDC has another one
	NoRealm         Problem = "no realm"         // is known for the user
	RealmUnknown    Problem = "realm unknown"    // no KDC of it is known
	NoServiceName   Problem = "no service name"  // as the server is given by its address
	KDCUnreached    Problem = "kdc unreached"    // or what answers is no KDC
	KDCUnknown      Problem = "kdc unknown"      // to DNS
	KDCRefused      Problem = "kdc refused"      // by a code that says no more
	UserUnknown     Problem = "user unknown"     // to the KDC
	ServiceUnknown  Problem = "service unknown"  // to the KDC
	AccountExpired  Problem = "account expired"  // the KDC says so
	AccountLocked   Problem = "account locked"   // likewise
	PasswordEnded   Problem = "password ended"   // likewise
	OtherProof      Problem = "other proof"      // than a key is wanted by the KDC
	OldEncryption   Problem = "old encryption"   // RC4 or DES
	ClockOff        Problem = "clock off"        // by more than Kerberos allows
	ServiceUnproven Problem = "service unproven" // that it is the one that the ticket is for
	LayerWanted     Problem = "layer wanted"     // of GSSAPI
)

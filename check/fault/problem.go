package fault

// A Problem is why a certificate was not accepted, for a fault of kind
// Certificate, or what was met by a fault of kind TLS or DNS.
type Problem string

// The problems.
const (
	Expired             Problem = "expired"              // of the leaf or of one above it
	NotYetValid         Problem = "not yet valid"        // likewise
	WrongName           Problem = "wrong name"           // it verifies, but for others
	NoName              Problem = "no name"              // it has a common name only
	SelfSigned          Problem = "self-signed"          // the leaf is, and is not trusted
	UnknownIssuer       Problem = "unknown issuer"       // the chain is whole, its root is not trusted
	MissingIntermediate Problem = "missing intermediate" // the chain ends below a root
	NoRoots             Problem = "no roots"             // the system has no trusted roots at all
	WeakKey             Problem = "weak key"             // RSA under 2048 bits
	WeakSignature       Problem = "weak signature"       // SHA-1 or MD5
	NameConstraint      Problem = "name constraint"      // an issuer may not issue for that name
	WrongUsage          Problem = "wrong usage"          // it is not meant for servers
	NotPinned           Problem = "not pinned"           // its key is none of those of --pin
	Revoked             Problem = "revoked"              // by a stapled OCSP answer
	NoStaple            Problem = "no staple"            // the certificate promises an answer, the server sends none
	NoTLSA              Problem = "no record"            // none, or none to go by, and DNSSEC says so
	NoMatch             Problem = "no record fits"       // none of those that there are
	NotSigned           Problem = "not signed"           // DNSSEC does not vouch for the zone
	NotValidating       Problem = "not validating"       // the DNS server does not look at DNSSEC
	Bogus               Problem = "bogus"                // the signatures in DNS are not good
	OtherProblem        Problem = "other"                // said in the text

	OtherVersion  Problem = "other version"              // of TLS, that is
	Unanswered    Problem = "unanswered"                 // the server hung up at the offer
	ClientWanted  Problem = "client certificate wanted"  // and none was given
	ClientRefused Problem = "client certificate refused" // the one that was given

	NoResolver Problem = "no resolver" // no DNS server answers for TLSA records
)

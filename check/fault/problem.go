package fault

// A Problem is why a certificate was not accepted, for a fault of kind
// Certificate.
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
	OtherProblem        Problem = "other"                // said in the text
)

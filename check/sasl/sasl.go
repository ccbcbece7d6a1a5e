package sasl

import "check_pop3x/check/fault"

// Credentials are what a mechanism may use.
type Credentials struct {
	User    string
	Secret  string // the password, or the access token
	Authzid string // whose mailbox to open; "": User's

	Host string // the server's name, for OAUTHBEARER
	Port uint16

	MinIterations int     // that a server may ask for in SCRAM; 0: MinIterations
	Binding       Binding // of the channel, for SCRAM with PLUS and for others
	Context       Context // for GSSAPI; nil without a ticket
}

// A Binding ties a login to its TLS session (RFC 5056), so that somebody in the
// middle cannot relay it.
type Binding struct {
	Type string // "tls-exporter"
	Data []byte
}

// A Client is one run of a mechanism.
type Client interface {
	// Initial returns the initial response, or nil if the server speaks first.
	Initial() []byte
	// Next answers a challenge. Its error is a fault and ends the exchange. It may
	// compute for a second, which nothing can interrupt.
	Next(challenge []byte) ([]byte, error)
	// Proven reports whether the server has proved all that it has to, so that its
	// +OK may be believed.
	Proven() bool
	// Refusal returns why the server refuses, if it said so inside the exchange, for
	// people to read; otherwise "".
	Refusal() string
	// Hides reports whether a secret could be computed from the challenge, so that
	// nobody may see it.
	Hides(challenge []byte) bool
	// Derived lists what was computed from the secret and sent so far, before it
	// was encoded. Whoever has it can guess passwords offline.
	Derived() [][]byte
}

// base is what most mechanisms have in common: the server speaks first and has
// nothing to prove.
type base struct{}

func (base) Initial() []byte   { return nil }
func (base) Proven() bool      { return true }
func (base) Refusal() string   { return "" }
func (base) Hides([]byte) bool { return false }
func (base) Derived() [][]byte { return nil }

// A Need is what a mechanism logs in with.
type Need int

// What a mechanism may need.
const (
	Password    Need = iota
	Token            // an access token instead of a password
	Certificate      // of the client, shown in the TLS handshake
	Ticket           // of Kerberos, for the server
)

// A Mechanism is one way to log in.
type Mechanism struct {
	Name      string // as the server lists it, "PLAIN"
	Needs     Need
	Cleartext bool // the secret can be read on the wire
	Authzid   bool // can open a mailbox other than the user's own
	Bound     bool // to the channel, which has to be TLS
	ByName    bool // only if the user asks for it by its name
	TwoSteps  bool // the initial response never goes with the command

	// Without TLS, somebody on the way could take over the login, or send it on to
	// another server. With TLS, it is bound to the server's certificate
	// (tls-server-end-point), unless it is by a ticket, which is for one server.
	Relayable bool

	// New begins a run. An error is a fault of kind usage if the mechanism cannot
	// carry the credentials.
	New func(Credentials) (Client, error)
}

// Mechanisms lists the mechanisms. Among those that need the same and are equally
// readable on the wire, the preferred ones come first.
func Mechanisms() []Mechanism {
	return []Mechanism{
		plainMechanism, loginMechanism,
		scramSHA256Plus, scramSHA1Plus, scramSHA256, scramSHA1, cramMD5Mechanism,
		externalMechanism,
		ntlmMechanism,
		gssapiMechanism,
		oauthBearerMechanism, xoauth2Mechanism,
	}
}

// unexpected returns the fault of a challenge that the mechanism does not have.
func unexpected(mechanism string) error {
	return fault.New(fault.Protocol, "the server sent a challenge that %s does not have", mechanism)
}

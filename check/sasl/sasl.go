// Package sasl has the mechanisms of AUTH (RFC 4422, RFC 5034), one file each
// and one row each in Mechanisms. It never sees the wire.
package sasl

import (
	"strings"

	"check_pop3x/check/fault"
)

// Credentials are what a mechanism may use.
type Credentials struct {
	User    string
	Secret  string // the password, or the access token
	Authzid string // whose mailbox to open, if that is not User's; "" without

	Host string // as the client knows the server, for OAUTHBEARER
	Port uint16

	MinIterations int     // the fewest that SCRAM may ask for; 0: MinIterations
	Binding       Binding // of the channel, for SCRAM with PLUS
}

// A Binding ties a login to the TLS session that it goes by (RFC 5056): what a
// relay in the middle passes on is good for nothing.
type Binding struct {
	Type string // "tls-exporter"
	Data []byte
}

// A Client is one run of a mechanism.
type Client interface {
	// Initial returns the initial response, or nil where the server speaks
	// first.
	Initial() []byte
	// Next answers a challenge. An error ends the exchange; it is a fault. It may
	// compute for a second, which nothing can interrupt.
	Next(challenge []byte) ([]byte, error)
	// Proven says whether the server has shown all that it had to show, so
	// that its +OK may be believed.
	Proven() bool
	// Refusal is what the server said inside of the exchange about why it refuses,
	// for people; "" where it said nothing.
	Refusal() string
	// Hides says whether a secret could be computed from the challenge, so that
	// nobody may see it.
	Hides(challenge []byte) bool
	// Derived lists what was computed from the secret and sent so far, before it
	// was encoded: it gives the secret away to whoever has the time to guess.
	Derived() [][]byte
}

// silent is what most mechanisms have in common: the server speaks first and
// has nothing to prove.
type silent struct{}

func (silent) Initial() []byte   { return nil }
func (silent) Proven() bool      { return true }
func (silent) Refusal() string   { return "" }
func (silent) Hides([]byte) bool { return false }
func (silent) Derived() [][]byte { return nil }

// A Need is what a mechanism logs in with.
type Need int

// What a mechanism may need.
const (
	Password    Need = iota
	Token            // an access token in the place of the password
	Certificate      // of the client, shown in the TLS handshake
)

// A Mechanism is one way to log in.
type Mechanism struct {
	Name      string // as the server lists it, "PLAIN"
	Needs     Need
	Cleartext bool // shows the secret to whoever reads the wire
	Authzid   bool // can open another mailbox than the user's own
	Bound     bool // to the channel, which has to be TLS

	// New begins a run. An error is a fault of kind usage: the credentials cannot
	// be sent by that mechanism.
	New func(Credentials) (Client, error)
}

// Mechanisms are those that --auth knows: of those that need the same and show
// the secret alike, the one that auto prefers first.
var Mechanisms = []Mechanism{
	plainMechanism, loginMechanism,
	scramSHA256Plus, scramSHA1Plus, scramSHA256, scramSHA1, cramMD5Mechanism,
	externalMechanism,
	oauthBearerMechanism, xoauth2Mechanism,
}

// Lookup finds a mechanism by its name in any case.
func Lookup(name string) (Mechanism, bool) {
	for _, m := range Mechanisms {
		if strings.EqualFold(m.Name, name) {
			return m, true
		}
	}
	return Mechanism{}, false
}

// unexpected is a challenge that the mechanism does not have.
func unexpected(mechanism string) error {
	return fault.New(fault.Protocol, "a challenge that %s does not have", mechanism)
}

// Package sasl has the mechanisms of AUTH (RFC 4422, RFC 5034), one file each
// and one row each in Mechanisms. It never sees the wire.
package sasl

import "strings"

// Credentials are what a mechanism may use.
type Credentials struct {
	User   string
	Secret string // the password
}

// A Client is one run of a mechanism.
type Client interface {
	// Initial returns the initial response, or nil where the server speaks
	// first.
	Initial() []byte
	// Next answers a challenge. An error ends the exchange; it is a fault.
	Next(challenge []byte) ([]byte, error)
	// Proven says whether the server has shown all that it had to show, so
	// that its +OK may be believed.
	Proven() bool
}

// A Mechanism is one way to log in.
type Mechanism struct {
	Name      string // as the server lists it, "PLAIN"
	Cleartext bool   // shows the secret to whoever reads the wire
	New       func(Credentials) Client
}

// Mechanisms are those that --auth knows, the one that auto prefers over TLS
// first.
var Mechanisms = []Mechanism{plainMechanism}

// Lookup finds a mechanism by its name in any case.
func Lookup(name string) (Mechanism, bool) {
	for _, m := range Mechanisms {
		if strings.EqualFold(m.Name, name) {
			return m, true
		}
	}
	return Mechanism{}, false
}

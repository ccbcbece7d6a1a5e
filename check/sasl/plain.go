package sasl

import "check_pop3x/check/fault"

var plainMechanism = Mechanism{Name: "PLAIN", Cleartext: true, New: newPlain}

// plain is RFC 4616: all in the initial response, without an authorization
// identity.
type plain struct{ Credentials }

func newPlain(c Credentials) Client { return plain{c} }

func (p plain) Initial() []byte { return []byte("\x00" + p.User + "\x00" + p.Secret) }

func (p plain) Next([]byte) ([]byte, error) {
	return nil, fault.New(fault.Protocol, "a challenge that PLAIN does not have")
}

func (p plain) Proven() bool { return true }

package sasl

var plainMechanism = Mechanism{Name: "PLAIN", Cleartext: true, Authzid: true, New: newPlain}

// plain is RFC 4616: all in the initial response. Names and password are sent as
// typed: by section 2, it is the server that applies SASLprep.
type plain struct {
	base
	Credentials
}

func newPlain(c Credentials) (Client, error) { return plain{Credentials: c}, nil }

func (p plain) Initial() []byte { return []byte(p.Authzid + "\x00" + p.User + "\x00" + p.Secret) }

func (p plain) Next([]byte) ([]byte, error) { return nil, unexpected("PLAIN") }

package sasl

var plainMechanism = Mechanism{Name: "PLAIN", Cleartext: true, Authzid: true, New: newPlain}

// plain is RFC 4616: all in the initial response. It goes as it was typed: by
// section 2 it is the server that prepares it (SASLprep) before it compares.
type plain struct {
	silent
	Credentials
}

func newPlain(c Credentials) (Client, error) { return plain{Credentials: c}, nil }

func (p plain) Initial() []byte { return []byte(p.Authzid + "\x00" + p.User + "\x00" + p.Secret) }

func (p plain) Next([]byte) ([]byte, error) { return nil, unexpected("PLAIN") }

package sasl

var externalMechanism = Mechanism{Name: "EXTERNAL", Needs: Certificate, Authzid: true, New: newExternal}

// external is RFC 4422, appendix A: the certificate of the TLS handshake says who
// the client is, and the response whose mailbox to open. If the response is empty,
// the server takes the name in the certificate. A name that the user gave is
// always sent, or else the mailbox might be somebody else's.
type external struct {
	base
	authzid  string
	repeated bool
}

func newExternal(c Credentials) (Client, error) {
	if c.Authzid == "" {
		c.Authzid = c.User
	}
	return &external{authzid: c.Authzid}, nil
}

func (e *external) Initial() []byte { return []byte(e.authzid) }

// Next answers an empty challenge once more: Courier takes an empty initial
// response for none and asks for it.
func (e *external) Next(challenge []byte) ([]byte, error) {
	if len(challenge) > 0 || e.authzid != "" || e.repeated {
		return nil, unexpected("EXTERNAL")
	}
	e.repeated = true
	return []byte{}, nil
}

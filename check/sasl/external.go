package sasl

var externalMechanism = Mechanism{Name: "EXTERNAL", Needs: Certificate, Authzid: true, New: newExternal}

// external is RFC 4422, appendix A: the certificate of the TLS handshake says
// who the client is, and the response for whom it acts. Empty is whom the server
// finds in the certificate; a name that was given is said, or the mailbox might
// be another's.
type external struct {
	silent
	authzid string
}

func newExternal(c Credentials) (Client, error) {
	if c.Authzid == "" {
		c.Authzid = c.User
	}
	return external{authzid: c.Authzid}, nil
}

func (e external) Initial() []byte { return []byte(e.authzid) }

func (e external) Next([]byte) ([]byte, error) { return nil, unexpected("EXTERNAL") }

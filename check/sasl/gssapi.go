package sasl

import "check_pop3x/check/fault"

// No security layer is used, so that whoever is on the way could go on with the
// session instead of the client.
var gssapiMechanism = Mechanism{Name: "GSSAPI", Needs: Ticket, Relayable: true, Authzid: true, New: newGSSAPI}

// A Context is the client's side of a security context of GSS-API (RFC 2743).
type Context interface {
	// Token returns the first token, with what the login is bound to; nil is nothing.
	Token(binding []byte) ([]byte, error)
	// Accept reads the server's token, with which it proves who it is.
	Accept(token []byte) error
	// Unwrap returns a message of the server, whose signature is good.
	Unwrap(token []byte) ([]byte, error)
	// Wrap signs a message for the server.
	Wrap(message []byte) ([]byte, error)
}

// gssapi is RFC 4752: tokens, and then the choice of a security layer.
type gssapi struct {
	base
	Credentials
	initial []byte
	step    gssapiStep
	sent    [][]byte
}

// A gssapiStep says what the server sends next.
type gssapiStep int

const (
	gssapiProof gssapiStep = iota // of who it is
	gssapiLayers
	gssapiDone // nothing
)

func newGSSAPI(c Credentials) (Client, error) {
	if c.Context == nil {
		return nil, fault.New(fault.Ticket, "there is no ticket to log in with")
	}
	var binding []byte
	if len(c.Binding.Data) > 0 { // RFC 5056, section 2.1
		binding = append([]byte(c.Binding.Type+":"), c.Binding.Data...)
	}
	token, err := c.Context.Token(binding)
	return &gssapi{Credentials: c, initial: token, sent: [][]byte{token}}, err
}

func (g *gssapi) Initial() []byte { return g.initial }

func (g *gssapi) Next(challenge []byte) (response []byte, err error) {
	switch g.step {
	case gssapiProof:
		if err := g.Context.Accept(challenge); err != nil {
			return nil, err
		}
		g.step = gssapiLayers
		return []byte{}, nil
	case gssapiLayers:
		if response, err = g.choose(challenge); err == nil {
			g.step, g.sent = gssapiDone, append(g.sent, response)
		}
		return response, err
	}
	return nil, unexpected("GSSAPI")
}

// noLayer is the bit of a login without a security layer (RFC 4752, section 3.3).
const noLayer = 1

// choose answers the offer of security layers, which begins with a set of them,
// with none of them, a buffer of no size, and whose mailbox to open (section 3.1).
func (g *gssapi) choose(challenge []byte) ([]byte, error) {
	offer, err := g.Context.Unwrap(challenge)
	switch {
	case err != nil:
		return nil, fault.New(fault.Protocol, "the server's offer of security layers is not signed as it has to be").Because(fault.ServiceUnproven)
	case len(offer) != 4:
		return nil, fault.New(fault.Protocol, "the server's offer of security layers has %s instead of 4", fault.Count(len(offer), "octet"))
	case offer[0]&noLayer == 0:
		return nil, fault.New(fault.Mechanism, "the server wants a security layer of GSSAPI").Because(fault.LayerWanted)
	}
	return g.Context.Wrap(append([]byte{noLayer, 0, 0, 0}, g.Authzid...))
}

func (g *gssapi) Proven() bool      { return g.step == gssapiDone }
func (g *gssapi) Hides([]byte) bool { return true }

// hiddenEnd is how much of each end of a token is not to be shown, in octets.
const hiddenEnd = 512

// Derived lists what was sent, of a long token its ends: the authenticator is the
// last of it. A ticket with hundreds of groups would take a second to be hidden
// whole, and is of no use without its end.
func (g *gssapi) Derived() (all [][]byte) {
	for _, sent := range g.sent {
		if len(sent) > 2*hiddenEnd {
			all = append(all, sent[:hiddenEnd])
			sent = sent[len(sent)-hiddenEnd:]
		}
		all = append(all, sent)
	}
	return all
}

package sasl

import (
	"fmt"

	"check_pop3x/check/fault"
)

var xoauth2Mechanism = Mechanism{Name: "XOAUTH2", Needs: Token, Cleartext: true, New: newXOAUTH2}

// xoauth2 is the form of Google and Microsoft
// (developers.google.com/gmail/imap/xoauth2-protocol). It has no initial
// response: Microsoft takes none, and with all others the token may answer an
// empty challenge as well. An error is acknowledged by an empty response.
type xoauth2 struct {
	bearer
	Credentials
	sent bool
}

func newXOAUTH2(c Credentials) (Client, error) {
	const name = "XOAUTH2"
	if err := bearable(name, c); err != nil {
		return nil, err
	}
	return &xoauth2{bearer: bearer{name: name}, Credentials: c}, nil
}

func (x *xoauth2) Next(challenge []byte) ([]byte, error) {
	switch {
	case x.sent:
		return x.refuse(challenge)
	case len(challenge) > 0:
		return nil, fault.New(fault.Protocol, "a challenge of XOAUTH2 before the token")
	}
	x.sent = true
	return fmt.Appendf(nil, "user=%s\x01auth=Bearer %s\x01\x01", x.User, x.Secret), nil
}

// Proven is also false for a server that did not want the token.
func (x *xoauth2) Proven() bool { return x.sent && x.bearer.Proven() }

package sasl

import (
	"fmt"

	"check_pop3x/check/fault"
)

var xoauth2Mechanism = Mechanism{Name: "XOAUTH2", Needs: Token, Cleartext: true, New: newXOAUTH2}

// xoauth2 is the mechanism of Google and Microsoft
// (developers.google.com/gmail/imap/xoauth2-protocol). It sends the token as the
// answer to an empty challenge, since Microsoft accepts no initial response and
// all others accept both. An error is answered by an empty response.
type xoauth2 struct {
	bearer
	Credentials
	sent bool
}

func newXOAUTH2(c Credentials) (Client, error) {
	const name = "XOAUTH2"
	if err := checkBearer(name, c); err != nil {
		return nil, err
	}
	return &xoauth2{bearer: bearer{name: name}, Credentials: c}, nil
}

func (x *xoauth2) Next(challenge []byte) ([]byte, error) {
	switch {
	case x.sent:
		return x.answerError(challenge)
	case len(challenge) > 0:
		return nil, fault.New(fault.Protocol, "the server sent a challenge before the token (XOAUTH2)")
	}
	x.sent = true
	return fmt.Appendf(nil, "user=%s\x01auth=Bearer %s\x01\x01", x.User, x.Secret), nil
}

// Proven is also false for a server that did not ask for the token.
func (x *xoauth2) Proven() bool { return x.sent && x.bearer.Proven() }

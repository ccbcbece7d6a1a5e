package sasl

import (
	"fmt"
	"strings"
)

var oauthBearerMechanism = Mechanism{Name: "OAUTHBEARER", Needs: Token, Cleartext: true, Authzid: true, New: newOAuthBearer}

// oauthBearer is RFC 7628: a GS2 header with the identity to act for, then fields
// separated by octets 1. An error in JSON is answered by one octet 1 (section
// 3.2.3).
type oauthBearer struct {
	bearer
	Credentials
}

func newOAuthBearer(c Credentials) (Client, error) {
	const name = "OAUTHBEARER"
	if err := checkBearer(name, c); err != nil {
		return nil, err
	}
	return &oauthBearer{bearer{name: name, answer: "\x01"}, c}, nil
}

func (o *oauthBearer) Initial() []byte {
	identity := o.Authzid
	if identity == "" {
		identity = o.User
	}
	return fmt.Appendf(nil, "n,a=%s,\x01host=%s\x01port=%d\x01auth=Bearer %s\x01\x01", saslName(identity), o.Host, o.Port, o.Secret)
}

func (o *oauthBearer) Next(challenge []byte) ([]byte, error) { return o.answerError(challenge) }

// saslName escapes a name for a GS2 header (RFC 5801, section 4).
func saslName(name string) string {
	return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(name)
}

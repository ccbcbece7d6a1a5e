package sasl

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"check_pop3x/check/fault"
)

// A bearer is what the two mechanisms of access tokens have in common: one
// response with the token, and an error in JSON that has to be answered before
// the server says -ERR.
type bearer struct {
	silent
	name    string
	answer  string // to an error
	refused string // what the error said; "" before one
}

func (b *bearer) Refusal() string { return b.refused }
func (b *bearer) Proven() bool    { return b.refused == "" }

// refuse takes an error challenge.
func (b *bearer) refuse(challenge []byte) ([]byte, error) {
	if b.refused != "" {
		return nil, unexpected(b.name)
	}
	b.refused = bearerError(challenge)
	return []byte(b.answer), nil
}

// bearerError says what stands in an error challenge for people (RFC 7628,
// section 3.2.2; that of XOAUTH2 has fields of the same names). What is not JSON
// is shown as it is.
func bearerError(challenge []byte) string {
	var fields map[string]any
	if json.Unmarshal(challenge, &fields) != nil || len(fields) == 0 {
		return fmt.Sprintf("%q", challenge)
	}
	var parts []string
	for _, name := range []string{"status", "schemes", "scope", "error", "error_description"} {
		if value, ok := fields[name]; ok {
			parts = append(parts, fmt.Sprintf("%s %v", name, value))
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("%q", challenge)
	}
	return strings.Join(parts, ", ")
}

// token68 is the grammar of a token (RFC 6750, section 2.1).
const token68 = `^[A-Za-z0-9._~+/-]+=*$`

// bearable refuses what cannot stand in the fields of a response.
func bearable(mechanism string, c Credentials) error {
	switch {
	case strings.Contains(c.User+c.Authzid, "\x01"):
		return fault.New(fault.Usage, "the user name holds a control character, which %s cannot carry", mechanism)
	case !regexp.MustCompile(token68).MatchString(c.Secret):
		return fault.New(fault.Usage, "that is no access token (RFC 6750: letters, digits and -._~+/ only), which %s needs", mechanism)
	}
	return nil
}

package sasl

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"check_pop3x/check/fault"
)

// bearer is what the two mechanisms for access tokens have in common: one response
// with the token, and an error in JSON that has to be answered before the server
// says -ERR.
type bearer struct {
	base
	name    string
	answer  string // to an error
	refusal string // what the error said; "" before one
}

func (b *bearer) Refusal() string { return b.refusal }
func (b *bearer) Proven() bool    { return b.refusal == "" }

// answerError answers an error challenge.
func (b *bearer) answerError(challenge []byte) ([]byte, error) {
	if b.refusal != "" {
		return nil, unexpected(b.name)
	}
	b.refusal = errorText(challenge)
	return []byte(b.answer), nil
}

// errorText returns the text of an error challenge for people (RFC 7628, section
// 3.2.2; XOAUTH2 uses the same names). What is not JSON is quoted as it is.
func errorText(challenge []byte) string {
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

// maxToken limits an access token, in octets.
const maxToken = 64 << 10

// IsToken reports whether text can be sent as an access token (RFC 6750, section
// 2.1). Other characters could end a field of XOAUTH2 or OAUTHBEARER.
func IsToken(text string) bool {
	return len(text) <= maxToken && regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`).MatchString(text)
}

// checkBearer refuses credentials that the fields of a response cannot carry.
func checkBearer(mechanism string, c Credentials) error {
	switch {
	case strings.Contains(c.User+c.Authzid, "\x01"):
		return fault.New(fault.Usage, "the user name holds a control character, which %s cannot carry", mechanism)
	case !IsToken(c.Secret):
		return fault.New(fault.Usage, "the token for %s is not an access token (RFC 6750: letters, digits and -._~+/ only), see --token-file", mechanism)
	}
	return nil
}

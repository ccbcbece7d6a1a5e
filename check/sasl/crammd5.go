package sasl

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"

	"check_pop3x/check/fault"
)

var cramMD5Mechanism = Mechanism{Name: "CRAM-MD5", New: newCRAMMD5}

// cramMD5 is RFC 2195: the answer is the name and the HMAC-MD5 of the challenge,
// keyed with the password. Neither the RFC nor servers apply SASLprep to them.
type cramMD5 struct {
	base
	Credentials
	digest []byte // nil before the challenge
}

func newCRAMMD5(c Credentials) (Client, error) { return &cramMD5{Credentials: c}, nil }

func (c *cramMD5) Next(challenge []byte) ([]byte, error) {
	switch {
	case c.digest != nil:
		return nil, unexpected("CRAM-MD5")
	case len(challenge) == 0: // the digest would always be the same
		return nil, fault.New(fault.Protocol, "the server sent an empty CRAM-MD5 challenge")
	}
	mac := hmac.New(md5.New, []byte(c.Secret))
	mac.Write(challenge)
	c.digest = mac.Sum(nil)
	return []byte(c.User + " " + hex.EncodeToString(c.digest)), nil
}

// Proven is false for a server that sent no challenge.
func (c *cramMD5) Proven() bool { return c.digest != nil }

func (c *cramMD5) Derived() [][]byte { return [][]byte{c.digest} }

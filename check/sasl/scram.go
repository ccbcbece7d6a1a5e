package sasl

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"hash"
	"regexp"
	"strconv"
	"strings"

	"check_pop3x/check/fault"
)

// The rows of SCRAM: RFC 5802 (SHA-1), RFC 7677 (SHA-256).
var (
	scramSHA256Plus = Mechanism{Name: "SCRAM-SHA-256-PLUS", Authzid: true, Bound: true, New: newSHA256Plus}
	scramSHA1Plus   = Mechanism{Name: "SCRAM-SHA-1-PLUS", Authzid: true, Bound: true, New: newSHA1Plus}
	scramSHA256     = Mechanism{Name: "SCRAM-SHA-256", Authzid: true, New: newSHA256}
	scramSHA1       = Mechanism{Name: "SCRAM-SHA-1", Authzid: true, New: newSHA1}
)

func newSHA256Plus(c Credentials) (Client, error) {
	return startSCRAM(sha256.New, true, c, rand.Text)
}
func newSHA1Plus(c Credentials) (Client, error) { return startSCRAM(sha1.New, true, c, rand.Text) }
func newSHA256(c Credentials) (Client, error) {
	return startSCRAM(sha256.New, false, c, rand.Text)
}
func newSHA1(c Credentials) (Client, error) { return startSCRAM(sha1.New, false, c, rand.Text) }

// Bounds of the iterations that a server may ask for. RFC 7677, section 4,
// requires at least 4096; with fewer, an eavesdropper guesses passwords too fast.
// A million takes half a second; a server that asks for more is an attacker.
const (
	MinIterations = 4096
	MaxIterations = 1_000_000
)

// scramClient is one run: client-first-message, server-first-message,
// client-final-message, and the server's signature. There is no login without that
// signature.
type scramClient struct {
	hash          func() hash.Hash
	secret        string
	nonce         string // the client's
	header, bare  string // client-first-message: gs2-header and client-first-message-bare
	binding       []byte // of the channel; nil without PLUS
	minIterations int

	state     scramState
	proof     []byte // that was sent; nil before
	signature []byte // of a server that knows the password; nil before
	refusal   string // the server's word for why it refuses
}

// A scramState says which message is next.
type scramState int

const (
	serverFirst scramState = iota
	serverFinal
	serverDone   // none
	serverProven // none, and the server has proved that it knows the password
)

// startSCRAM begins a run with a new nonce. Names and password are prepared with
// SASLprep; characters that it forbids would end the exchange (RFC 5802, section
// 5.1), so that they are refused here.
//
// Without PLUS the header says "n": no channel binding. "y" would claim that the
// server does not support it (section 6), which is wrong if the server offers PLUS
// and fails behind a proxy that terminates TLS. Users who want a login that cannot
// be relayed choose a mechanism with PLUS.
func startSCRAM(hash func() hash.Hash, plus bool, c Credentials, newNonce func() string) (Client, error) {
	c, err := prepare(c)
	switch {
	case err != nil:
		return nil, err
	case plus && len(c.Binding.Data) == 0:
		return nil, fault.New(fault.Mechanism, "there is no %s to bind the login to", c.Binding.Type).Because(fault.NoBinding)
	}
	s := &scramClient{hash: hash, secret: c.Secret, nonce: newNonce(), minIterations: cmp.Or(c.MinIterations, MinIterations)}
	s.header, s.bare = "n,", "n="+saslname(c.User)+",r="+s.nonce
	if plus {
		s.header, s.binding = "p="+c.Binding.Type+",", c.Binding.Data
	}
	if c.Authzid != "" {
		s.header += "a=" + saslname(c.Authzid)
	}
	s.header += ","
	return s, nil
}

// prepare applies SASLprep to names and password.
func prepare(c Credentials) (Credentials, error) {
	for _, part := range []struct {
		name string
		text *string
	}{{"the user name", &c.User}, {"the password", &c.Secret}, {"the name in --authzid", &c.Authzid}} {
		prepared, ok := saslprep(*part.text)
		if !ok {
			return c, fault.New(fault.Usage, "%s holds a character that SCRAM does not allow (SASLprep, RFC 4013), use --auth plain", part.name)
		}
		*part.text = prepared
	}
	return c, nil
}

// saslname escapes a name (RFC 5802, section 5.1).
func saslname(name string) string { return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(name) }

func (s *scramClient) Initial() []byte { return []byte(s.header + s.bare) }

func (s *scramClient) Next(challenge []byte) ([]byte, error) {
	state := s.state
	s.state++
	switch {
	case state != serverDone && bytes.HasPrefix(challenge, []byte("e=")): // some servers send it instead of the first message
		s.refusal, _, _ = strings.Cut(string(challenge[2:]), ",")
		s.state = serverDone
		return []byte{}, nil
	case state == serverFirst:
		return s.prove(string(challenge))
	case state == serverFinal:
		return s.verify(string(challenge))
	}
	s.state = serverDone
	return nil, unexpected("SCRAM")
}

// prove answers the server-first-message.
func (s *scramClient) prove(challenge string) ([]byte, error) {
	first, err := s.parseFirst(challenge)
	switch {
	case err != nil:
		return nil, err
	case first.iterations > MaxIterations:
		return nil, fault.New(fault.Protocol, "the server asks for more than %d iterations of SCRAM", MaxIterations)
	case first.iterations < s.minIterations:
		return nil, fault.New(fault.Mechanism, "the server asks for %d iterations of SCRAM, fewer than %d", first.iterations, s.minIterations).Because(fault.FewIterations)
	}
	channel := append([]byte(s.header), s.binding...)
	final := "c=" + base64.StdEncoding.EncodeToString(channel) + ",r=" + first.nonce
	if err := s.sign(first, s.bare+","+challenge+","+final); err != nil {
		return nil, fault.New(fault.Protocol, "the SCRAM exchange failed: %v", err)
	}
	return []byte(final + ",p=" + base64.StdEncoding.EncodeToString(s.proof)), nil
}

// sign computes our proof and the server's signature (RFC 5802, section 3).
// message is what the RFC calls AuthMessage.
func (s *scramClient) sign(first firstMessage, message string) error {
	salted, err := pbkdf2.Key(s.hash, s.secret, first.salt, first.iterations, s.hash().Size())
	if err != nil {
		return err
	}
	clientKey := s.hmac(salted, "Client Key")
	stored := s.hash()
	stored.Write(clientKey)
	s.proof = s.hmac(stored.Sum(nil), message)
	subtle.XORBytes(s.proof, s.proof, clientKey)
	s.signature = s.hmac(s.hmac(salted, "Server Key"), message)
	return nil
}

func (s *scramClient) hmac(key []byte, text string) []byte {
	mac := hmac.New(s.hash, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// A firstMessage is the server-first-message.
type firstMessage struct {
	nonce      string // ours and the server's
	salt       []byte
	iterations int
}

// firstPattern is its form (RFC 5802, section 7). Extensions may follow; mandatory
// ones, which come first (m=), are not supported.
const firstPattern = `^r=([!-+\--~]+),s=([A-Za-z0-9+/]+=*),i=([1-9][0-9]*)(,.*)?$`

// parseFirst reads the server-first-message. With a nonce that does not extend
// ours, an answer could be replayed.
func (s *scramClient) parseFirst(challenge string) (first firstMessage, err error) {
	wrong := &fault.Error{Kind: fault.Protocol, Text: "the server's first SCRAM message is malformed", Said: challenge}
	fields := regexp.MustCompile(firstPattern).FindStringSubmatch(challenge)
	if fields == nil {
		return first, wrong
	}
	first.nonce = fields[1]
	if !strings.HasPrefix(first.nonce, s.nonce) || first.nonce == s.nonce {
		return first, fault.New(fault.Protocol, "the server's SCRAM nonce does not begin with ours")
	}
	if first.salt, err = base64.StdEncoding.DecodeString(fields[2]); err != nil {
		return first, wrong
	}
	if first.iterations, err = strconv.Atoi(fields[3]); err != nil {
		first.iterations = MaxIterations + 1 // out of range
	}
	return first, nil
}

// verify checks the server's signature. The answer to it is empty.
func (s *scramClient) verify(challenge string) ([]byte, error) {
	field, _, _ := strings.Cut(challenge, ",")
	encoded, found := strings.CutPrefix(field, "v=")
	signature, err := base64.StdEncoding.DecodeString(encoded)
	if !found || err != nil || !hmac.Equal(signature, s.signature) {
		return nil, fault.New(fault.Protocol, "the server's SCRAM signature is wrong: it does not know the password").Because(fault.Unproven)
	}
	s.state = serverProven
	return []byte{}, nil
}

func (s *scramClient) Proven() bool    { return s.state == serverProven }
func (s *scramClient) Refusal() string { return s.refusal }

// Hides is true for the server's signature: with it and the salt, passwords can be
// guessed offline, as with our proof.
func (s *scramClient) Hides(challenge []byte) bool {
	return s.state != serverFirst && !bytes.HasPrefix(challenge, []byte("e="))
}

func (s *scramClient) Derived() [][]byte { return [][]byte{s.proof} }

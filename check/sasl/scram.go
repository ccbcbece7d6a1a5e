package sasl

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"regexp"
	"strconv"
	"strings"

	"github.com/xdg-go/scram"
	"github.com/xdg-go/stringprep"

	"check_pop3x/check/fault"
)

// The rows of SCRAM: RFC 5802 (SHA-1), RFC 7677 (SHA-256).
var (
	scramSHA256Plus = Mechanism{Name: "SCRAM-SHA-256-PLUS", Authzid: true, Bound: true, New: newSCRAM(sha256.New, true)}
	scramSHA1Plus   = Mechanism{Name: "SCRAM-SHA-1-PLUS", Authzid: true, Bound: true, New: newSCRAM(sha1.New, true)}
	scramSHA256     = Mechanism{Name: "SCRAM-SHA-256", Authzid: true, New: newSCRAM(sha256.New, false)}
	scramSHA1       = Mechanism{Name: "SCRAM-SHA-1", Authzid: true, New: newSCRAM(sha1.New, false)}
)

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
	conversation  *scram.ClientConversation
	first         string // client-first-message
	nonce         string // the client's, in it
	minIterations int
	state         scramState
	proof         []byte // that was sent; nil before
	refusal       string // the server's word for why it refuses
}

// A scramState says which message is next.
type scramState int

const (
	serverFirst scramState = iota
	serverFinal
	serverDone // none
)

// newSCRAM returns the constructor of a row.
func newSCRAM(hash func() hash.Hash, plus bool) func(Credentials) (Client, error) {
	return func(c Credentials) (Client, error) { return startSCRAM(hash, plus, c, rand.Text) }
}

// startSCRAM begins a run with a new nonce. Names and password are prepared with
// SASLprep; characters that it forbids would end the exchange (RFC 5802, section
// 5.1), so that they are refused here.
//
// Without PLUS the header says "n": no channel binding. "y" would claim that the
// server does not support it (section 6), which is wrong if the server offers PLUS
// and fails behind a proxy that terminates TLS. Users who want a login that cannot
// be relayed choose a mechanism with PLUS.
func startSCRAM(hash scram.HashGeneratorFcn, plus bool, c Credentials, newNonce func() string) (Client, error) {
	c, err := prepare(c)
	switch {
	case err != nil:
		return nil, err
	case plus && len(c.Binding.Data) == 0:
		return nil, fault.New(fault.Mechanism, "no %s to bind to", c.Binding.Type)
	}
	s := &scramClient{nonce: newNonce(), minIterations: c.MinIterations}
	if s.minIterations == 0 {
		s.minIterations = MinIterations
	}
	client, err := hash.NewClientUnprepped(c.User, c.Secret, c.Authzid)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	client.WithMinIterations(1).WithNonceGenerator(func() string { return s.nonce })
	s.conversation = client.NewConversation()
	if plus {
		s.conversation = client.NewConversationWithChannelBinding(scram.ChannelBinding{Type: scram.ChannelBindingType(c.Binding.Type), Data: c.Binding.Data})
	}
	s.first, err = s.conversation.Step("")
	return s, err
}

// prepare applies SASLprep to names and password.
func prepare(c Credentials) (Credentials, error) {
	for _, part := range []struct {
		name string
		text *string
	}{{"the user name", &c.User}, {"the password", &c.Secret}, {"the name in --authzid", &c.Authzid}} {
		prepared, err := stringprep.SASLprep.Prepare(*part.text)
		if err != nil || prepared == "" && *part.text != "" {
			return c, fault.New(fault.Usage, "%s holds a character that SCRAM does not allow (SASLprep, RFC 4013), try --auth plain", part.name)
		}
		*part.text = prepared
	}
	return c, nil
}

func (s *scramClient) Initial() []byte { return []byte(s.first) }

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
	iterations, err := s.parseFirst(challenge)
	switch {
	case err != nil:
		return nil, err
	case iterations > MaxIterations:
		return nil, fault.New(fault.Protocol, "the server asks for more than %d iterations of SCRAM", MaxIterations)
	case iterations < s.minIterations:
		return nil, fault.New(fault.Mechanism, "the server asks for %d iterations of SCRAM, fewer than %d", iterations, s.minIterations).Because(fault.FewIterations)
	}
	final, err := s.conversation.Step(challenge)
	if err != nil {
		return nil, fault.New(fault.Protocol, "SCRAM: %v", err)
	}
	_, proof, _ := strings.Cut(final, ",p=")
	s.proof, err = base64.StdEncoding.DecodeString(proof)
	return []byte(final), err
}

// firstMessage is the server-first-message (RFC 5802, section 7). Extensions may
// follow; mandatory ones, which come first (m=), are not supported.
const firstMessage = `^r=([!-+\--~]+),s=([A-Za-z0-9+/]+=*),i=([1-9][0-9]*)(,.*)?$`

// parseFirst checks the server-first-message and returns its iterations. With a
// nonce that does not extend ours, an answer could be replayed.
func (s *scramClient) parseFirst(challenge string) (iterations int, err error) {
	fields := regexp.MustCompile(firstMessage).FindStringSubmatch(challenge)
	switch {
	case fields == nil:
		return 0, &fault.Error{Kind: fault.Protocol, Text: "not a first message of SCRAM", Said: challenge}
	case !strings.HasPrefix(fields[1], s.nonce) || fields[1] == s.nonce:
		return 0, fault.New(fault.Protocol, "the nonce of the server does not extend ours")
	}
	if iterations, err = strconv.Atoi(fields[3]); err != nil {
		return MaxIterations + 1, nil // out of range
	}
	return iterations, nil
}

// verify checks the server's signature. The answer to it is empty.
func (s *scramClient) verify(challenge string) ([]byte, error) {
	if _, err := s.conversation.Step(challenge); err != nil {
		return nil, fault.New(fault.Protocol, "the signature of the server is wrong: it does not know the password")
	}
	return []byte{}, nil
}

func (s *scramClient) Proven() bool    { return s.conversation.Valid() && s.refusal == "" }
func (s *scramClient) Refusal() string { return s.refusal }

// Hides is true for the server's signature: with it and the salt, passwords can be
// guessed offline, as with our proof.
func (s *scramClient) Hides(challenge []byte) bool {
	return s.state != serverFirst && !bytes.HasPrefix(challenge, []byte("e="))
}

func (s *scramClient) Derived() [][]byte { return [][]byte{s.proof} }

package sasl

import (
	"errors"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// A signer is a context whose messages are signed by words that everybody knows.
type signer struct{ binding string }

var errUnsigned = errors.New("not signed")

func (s *signer) Token(binding []byte) ([]byte, error) {
	s.binding = string(binding)
	return []byte("ticket"), nil
}

func (s *signer) Accept(token []byte) error {
	if string(token) != "proof" {
		return fault.New(fault.Protocol, "no proof")
	}
	return nil
}

func (s *signer) Unwrap(token []byte) ([]byte, error) {
	message, found := strings.CutSuffix(string(token), ", the server")
	if !found {
		return nil, errUnsigned
	}
	return []byte(message), nil
}

func (s *signer) Wrap(message []byte) ([]byte, error) { return append(message, ", the client"...), nil }

// RFC 4752, section 3.1: no security layer, a buffer of no size, and whose mailbox.
func TestGSSAPI(t *testing.T) {
	for _, authzid := range []string{"", "bob"} {
		context := &signer{}
		client := begin(t, gssapiMechanism, Credentials{Context: context, Authzid: authzid, Binding: Binding{"tls-server-end-point", []byte("digest")}})
		if string(client.Initial()) != "ticket" || context.binding != "tls-server-end-point:digest" {
			t.Errorf("%q, bound to %q", client.Initial(), context.binding)
		}
		plays(t, client, turn{"proof", ""})
		if client.Proven() {
			t.Error("the server is believed before the choice of a layer")
		}
		plays(t, client, turn{"\x07\x00\x10\x00, the server", "\x01\x00\x00\x00" + authzid + ", the client"})
		if !client.Proven() {
			t.Error("the login is not complete")
		}
		if sent := client.Derived(); len(sent) != 2 || string(sent[0]) != "ticket" || !client.Hides(nil) {
			t.Errorf("what may not be shown: %q", sent)
		}
		refuses(t, client, "more", fault.Protocol)
	}
}

func TestGSSAPIWithoutTLS(t *testing.T) {
	context := &signer{binding: "unset"}
	begin(t, gssapiMechanism, Credentials{Context: context})
	if context.binding != "" {
		t.Errorf("bound to %q", context.binding)
	}
}

func TestGSSAPIRefuses(t *testing.T) {
	for name, s := range map[string]struct {
		proof, offer string
		kind         fault.Kind
	}{
		"a server without proof":      {"proof?", "", fault.Protocol},
		"an offer that is not signed": {"proof", "\x01\x00\x00\x00", fault.Protocol},
		"an offer that is too short":  {"proof", "\x01\x00\x00, the server", fault.Protocol},
		"an offer that is too long":   {"proof", "\x01\x00\x00\x00\x00, the server", fault.Protocol},
		"an offer of layers alone":    {"proof", "\x06\x00\x10\x00, the server", fault.Mechanism},
	} {
		t.Run(name, func(t *testing.T) {
			client := begin(t, gssapiMechanism, Credentials{Context: &signer{}})
			last := s.proof
			if s.offer != "" {
				plays(t, client, turn{s.proof, ""})
				last = s.offer
			}
			refuses(t, client, last, s.kind)
			if client.Proven() {
				t.Error("the server is believed")
			}
		})
	}
}

// Of a token that is long, the ends are hidden.
func TestGSSAPIHidesEnds(t *testing.T) {
	token := []byte(strings.Repeat("a", 600) + strings.Repeat("b", 600))
	ends := (&gssapi{sent: [][]byte{token, []byte("short")}}).Derived()
	if len(ends) != 3 || string(ends[0]) != string(token[:512]) || string(ends[1]) != string(token[688:]) || string(ends[2]) != "short" {
		t.Errorf("%q", ends)
	}
}

func TestGSSAPIWithoutTicket(t *testing.T) {
	if _, err := newGSSAPI(Credentials{}); kindOf(err) != fault.Ticket {
		t.Errorf("%v", err)
	}
}

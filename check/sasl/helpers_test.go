package sasl

import (
	"testing"

	"check_pop3x/check/fault"
)

// begin starts a run, which must not fail.
func begin(t testing.TB, m Mechanism, c Credentials) Client {
	t.Helper()
	client, err := m.New(c)
	if err != nil {
		t.Fatalf("%s: %v", m.Name, err)
	}
	return client
}

func kindOf(err error) fault.Kind {
	if f := fault.Of(err); f != nil {
		return f.Kind
	}
	return ""
}

// A turn is a challenge and the response to it.
type turn struct{ challenge, response string }

// plays checks the responses of a client, octet for octet.
func plays(t *testing.T, client Client, turns ...turn) {
	t.Helper()
	for _, turn := range turns {
		response, err := client.Next([]byte(turn.challenge))
		if string(response) != turn.response || response == nil || err != nil {
			t.Fatalf("%q: %q, %v, want %q", turn.challenge, response, err, turn.response)
		}
	}
}

// refuses checks that a client does not answer a challenge.
func refuses(t *testing.T, client Client, challenge string, kind fault.Kind) {
	t.Helper()
	if response, err := client.Next([]byte(challenge)); len(response) > 0 || kindOf(err) != kind {
		t.Errorf("%q: %q, %v, want %s", challenge, response, err, kind)
	}
}

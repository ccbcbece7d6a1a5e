package sasl

import (
	"testing"

	"check_pop3x/check/fault"
)

// RFC 4616, section 2: authzid, NUL, authcid, NUL, passwd.
func TestPlain(t *testing.T) {
	for _, s := range []struct{ authzid, user, secret, want string }{
		{"", "tim", "tanstaaftanstaaf", "\x00tim\x00tanstaaftanstaaf"}, // RFC 4616, section 4
		{"Ursel", "Kurt", "xipj3plmq", "Ursel\x00Kurt\x00xipj3plmq"},   // likewise
		{"", "alice@example.org", "correct horse ", "\x00alice@example.org\x00correct horse "},
		{"", "müller", "größe\u00ad", "\x00müller\x00größe\u00ad"}, // as typed, see plain
		{"", "x", "100% \"\\'", "\x00x\x00100% \"\\'"},
	} {
		client := begin(t, plainMechanism, Credentials{User: s.user, Secret: s.secret, Authzid: s.authzid})
		if got := string(client.Initial()); got != s.want {
			t.Errorf("got %q, want %q", got, s.want)
		}
		if !client.Proven() {
			t.Error("PLAIN waits for no proof")
		}
	}
}

// PLAIN has one message only: a challenge is a fault.
func TestPlainHasNoChallenge(t *testing.T) {
	client := begin(t, plainMechanism, Credentials{User: "alice", Secret: "secret"})
	for _, challenge := range []string{"", "Password:", "\x00"} {
		response, err := client.Next([]byte(challenge))
		if f := fault.Of(err); response != nil || f == nil || f.Kind != fault.Protocol {
			t.Errorf("%q: %q, %v", challenge, response, err)
		}
	}
}

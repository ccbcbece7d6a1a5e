package sasl

import (
	"testing"

	"check_pop3x/check/fault"
)

// RFC 4422, appendix A.1: the identity to act for, or nothing, which is not the
// same as no initial response.
func TestExternal(t *testing.T) {
	for _, s := range []struct{ user, authzid, want string }{
		{"", "", ""}, {"", "fred@example.com", "fred@example.com"}, {"alice", "", "alice"}, {"alice", "fred@example.com", "fred@example.com"},
	} {
		client := begin(t, externalMechanism, Credentials{User: s.user, Secret: "secret", Authzid: s.authzid})
		if initial := client.Initial(); initial == nil || string(initial) != s.want || !client.Proven() {
			t.Errorf("%q", initial)
		}
		refuses(t, client, "who?", fault.Protocol)
		if s.want != "" {
			refuses(t, client, "", fault.Protocol)
		}
	}
}

// Courier answers an empty initial response with an empty challenge, once.
func TestExternalAskedAgain(t *testing.T) {
	client := begin(t, externalMechanism, Credentials{Secret: "secret"})
	client.Initial()
	if response, err := client.Next(nil); err != nil || response == nil || len(response) > 0 {
		t.Errorf("%q, %v", response, err)
	}
	refuses(t, client, "", fault.Protocol)
}

package sasl

import (
	"encoding/base64"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// The example of RFC 7628, sections 4.1 and 4.3.
func TestOAuthBearer(t *testing.T) {
	client := begin(t, oauthBearerMechanism, Credentials{
		User: "user@example.com", Host: "server.example.com", Port: 143, Secret: "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
	})
	want := "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI" +
		"HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
	if got := base64.StdEncoding.EncodeToString(client.Initial()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !client.Proven() {
		t.Error("there is nothing to prove")
	}
	plays(t, client, turn{
		`{"status":"invalid_token","scope":"example_scope","openid-configuration":"https://example.com/.well-known/openid-configuration"}`, "\x01",
	})
	if want := "status invalid_token, scope example_scope"; client.Refusal() != want {
		t.Error(client.Refusal())
	}
	if client.Proven() {
		t.Error("a refusal followed by +OK is no login")
	}
	refuses(t, client, `{"status":"again"}`, fault.Protocol)
}

// Whose mailbox stands in the GS2 header, escaped (RFC 5801, section 4).
func TestOAuthBearerIdentity(t *testing.T) {
	for authzid, want := range map[string]string{
		"":          "n,a=alice,\x01host=h\x01port=995\x01auth=Bearer t\x01\x01",
		"b=o,b=2C":  "n,a=b=3Do=2Cb=3D2C,\x01host=h\x01port=995\x01auth=Bearer t\x01\x01",
		"info@shop": "n,a=info@shop,\x01host=h\x01port=995\x01auth=Bearer t\x01\x01",
	} {
		client := begin(t, oauthBearerMechanism, Credentials{User: "alice", Authzid: authzid, Host: "h", Port: 995, Secret: "t"})
		if got := string(client.Initial()); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

// The example of developers.google.com/gmail/imap/xoauth2-protocol, in two steps
// as learn.microsoft.com has it for POP.
func TestXOAUTH2(t *testing.T) {
	client := begin(t, xoauth2Mechanism, Credentials{User: "someuser@example.com", Secret: "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"})
	if client.Initial() != nil || client.Proven() {
		t.Error("the token goes on a line of its own")
	}
	response, err := client.Next([]byte{})
	if got := base64.StdEncoding.EncodeToString(response); err != nil ||
		got != "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==" {
		t.Errorf("%s, %v", got, err)
	}
	if !client.Proven() {
		t.Error("there is nothing to prove")
	}
	refusal, _ := base64.StdEncoding.DecodeString("eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9tYWlsLmdvb2dsZS5jb20vIn0K")
	plays(t, client, turn{string(refusal), ""})
	if want := "status 401, schemes bearer mac, scope https://mail.google.com/"; client.Refusal() != want || client.Proven() {
		t.Error(client.Refusal())
	}
	refuses(t, client, string(refusal), fault.Protocol)
}

// The token is not sent to a server whose first challenge is not empty.
func TestXOAUTH2WithAnEarlyChallenge(t *testing.T) {
	client := begin(t, xoauth2Mechanism, Credentials{User: "alice", Secret: "token"})
	refuses(t, client, "who are you?", fault.Protocol)
	if client.Proven() {
		t.Error("nothing was shown")
	}
}

// A refusal is shown, JSON or not.
func TestErrorText(t *testing.T) {
	for challenge, want := range map[string]string{
		`{"status":400}`:                        "status 400",
		`{"status":"401","x":"y"}`:              "status 401",
		`{"error":"e","error_description":"d"}`: "error e, error_description d",
		`{"schemes":["bearer","mac"]}`:          "schemes [bearer mac]",
		`{}`:                                    `"{}"`,
		`{"x":"y"}`:                             `"{\"x\":\"y\"}"`,
		`[1]`:                                   `"[1]"`,
		"":                                      `""`,
		"go\naway":                              `"go\naway"`,
	} {
		if got := errorText([]byte(challenge)); got != want {
			t.Errorf("%s: got %s, want %s", challenge, got, want)
		}
	}
}

// A name that would begin another field, or a malformed token, is not sent.
func TestNoToken(t *testing.T) {
	for _, m := range []Mechanism{oauthBearerMechanism, xoauth2Mechanism} {
		for _, c := range []Credentials{
			{User: "alice", Secret: ""}, {User: "alice", Secret: "correct horse"}, {User: "alice", Secret: "a\x01b"}, {User: "alice", Secret: "a=b"},
			{User: "a\x01auth=Bearer x", Secret: "token"}, {User: "alice", Secret: "tökén"},
		} {
			if _, err := m.New(c); kindOf(err) != fault.Usage || c.Secret != "" && strings.Contains(err.Error(), c.Secret) {
				t.Errorf("%s: %+v: %v", m.Name, c, err)
			}
		}
	}
}

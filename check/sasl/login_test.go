package sasl

import (
	"testing"

	"check_pop3x/check/fault"
)

// The text of the two prompts does not matter.
func TestLogin(t *testing.T) {
	c := Credentials{User: "alice", Secret: "correct horse"}
	for _, prompts := range [][2]string{
		{"Username:", "Password:"}, {"User Name\x00", "Password\x00"}, {"", ""}, {"VXNlcm5hbWU6", "?"},
	} {
		client := begin(t, loginMechanism, c)
		if client.Initial() != nil || client.Proven() {
			t.Error("the server speaks first")
		}
		plays(t, client, turn{prompts[0], "alice"}, turn{prompts[1], "correct horse"})
		if !client.Proven() {
			t.Error("there is no more to prove")
		}
		refuses(t, client, "And your other password:", fault.Protocol)
	}
}

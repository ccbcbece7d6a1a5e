package sasl

import (
	"encoding/hex"
	"testing"

	"check_pop3x/check/fault"
)

// The example of RFC 2195, section 2.
func TestCRAMMD5(t *testing.T) {
	client := begin(t, cramMD5Mechanism, Credentials{User: "tim", Secret: "tanstaaftanstaaf"})
	if client.Initial() != nil || client.Proven() {
		t.Error("the server speaks first")
	}
	plays(t, client, turn{"<1896.697170952@postoffice.reston.mci.net>", "tim b913a602c7eda7a495b4e6e7334d3890"})
	if !client.Proven() || hex.EncodeToString(client.Derived()[0]) != "b913a602c7eda7a495b4e6e7334d3890" {
		t.Errorf("derived %x", client.Derived())
	}
	refuses(t, client, "<1@h>", fault.Protocol)
}

func TestCRAMMD5WithoutChallenge(t *testing.T) {
	client := begin(t, cramMD5Mechanism, Credentials{User: "tim", Secret: "tanstaaftanstaaf"})
	refuses(t, client, "", fault.Protocol)
	if client.Proven() {
		t.Error("nothing was asked")
	}
}

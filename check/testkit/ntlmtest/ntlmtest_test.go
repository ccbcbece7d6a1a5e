package ntlmtest

import (
	"encoding/hex"
	"testing"
)

// The example of MS-NLMP, sections 4.2.1 and 4.2.4: NTLMv2 of Domain\User, whose
// password is Password.
func TestExample(t *testing.T) {
	random := [8]byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}
	if got := hex.EncodeToString(PasswordHash("Password")); got != "a4f49c406510bdcab6824ee7c30fd852" {
		t.Errorf("NTOWFv1 is %s", got)
	}
	if got := hex.EncodeToString(Hash("User", "Domain", "Password")); got != "0c868a403bfd7a93a3001ef22ef02e3f" {
		t.Errorf("NTOWFv2 is %s", got)
	}
	message, err := hex.DecodeString("4e544c4d5353500003000000180018006c00000054005400840000000c000c00480000000800080054000000" +
		"100010005c00000010001000d8000000358288e20501280a0000000f" +
		"44006f006d00610069006e00550073006500720043004f004d0050005500540045005200" +
		"86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa" +
		"68cd0ab851e51c96aabc927bebef6a1c01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000" +
		"02000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000" +
		"c5dad2544fc9799094ce1ce90bc9d03e")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Parse(message)
	if err != nil || r.User != "User" || r.Domain != "Domain" || text(r.Of(Computer)) != "Server" {
		t.Errorf("%+v, %v", r, err)
	}
	if !r.Proves("Password", random) || r.Proves("password", random) || r.Proves("Password", [8]byte{}) {
		t.Error("the proof is judged wrongly")
	}
}

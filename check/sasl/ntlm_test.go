package sasl

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
	"check_pop3x/check/testkit/ntlmtest"
)

// The challenge of MS-NLMP, section 4.2: its random part and the names in it.
var (
	ntlmRandom = [8]byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}
	ntlmNames  = []ntlmtest.Pair{{ID: ntlmtest.Domain, Value: ntlmtest.Text("Domain")}, {ID: ntlmtest.Computer, Value: ntlmtest.Text("Server")}}
)

// respondNTLM is the response to a challenge with these attributes.
func respondNTLM(t *testing.T, c Credentials, pairs ...ntlmtest.Pair) ntlmtest.Response {
	t.Helper()
	client := begin(t, ntlmMechanism, c)
	message, err := client.Next(ntlmtest.Challenge(ntlmtest.Offered, ntlmRandom, ntlmtest.Info(pairs...)))
	if err != nil {
		t.Fatal(err)
	}
	response, err := ntlmtest.Parse(message)
	if err != nil || !client.Proven() {
		t.Fatalf("%x: %v", message, err)
	}
	return response
}

func TestNTLM(t *testing.T) {
	for _, s := range []struct{ name, user, domain string }{
		{`Domain\User`, "User", "Domain"},
		{"User@domain.example", "User@domain.example", ""},
		{"User", "User", ""},
		{`Domain\Üser`, "Üser", "Domain"},
	} {
		response := respondNTLM(t, Credentials{User: s.name, Secret: "Pässword"}, ntlmNames...)
		if response.User != s.user || response.Domain != s.domain || !response.Proves("Pässword", ntlmRandom) {
			t.Errorf("%s: %+v", s.name, response)
		}
		if len(response.LM) > 0 {
			t.Errorf("%s: a response of LM goes with it: %x", s.name, response.LM)
		}
	}
}

// The negotiate message names neither the user nor this host.
func TestNTLMNegotiates(t *testing.T) {
	initial := begin(t, ntlmMechanism, Credentials{User: `Domain\User`, Secret: "Password"}).Initial()
	if len(initial) != 40 || !bytes.HasPrefix(initial, []byte("NTLMSSP\x00\x01\x00\x00\x00")) || !bytes.Equal(initial[16:20], make([]byte, 4)) {
		t.Errorf("%x", initial)
	}
}

// The hash of a channel binding that Microsoft publishes ("NTLM and Channel Binding
// Hash", Microsoft Open Specifications Support Team).
func TestNTLMBinding(t *testing.T) {
	certificate, _ := hex.DecodeString("ea05fefecc6b0bd571dbbc5baa3ed45386d0446835f7b74c85621b9983475f95")
	want, _ := hex.DecodeString("6586e99d81c2fc984e47172fd4dd0310")
	bound := Credentials{User: "User", Secret: "Password", Binding: Binding{"tls-server-end-point", certificate}}
	theirs := ntlmtest.Pair{ID: ntlmtest.ChannelBindings, Value: make([]byte, 16)}
	for _, s := range []struct {
		name  string
		c     Credentials
		pairs []ntlmtest.Pair
		want  []byte
	}{
		{"bound", bound, ntlmNames, want},
		{"instead of the server's own", bound, append(ntlmNames[:2:2], theirs), want},
		{"without TLS", Credentials{User: "User", Secret: "Password"}, append(ntlmNames[:2:2], theirs), nil},
	} {
		response := respondNTLM(t, s.c, s.pairs...)
		if got := response.Of(ntlmtest.ChannelBindings); !bytes.Equal(got, s.want) || !response.Proves("Password", ntlmRandom) {
			t.Errorf("%s: %x, want %x", s.name, got, s.want)
		}
		if got := string(response.Of(ntlmtest.Computer)); got != string(ntlmtest.Text("Server")) {
			t.Errorf("%s: the server's name became %q", s.name, got)
		}
	}
}

// A server's time is repeated, and a flag for an integrity code that is not sent is
// not.
func TestNTLMAttributes(t *testing.T) {
	clock := []byte{0, 1, 2, 3, 4, 5, 6, 7}
	response := respondNTLM(t, Credentials{User: "User", Secret: "Password"},
		ntlmtest.Pair{ID: ntlmtest.Timestamp, Value: clock}, ntlmtest.Pair{ID: ntlmtest.Flags, Value: []byte{3, 0, 0, 0}})
	if !bytes.Equal(response.Of(ntlmtest.Timestamp), clock) || !bytes.Equal(response.Of(ntlmtest.Flags), []byte{1, 0, 0, 0}) {
		t.Errorf("%+v", response.Info)
	}
}

// The challenge of Microsoft's example (MS-OXPOP3, section 4.1).
func TestNTLMExample(t *testing.T) {
	challenge, err := base64.StdEncoding.DecodeString("TlRMTVNTUAACAAAAFAAUADgAAAAFgoqinziKqGYjdlEAAAAAAAAAAGQAZABMAAAABQ" +
		"LODgAAAA9UAEUAUwBUAFMARQBSAFYARQBSAAIAFABUAEUAUwBUAFMARQBSAFYARQBSAA" +
		"EAFABUAEUAUwBUAFMARQBSAFYARQBSAAQAFABUAGUAcwB0AFMAZQByAHYAZQByAAMAFA" +
		"BUAGUAcwB0AFMAZQByAHYAZQByAAAAAAA=")
	if err != nil {
		t.Fatal(err)
	}
	client := begin(t, ntlmMechanism, Credentials{User: "User", Secret: "Password", Binding: Binding{"tls-server-end-point", []byte("x")}})
	message, err := client.Next(challenge)
	if err != nil {
		t.Fatal(err)
	}
	response, err := ntlmtest.Parse(message)
	if err != nil || len(response.Info) != 5 || !response.Proves("Password", [8]byte(challenge[24:])) {
		t.Errorf("%+v, %v", response, err)
	}
}

func TestNTLMRefuses(t *testing.T) {
	info := ntlmtest.Info(ntlmNames...)
	good := ntlmtest.Challenge(ntlmtest.Offered, ntlmRandom, info)
	beyond := slices.Clone(good)
	beyond[47] = 0xff
	for _, s := range []struct {
		name      string
		challenge []byte
		want      string
	}{
		{"nothing", nil, "malformed"},
		{"words", []byte("NTLM supported, and a lot more of words that are as long as it"), "malformed"},
		{"another message", []byte(strings.Replace(string(good), "\x02", "\x03", 1)), "malformed"},
		{"cut short", good[:47], "malformed"},
		{"information beyond the end", good[:len(good)-1], "malformed"},
		{"information far beyond the end", beyond, "malformed"},
		{"information without an end", ntlmtest.Challenge(ntlmtest.Offered, ntlmRandom, info[:len(info)-4]), "malformed"},
		{"an attribute that is cut", ntlmtest.Challenge(ntlmtest.Offered, ntlmRandom, []byte{1, 0, 9, 0, 'x'}), "malformed"},
		{"half a time", ntlmtest.Challenge(ntlmtest.Offered, ntlmRandom, ntlmtest.Info(ntlmtest.Pair{ID: ntlmtest.Timestamp, Value: make([]byte, 4)})), "malformed"},
		{"NTLMv1", ntlmtest.Challenge(ntlmtest.Offered|1<<7, ntlmRandom, info), "only NTLM v2"},
		{"a key to exchange", ntlmtest.Challenge(ntlmtest.Offered|1<<30, ntlmRandom, info), "key exchange"},
		{"no Unicode", ntlmtest.Challenge(ntlmtest.Offered&^1, ntlmRandom, info), "only unicode"},
	} {
		client := begin(t, ntlmMechanism, Credentials{User: "User", Secret: "Password"})
		response, err := client.Next(s.challenge)
		if response != nil || kindOf(err) != fault.Protocol || !strings.Contains(fmt.Sprint(err), s.want) || client.Proven() || client.Derived() != nil {
			t.Errorf("%s: %x, %v, want %q", s.name, response, err, s.want)
		}
	}
	client := begin(t, ntlmMechanism, Credentials{User: "User", Secret: "Password"})
	if _, err := client.Next(good); err != nil {
		t.Fatal(err)
	}
	refuses(t, client, string(good), fault.Protocol)
}

// What cannot be sent is refused before anything is.
func TestNTLMCannotCarry(t *testing.T) {
	for _, c := range []Credentials{
		{User: strings.Repeat("x", maxNTLMUser+1), Secret: "Password"},
		{User: "User", Secret: "P\xe4ssword"},
		{User: "\xdcser", Secret: "Password"},
	} {
		if _, err := newNTLM(c); kindOf(err) != fault.Usage {
			t.Errorf("%.20q: %v", c.User, err)
		}
	}
}

// The proof is found in the base64 of the whole message, as are the hashes.
func TestNTLMDerived(t *testing.T) {
	client := begin(t, ntlmMechanism, Credentials{User: `Domain\User`, Secret: "Password"})
	message, err := client.Next(ntlmtest.Challenge(ntlmtest.Offered, ntlmRandom, ntlmtest.Info(ntlmNames...)))
	if err != nil {
		t.Fatal(err)
	}
	whole, derived := base64.StdEncoding.EncodeToString(message), client.Derived()
	if !slices.ContainsFunc(derived, func(d []byte) bool {
		code := base64.RawStdEncoding.EncodeToString(d)
		return len(d) >= 14 && strings.Contains(whole, code[:len(code)-1]) // its end depends on what follows
	}) {
		t.Errorf("%s has none of %x", whole, derived)
	}
	for _, want := range [][]byte{ntlmtest.PasswordHash("Password"), ntlmtest.Hash("User", "Domain", "Password")} {
		if !slices.ContainsFunc(derived, func(d []byte) bool { return bytes.Equal(d, want) }) {
			t.Errorf("%x is not among %x", want, derived)
		}
	}
}

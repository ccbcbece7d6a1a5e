package sasl

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"
	"testing"

	"github.com/xdg-go/scram"

	"check_pop3x/check/fault"
)

// The examples of RFC 5802, section 5, and RFC 7677, section 3.
func TestSCRAM(t *testing.T) {
	for _, s := range []struct {
		hash                        func() hash.Hash
		nonce, serverFirst          string
		clientFirst, clientFinal, v string
	}{
		{
			sha1.New, "fyko+d2lbbFgONRv9qkxdawL", "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
			"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
			"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
		},
		{
			sha256.New, "rOprNGfwEbeRWgbNEkqO", "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
			"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
			"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
			"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
		},
	} {
		start := func() Client {
			client, err := startSCRAM(s.hash, false, Credentials{User: "user", Secret: "pencil"}, func() string { return s.nonce })
			if err != nil {
				t.Fatal(err)
			}
			return client
		}
		client := start()
		if got := string(client.Initial()); got != s.clientFirst {
			t.Errorf("got  %s\nwant %s", got, s.clientFirst)
		}
		if client.Hides([]byte(s.serverFirst)) {
			t.Error("the salt may be seen")
		}
		plays(t, client, turn{s.serverFirst, s.clientFinal})
		if client.Proven() || !client.Hides([]byte(s.v)) || !strings.HasSuffix(s.clientFinal, base64.StdEncoding.EncodeToString(client.Derived()[0])) {
			t.Errorf("proven before the proof, or it may be seen, or %x is not in the response", client.Derived())
		}
		plays(t, client, turn{s.v, ""})
		if !client.Proven() {
			t.Error("the signature is the one of the RFC")
		}
		refuses(t, client, s.v, fault.Protocol)

		client = start()
		plays(t, client, turn{s.serverFirst, s.clientFinal})
		refuses(t, client, "v="+base64.StdEncoding.EncodeToString(make([]byte, s.hash().Size())), fault.Protocol)
		if client.Proven() {
			t.Error("the signature is wrong")
		}
	}
}

// A server that asks for what it may not gets no answer and no proof.
func TestServerFirst(t *testing.T) {
	const good = "r=NONCEx,s=QSXCR+Q6sek8bf92,i="
	for challenge, kind := range map[string]fault.Kind{
		good + "4096":                            "",
		good + "4096,x=extension":                "",
		good + "4095":                            fault.Mechanism,
		good + "1":                               fault.Mechanism,
		good + "1000001":                         fault.Protocol,
		good + "99999999999999999999999999":      fault.Protocol,
		good + "0":                               fault.Protocol,
		good + "-4096":                           fault.Protocol,
		good + "04096":                           fault.Protocol,
		good + "4096 ":                           fault.Protocol,
		good:                                     fault.Protocol,
		"":                                       fault.Protocol,
		"e=unknown-user":                         "",
		"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=":         fault.Protocol,
		"m=new," + good + "4096":                 fault.Protocol,
		"r=NONCE,s=QSXCR+Q6sek8bf92,i=4096":      fault.Protocol, // not extended
		"r=NONC,s=QSXCR+Q6sek8bf92,i=4096":       fault.Protocol,
		"r=xNONCE,s=QSXCR+Q6sek8bf92,i=4096":     fault.Protocol,
		"r=NONCE x,s=QSXCR+Q6sek8bf92,i=4096":    fault.Protocol,
		"r=NONCEx\x00,s=QSXCR+Q6sek8bf92,i=4096": fault.Protocol,
		"r=NONCEx,s=,i=4096":                     fault.Protocol,
		"r=NONCEx,s=QSXC=,i=4096":                fault.Protocol,
		"r=NONCEx,s=!!!!,i=4096":                 fault.Protocol,
		"s=QSXCR+Q6sek8bf92,r=NONCEx,i=4096":     fault.Protocol,
	} {
		client, err := startSCRAM(sha1.New, false, Credentials{User: "user", Secret: "pencil"}, func() string { return "NONCE" })
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Next([]byte(challenge))
		if kindOf(err) != kind || (response == nil) != (kind != "") || client.Proven() {
			t.Errorf("%q: %q, %v", challenge, response, err)
		}
	}
}

// Users may allow fewer iterations for an old server, and require more of others.
func TestMinIterations(t *testing.T) {
	for least, asked := range map[int]map[int]bool{0: {4095: false, 4096: true}, 1024: {1023: false, 1024: true}, 10000: {4096: false, 10000: true}} {
		for iterations, answered := range asked {
			client, err := startSCRAM(sha1.New, false, Credentials{User: "user", Secret: "pencil", MinIterations: least}, func() string { return "NONCE" })
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Next(fmt.Appendf(nil, "r=NONCEx,s=QSXCR+Q6sek8bf92,i=%d", iterations))
			if (err == nil) != answered {
				t.Errorf("at least %d, asked for %d: %v", least, iterations, err)
			}
		}
	}
}

// A server may say why it refuses (RFC 5802, section 7); it is answered, and
// whatever follows is no login.
func TestServerError(t *testing.T) {
	client, err := startSCRAM(sha1.New, false, Credentials{User: "user", Secret: "pencil"}, func() string { return "NONCE" })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Next([]byte("r=NONCEx,s=QSXCR+Q6sek8bf92,i=4096")); err != nil {
		t.Fatal(err)
	}
	const refusal = "e=channel-bindings-dont-match,x=y"
	if client.Hides([]byte(refusal)) {
		t.Error("that is not secret")
	}
	plays(t, client, turn{refusal, ""})
	if client.Refusal() != "channel-bindings-dont-match" || client.Proven() {
		t.Errorf("%q", client.Refusal())
	}
	refuses(t, client, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", fault.Protocol)
	if client.Proven() {
		t.Error("refused, then proven")
	}
}

// RFC 5802, section 5.1: names are prepared and escaped, passwords prepared;
// RFC 4013, section 3, has the examples.
func TestSASLprep(t *testing.T) {
	first := func(c Credentials) string { return string(begin(t, scramSHA256, c).Initial()) }
	for user, want := range map[string]string{
		"user": "n,,n=user,r=", "I\u00adX": "n,,n=IX,r=", "\u00aa": "n,,n=a,r=", "\u2168": "n,,n=IX,r=", "a=b,c": "n,,n=a=3Db=2Cc,r=", "\U0001f600": "n,,n=\U0001f600,r=",
	} {
		if got := first(Credentials{User: user, Secret: "x"}); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %q", user, got)
		}
	}
	if got := first(Credentials{User: "user", Secret: "x", Authzid: "b,b"}); !strings.HasPrefix(got, "n,a=b=2Cb,n=user,r=") {
		t.Error(got)
	}
	for _, forbidden := range []string{"\u0007", "\u06271", "\xff", "\ufffd"} {
		for what, c := range map[string]Credentials{
			"the password": {User: "user", Secret: "secret" + forbidden}, "the user name": {User: "user" + forbidden, Secret: "secret"},
			"the name in --authzid": {User: "user", Secret: "secret", Authzid: "bob" + forbidden},
		} {
			_, err := scramSHA256.New(c)
			if kindOf(err) != fault.Usage || !strings.HasPrefix(err.Error(), what+" holds a character") || strings.Contains(err.Error(), "secret") {
				t.Errorf("%+v: %v", c, err)
			}
		}
	}
}

// converse plays a login between a row and a server that knows password.
func converse(t testing.TB, m Mechanism, c Credentials, hash scram.HashGeneratorFcn, password string, binding Binding) (Client, error) {
	t.Helper()
	stored, err := hash.NewClient(c.User, password, "")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := stored.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "0123456789abcdef", Iters: 4096})
	if err != nil {
		t.Fatal(err)
	}
	server, err := hash.NewServer(func(string) (scram.StoredCredentials, error) { return keys, nil })
	if err != nil {
		t.Fatal(err)
	}
	talk := server.NewConversationWithChannelBinding(scram.ChannelBinding{Type: scram.ChannelBindingType(binding.Type), Data: binding.Data})
	client := begin(t, m, c)
	said := client.Initial()
	for !talk.Done() {
		challenge, refused := talk.Step(string(said))
		if said, err = client.Next([]byte(challenge)); err != nil {
			return client, err
		}
		if refused != nil {
			return client, nil
		}
	}
	return client, nil
}

// A server library accepts each row, and notices a wrong password and the binding
// of another channel.
func TestSCRAMWithAServer(t *testing.T) {
	ours, others := Binding{"tls-exporter", []byte("ours")}, Binding{"tls-exporter", []byte("others")}
	for _, row := range []struct {
		Mechanism
		hash scram.HashGeneratorFcn
	}{{scramSHA1, scram.SHA1}, {scramSHA256, scram.SHA256}, {scramSHA1Plus, scram.SHA1}, {scramSHA256Plus, scram.SHA256}} {
		c := Credentials{User: "alice", Secret: "correct horse", Binding: ours}
		client, err := converse(t, row.Mechanism, c, row.hash, "correct horse", ours)
		if err != nil || !client.Proven() {
			t.Errorf("%s: %v", row.Name, err)
		}
		client, err = converse(t, row.Mechanism, c, row.hash, "wrong horse", ours)
		if err != nil || client.Proven() || client.Refusal() != "invalid-proof" {
			t.Errorf("%s: %q, %v", row.Name, client.Refusal(), err)
		}
		client, err = converse(t, row.Mechanism, c, row.hash, "correct horse", others)
		if err != nil || client.Proven() == row.Bound || row.Bound && client.Refusal() != "channel-bindings-dont-match" {
			t.Errorf("%s: %q, %v", row.Name, client.Refusal(), err)
		}
	}
}

// PLUS without a channel is refused; "n" must not be sent.
func TestPlusWithoutBinding(t *testing.T) {
	for _, m := range []Mechanism{scramSHA1Plus, scramSHA256Plus} {
		if _, err := m.New(Credentials{User: "alice", Secret: "x", Binding: Binding{Type: "tls-unique"}}); kindOf(err) != fault.Mechanism || !strings.Contains(err.Error(), "tls-unique") {
			t.Errorf("%s: %v", m.Name, err)
		}
		client := begin(t, m, Credentials{User: "alice", Secret: "x", Binding: Binding{"tls-exporter", []byte("x")}})
		if !strings.HasPrefix(string(client.Initial()), "p=tls-exporter,,n=alice,r=") {
			t.Errorf("%q", client.Initial())
		}
	}
}

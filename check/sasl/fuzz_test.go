package sasl

import (
	"bytes"
	"strings"
	"testing"

	"check_pop3x/check/fault"
	"check_pop3x/check/testkit/ntlmtest"
)

// FuzzNext lets any server talk to each mechanism. The exchange ends after a few
// rounds with a fault; a mechanism that is not cleartext never sends the secret;
// SCRAM never trusts a server that does not know the password.
func FuzzNext(f *testing.F) {
	const secret = "6ecret-t0ken"
	c := Credentials{User: "alice", Secret: secret, Host: "h", Port: 995, Binding: Binding{"tls-exporter", []byte("unique")}, Context: &signer{}}
	for i := range Mechanisms() {
		f.Add(byte(i), "")
		f.Add(byte(i), "Username:\nPassword:\nagain")
		f.Add(byte(i), "<1896.697170952@postoffice.reston.mci.net>\nx")
		f.Add(byte(i), "NONCEx,s=QSXCR+Q6sek8bf92,i=4096\nv=rmF9pqV8S7suAoZWja4dJRkFsKQ=\nx")
		f.Add(byte(i), "NONCEx,s=QSXCR+Q6sek8bf92,i=4096\ne=other-error\nv=rmF9pqV8S7suAoZWja4dJRkFsKQ=")
		f.Add(byte(i), string(ntlmtest.Challenge(ntlmtest.Offered, ntlmRandom, ntlmtest.Info(ntlmNames...)))+"\nx")
		f.Add(byte(i), "\n{\"status\":\"401\",\"schemes\":\"bearer\"}\n{}")
	}
	f.Fuzz(func(t *testing.T, row byte, said string) {
		all := Mechanisms()
		m := all[int(row)%len(all)]
		client := begin(t, m, c)
		s, mutual := client.(*scramClient)
		sent := [][]byte{client.Initial()}
		var err error
		for challenge := range strings.SplitSeq(said, "\n") {
			if mutual {
				challenge = strings.Replace(challenge, "NONCE", "r="+s.nonce, 1)
			}
			client.Hides([]byte(challenge))
			var response []byte
			if response, err = client.Next([]byte(challenge)); err != nil {
				break
			}
			if response == nil {
				t.Fatalf("%s: neither a response nor an error", m.Name)
			}
			sent = append(sent, response)
		}
		if len(sent) > 4 || err != nil && kindOf(err) == fault.Internal {
			t.Errorf("%s: %d responses, %v", m.Name, len(sent), err)
		}
		if mutual && client.Proven() {
			t.Errorf("%s believes a server that knows nothing", m.Name)
		}
		if client.Refusal() != "" && client.Proven() {
			t.Errorf("%s: %q, and proven", m.Name, client.Refusal())
		}
		if shown := bytes.Contains(bytes.Join(sent, nil), []byte(secret)); shown && !m.Cleartext {
			t.Errorf("%s shows the secret", m.Name)
		}
	})
}

//go:build integration

// What a user logs in with.

package integration

import (
	"testing"
)

// proof gives the options for it.
type proof func(*testing.T, call) []string

// of is the proof of another.
func (p proof) of(owner account) proof {
	return func(t *testing.T, c call) []string {
		t.Helper()
		c.user = owner
		return p(t, c)
	}
}

// byPassword has the password sent, also where it can be read.
func byPassword(t *testing.T, c call) []string {
	t.Helper()
	if c.how == inPlain {
		return append(byChallenge(t, c), "--allow-cleartext-login")
	}
	return byChallenge(t, c)
}

// byChallenge gives a password that is not to be sent.
func byChallenge(t *testing.T, c call) []string {
	t.Helper()
	return []string{"--password-file", passwordFile(t, c.user)}
}

// byToken gives a token of the tests' own.
func byToken(t *testing.T, c call) []string {
	t.Helper()
	return thisToken(tokenSigner().sign(t, claims(c.user.name)))(t, c)
}

// thisToken gives one that is there already.
func thisToken(token string) proof {
	return func(t *testing.T, c call) []string {
		t.Helper()
		args := []string{"--token-file", secretFile(t, "token", token+"\n")}
		if c.how == inPlain {
			return append(args, "--allow-cleartext-login")
		}
		return args
	}
}

// byCertificate gives one that the authority of the tests has issued.
func byCertificate(t *testing.T, c call) []string {
	t.Helper()
	id, err := rootCA.issueClient(c.user.name)
	if err != nil {
		t.Fatal(err)
	}
	return thisCertificate(id)(t, c)
}

// thisCertificate gives one that is there already.
func thisCertificate(id *identity) proof {
	return func(t *testing.T, _ call) []string {
		t.Helper()
		return []string{"--client-cert", secretFile(t, "client.pem", id.chain), "--client-key", secretFile(t, "client.key", id.key)}
	}
}

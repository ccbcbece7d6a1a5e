package sasl

import (
	"regexp"
	"testing"
)

// Each mechanism has one row, under a name that RFC 4422, section 3.1, allows.
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Mechanisms() {
		if !regexp.MustCompile(`^[A-Z0-9_-]{1,20}$`).MatchString(m.Name) {
			t.Errorf("%q is no name of a mechanism", m.Name)
		}
		if seen[m.Name] {
			t.Errorf("%s has two rows", m.Name)
		}
		seen[m.Name] = true
	}
}

// No mechanism changes the credentials or keeps anything between runs.
func TestRunsAreIndependent(t *testing.T) {
	c := Credentials{User: "alice", Secret: "secret", Binding: Binding{"tls-exporter", []byte("unique")}, Context: &signer{}}
	for _, m := range Mechanisms() {
		first, second := begin(t, m, c), begin(t, m, c)
		if m.Cleartext && string(first.Initial()) != string(second.Initial()) {
			t.Errorf("%s: %q, then %q", m.Name, first.Initial(), second.Initial())
		}
	}
}

package sasl

import (
	"regexp"
	"strings"
	"testing"
)

// Each mechanism is found by its name in any case and by nothing else.
func TestLookup(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Mechanisms {
		if !regexp.MustCompile(`^[A-Z0-9_-]{1,20}$`).MatchString(m.Name) { // RFC 4422, section 3.1
			t.Errorf("%q is no name of a mechanism", m.Name)
		}
		if seen[m.Name] {
			t.Errorf("%s has two rows", m.Name)
		}
		seen[m.Name] = true
		for _, name := range []string{m.Name, strings.ToLower(m.Name)} {
			if got, ok := Lookup(name); !ok || got.Name != m.Name {
				t.Errorf("%q finds %q", name, got.Name)
			}
		}
	}
	for _, name := range []string{"", " ", "PLAI", "PLAINS", " PLAIN", "PLAIN ", "auto", "user", "GSSAPI"} {
		if got, ok := Lookup(name); ok {
			t.Errorf("%q finds %q", name, got.Name)
		}
	}
}

// No mechanism changes the credentials or keeps something from run to run.
func TestEachMechanismStartsAnew(t *testing.T) {
	c := Credentials{User: "alice", Secret: "secret", Binding: Binding{"tls-exporter", []byte("unique")}}
	for _, m := range Mechanisms {
		first, second := begin(t, m, c), begin(t, m, c)
		if m.Cleartext && string(first.Initial()) != string(second.Initial()) {
			t.Errorf("%s: %q, then %q", m.Name, first.Initial(), second.Initial())
		}
	}
}

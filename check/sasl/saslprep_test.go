package sasl

import (
	"testing"
	"unicode"

	"github.com/xdg-go/stringprep"
)

// RFC 4013, section 3, has the first ones.
func TestSASLprepExamples(t *testing.T) {
	for text, want := range map[string]string{
		"I\u00adX": "IX", "user": "user", "USER": "USER", "\u00aa": "a", "\u2168": "IX",
		"": "", "a b": "a b", "a\u00a0b": "a b", "1\u18062": "12", "\u0627\u0628": "\u0627\u0628", "\u06271\u0628": "\u06271\u0628",
		"\U0001f600": "\U0001f600", // newer than Unicode 3.2
	} {
		if got, ok := saslprep(text); got != want || !ok {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
	for _, text := range []string{"\u0007", "\u06271", "\u0627a\u0628", "a\u0627", "\u00ad", "\u200b", "\u0085", "\u200e", "\ue000", "\ufdd0", "\ufffc", "\u2ff0", "\U000e0001", "\U0010fffe", "\xff"} {
		if got, ok := saslprep(text); ok {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// A library with the tables of Unicode 3.2 says the same of every character that
// Unicode 3.2 has.
func TestSASLprepOfEachCharacter(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
		if stringprep.TableA1.Contains(r) || r == 0x1806 { // which the library lacks in table B.1
			continue
		}
		want, err := stringprep.SASLprep.Prepare(string(r))
		if got, ok := saslprep(string(r)); ok != (err == nil && want != "") || ok && got != want {
			t.Errorf("%U: %q, %v, want %q, %v", r, got, ok, want, err)
		}
	}
}

package resolve

import (
	"strings"
	"testing"
)

func TestASCII(t *testing.T) {
	for name, want := range map[string]string{
		"mail.example.org":     "mail.example.org",
		"under_score.example":  "under_score.example",
		"MAIL.example.org":     "MAIL.example.org",
		"":                     "",
		"mail.müller.example":  "mail.xn--mller-kva.example",
		"MAIL.MÜLLER.example":  "mail.xn--mller-kva.example",
		"mu\u0308ller.example": "xn--mller-kva.example", // two characters for one
		"例え.テスト":               "xn--r8jz45g.xn--zckzah",
		"почта.рф":             "xn--80a1acny.xn--p1ai",
		"mail。例え。example":      "mail.xn--r8jz45g.example",
		"straße.example":       "xn--strae-oqa.example",
		"müller.example.":      "xn--mller-kva.example.",
	} {
		if got, err := ASCII(name); got != want || err != nil {
			t.Errorf("%s: %s, %v, want %s", name, got, err, want)
		}
	}
	for _, name := range []string{"mül ler.example", "a\u202e.example", "müller..example", strings.Repeat("ü", 64) + ".example", "-ü-.example", "\ufffd.example"} {
		if got, err := ASCII(name); err == nil {
			t.Errorf("%q becomes %s", name, got)
		}
	}
}

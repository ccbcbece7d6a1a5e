package fault

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// unclean says what in text is not fit to be shown in a line, or "".
func unclean(text string) string {
	if !utf8.ValidString(text) {
		return "not UTF-8"
	}
	for _, r := range text {
		switch {
		case r < ' ' || 0x7f <= r && r <= 0x9f:
			return "a control character"
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			return "a format character"
		case unicode.IsSpace(r) && r != ' ':
			return "white space that is no blank"
		}
	}
	return ""
}

// What comes out can be shown, is bounded, and stays as it is the second time;
// what could be shown already is left alone.
func FuzzClean(f *testing.F) {
	for _, text := range []string{
		"", "Dovecot ready.", "a|b", "  a  b ", "\x1b[2J\x00", "\xff\xfe", "ä\u202eö\u200b", "a\u2028b\u0085c", "|||", "世界", "\ufeffa",
		strings.Repeat("x ", 200), "a\u0301\u0301", "\U000e0001", "\u180e", "\u3164",
	} {
		f.Add(text, uint16(120))
		f.Add(text, uint16(1))
	}
	f.Fuzz(func(t *testing.T, text string, bound uint16) {
		max := int(bound)%2000 + 1
		got := Shorten(Clean(text), max)
		if what := unclean(got); what != "" || strings.Contains(got, "|") {
			t.Errorf("%q: %q has %s", text, got, what)
		}
		if strings.HasPrefix(got, " ") || strings.HasSuffix(got, " ") {
			t.Errorf("%q: %q has blanks around it", text, got)
		}
		if utf8.RuneCountInString(got) > max {
			t.Errorf("%q: %q has more than %d characters", text, got, max)
		}
		if again := Shorten(Clean(got), max); again != got {
			t.Errorf("%q: %q becomes %q", text, got, again)
		}
		if whole := Clean(text); whole != got && !strings.HasPrefix(whole, strings.TrimSuffix(got, "…")) {
			t.Errorf("%q: %q is no beginning of %q", text, got, whole)
		}
		if q := Quote(text, Whole); strings.Count(q, `"`) != 2 || q[0] != '"' || q[len(q)-1] != '"' {
			t.Errorf("%q: quoted as %s", text, q)
		}
	})
}

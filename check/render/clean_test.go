package render

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Text is cut by characters and says so.
func TestShorten(t *testing.T) {
	for _, s := range []struct {
		text string
		max  int
		want string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"äöü", 3, "äöü"}, {"äöüß", 3, "äö…"}, {"", 3, ""}, {"ab", 1, "…"}, {"世界世界", 2, "世…"},
	} {
		if got := clean(s.text, s.max); got != s.want {
			t.Errorf("%q to %d: got %q", s.text, s.max, got)
		}
	}
}

func TestShortenBytes(t *testing.T) {
	for _, text := range []string{"", "abcdefgh", "äöüßäöü", "世界世界世界", "a世b界c", strings.Repeat("🙂", 10)} {
		for max := len("…"); max < 45; max++ {
			got := shortenBytes(text, max)
			switch {
			case len(text) <= max && got != text:
				t.Errorf("%q to %d: got %q", text, max, got)
			case len(got) > max || !utf8.ValidString(got):
				t.Errorf("%q to %d: got %q", text, max, got)
			case got != text && (!strings.HasPrefix(text, strings.TrimSuffix(got, "…")) || len(got) <= max-4):
				t.Errorf("%q to %d: got %q", text, max, got)
			}
		}
	}
}

func TestQuote(t *testing.T) {
	for said, want := range map[string]string{
		"": `""`, "a": `"a"`, `say "no"`: `"say 'no'"`, `"`: `"'"`, "a\"\n|": `"a'"`,
	} {
		if got := quote(said); got != want {
			t.Errorf("%q: got %s", said, got)
		}
	}
}

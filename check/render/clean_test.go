package render

import (
	"strings"
	"testing"
	"unicode/utf8"
)

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

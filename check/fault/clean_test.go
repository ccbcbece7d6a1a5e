package fault

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "",
		"Dovecot ready.":                   "Dovecot ready.",
		"  a  b\t\r\nc \v\f d  ":           "a  b c d",
		"a|b":                              "a b",
		"a | b":                            "a b",
		"|a|":                              "a",
		"a\x00b\x01\x1b[31mc\x7f":          "ab[31mc",
		"a\u0085b\u00a0c\u3000d":           "a b c d", // next line, no-break and wide blanks are white space
		"a\u0080b\u009bc":                  "abc",     // the second set of controls
		"a\u200bb\u202ec\ufeffd":           "abcd",    // format characters
		"a\u2028b\u2029c":                  "a b c",
		"a\ue000b\U0010ffffc":              "abc", // private use, no character
		"\xffa\xc3":                        `\xffa\xc3`,
		"gr\xf6\xdfer\x00":                 "größer",
		"\xc3\xdc\xc2\xeb\xb4\xed\xce\xf3": "密码错误",
		"Grüße, 世界 🙂":                      "Grüße, 世界 🙂",
		"100% <b>\"quoted\"</b> $x":        "100% <b>\"quoted\"</b> $x",
		"a \x00 b":                         "a  b",
		"\x00 \x00a":                       "a",
	} {
		if got := Clean(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if again := Clean(want); again != want {
			t.Errorf("%q becomes %q", want, again)
		}
	}
}

// Text is cut by characters and says so.
func TestShorten(t *testing.T) {
	for _, s := range []struct {
		text string
		max  int
		want string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"äöü", 3, "äöü"}, {"äöüß", 3, "äö…"}, {"", 3, ""}, {"ab", 1, "…"}, {"世界世界", 2, "世…"},
	} {
		if got := Shorten(s.text, s.max); got != s.want {
			t.Errorf("%q to %d: got %q", s.text, s.max, got)
		}
	}
}

// A text is cut behind a sentence or a word, or else in the middle of one.
func TestQuoteSentences(t *testing.T) {
	for said, want := range map[string]string{
		"This is a sentence of some words. This is another one, and too long": "This is a sentence of some words. …",
		"No. " + strings.Repeat("ab ", 30):                                    "No. " + strings.Repeat("ab ", 17) + "ab …",
		strings.Repeat("ab ", 19) + "x.y":                                     strings.Repeat("ab ", 19) + "x.y",
		strings.Repeat("ab ", 19) + "x.yz":                                    strings.Repeat("ab ", 18) + "ab …",
		"a word " + strings.Repeat("y", 60):                                   "a word " + strings.Repeat("y", 52) + "…",
	} {
		if got := Quote(said, InLine); got != `"`+want+`"` {
			t.Errorf("%q: got %s", said, got)
		}
	}
}

// A server cannot end its own quotes, begin performance data, a second line or
// move the cursor.
func TestQuote(t *testing.T) {
	for said, want := range map[string]string{
		"": `""`, "a": `"a"`, `say "no"`: `"say 'no'"`, `"`: `"'"`, "a\"\n|": `"a'"`,
		`a" [auth]; all is well | time=0s`:   `"a' [auth]; all is well time=0s"`,
		"a\nPOP3 OK - fine":                  `"a POP3 OK - fine"`,
		"\x1b[2J\x00\x07bell\x7f\u009b31m":   `"[2Jbell31m"`,
		"|||":                                `""`,
		"a\u202egnp\u200b\u00adb":            `"agnpb"`,
		"\xff\xfe":                           `"\xff\xfe"`,
		"  a\t \u00a0b\u2028c  ":             `"a b c"`,
		strings.Repeat("ä", 241):             `"` + strings.Repeat("ä", 239) + `…"`,
		strings.Repeat("ä", 240):             `"` + strings.Repeat("ä", 240) + `"`,
		strings.Repeat(" ", 500) + "x|y":     `"x y"`,
		strings.Repeat("\x00", 500) + "%s%n": `"%s%n"`,
	} {
		if got := Quote(said, Whole); got != want {
			t.Errorf("%q: got %s, want %s", said, got, want)
		}
	}
}

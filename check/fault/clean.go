package fault

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"check_pop3x/check/charset"
)

// Bounds of what Quote shows of a text, in characters.
const (
	InLine = 60  // of the status line
	Whole  = 240 // where there is room
)

// Clean makes text from elsewhere fit to be shown: UTF-8, one line, no control or
// format characters, no "|" (monitoring engines take what follows it for
// performance data). Several blanks stay, since they may be what is wrong; other
// white space becomes one blank. Clean text stays as it is.
func Clean(text string) string {
	var b strings.Builder
	gap := ""
	for _, r := range charset.Show(text) {
		switch {
		case r == ' ' && !strings.HasPrefix(gap, "|"):
			gap += " "
			continue
		case unicode.IsSpace(r) || r == '|':
			gap = "|"
			continue
		case !unicode.IsPrint(r):
			continue
		}
		if b.Len() > 0 {
			b.WriteString(strings.Replace(gap, "|", " ", 1))
		}
		gap = ""
		b.WriteRune(r)
	}
	return b.String()
}

// Shorten cuts text to max characters, the last of which is "…".
func Shorten(text string, max int) string {
	if utf8.RuneCountInString(text) <= max {
		return text
	}
	return string([]rune(text)[:max-1]) + "…"
}

// Quote shows what a server said, up to max characters. A quote in it becomes ',
// so that nobody can pretend that it ended there.
func Quote(said string, max int) string {
	return `"` + strings.ReplaceAll(sentences(Clean(said), max), `"`, "'") + `"`
}

// sentences cuts a text of more than max characters in its second half: behind a
// sentence if it can, else behind a word.
func sentences(text string, max int) string {
	all := []rune(text)
	if len(all) <= max {
		return text
	}
	word := 0
	for end := max - len([]rune(" …")); end > max/2; end-- {
		switch {
		case all[end] != ' ':
		case strings.ContainsRune(".!?", all[end-1]):
			return string(all[:end]) + " …"
		case word == 0:
			word = end
		}
	}
	if word > 0 {
		return string(all[:word]) + " …"
	}
	return Shorten(text, max)
}

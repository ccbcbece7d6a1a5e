package fault

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"check_pop3x/check/charset"
)

// maxSaid bounds what Quote shows of a text, in characters; a longer one is cut
// at the end of a sentence behind minSaid, if one ends there.
const (
	minSaid = 120
	maxSaid = 240
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

// Quote shows what a server said. A quote in it becomes ', so that nobody can
// pretend that it ended there.
func Quote(said string) string {
	return `"` + strings.ReplaceAll(sentences(Clean(said)), `"`, "'") + `"`
}

// sentences cuts a text of more than maxSaid characters, behind a sentence if it
// can.
func sentences(text string) string {
	all := []rune(text)
	if len(all) <= maxSaid {
		return text
	}
	for end := maxSaid; end > minSaid; end-- {
		if strings.ContainsRune(".!?", all[end-1]) && all[end] == ' ' {
			return string(all[:end]) + " …"
		}
	}
	return Shorten(text, maxSaid)
}

package report

import (
	"strings"
	"unicode"
)

// Clean makes text from elsewhere fit to be shown: valid UTF-8, one line, no
// control or format characters, no "|" (monitoring engines take what follows it
// for performance data), white space folded. Clean text stays as it is.
func Clean(text string) string {
	var b strings.Builder
	blank := false
	for _, r := range text {
		switch {
		case unicode.IsSpace(r) || r == '|':
			blank = true
			continue
		case !unicode.IsPrint(r):
			continue
		}
		if blank && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(r)
	}
	return b.String()
}

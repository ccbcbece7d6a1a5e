package render

import (
	"strings"
	"unicode/utf8"

	"check_pop3x/check/report"
)

// maxSaid bounds what is shown of one line that a server said, in characters.
const maxSaid = 120

// clean makes text from elsewhere fit to be shown, in at most max characters.
func clean(text string, max int) string { return shorten(report.Clean(text), max) }

// shorten cuts text to max characters, the last of which says so.
func shorten(text string, max int) string {
	if utf8.RuneCountInString(text) <= max {
		return text
	}
	return string([]rune(text)[:max-1]) + "…"
}

// shortenBytes cuts text to max octets between characters.
func shortenBytes(text string, max int) string {
	if len(text) <= max {
		return text
	}
	const more = "…"
	end := 0
	for i := range text {
		if i > max-len(more) {
			break
		}
		end = i
	}
	return text[:end] + more
}

// quote shows what a server said. A quote in it becomes ', so that nobody can
// pretend that it ended there.
func quote(said string) string {
	return `"` + strings.ReplaceAll(clean(said, maxSaid), `"`, "'") + `"`
}

package render

import "check_pop3x/check/fault"

// clean makes text from elsewhere fit to be shown, in at most max characters.
func clean(text string, max int) string { return fault.Shorten(fault.Clean(text), max) }

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

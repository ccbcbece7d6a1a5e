package render

import (
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// secondLook says what a second connection showed of a server that was silent.
func secondLook(l *report.Look) []string {
	if l == nil {
		return nil
	}
	sent := "nothing sent"
	if l.Hello {
		sent = "ClientHello sent"
	}
	line := l.Address + "  " + sent + ": " + fault.Shorten(l.Result, maxText) + ", " + fault.Duration(l.Time)
	if l.Said != "" {
		line += "; the server said " + quoteWhole(l.Said)
	}
	return []string{line}
}

package render

import (
	"fmt"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// token says where the access token came from, never what it is.
func (p page) token() []string {
	t := p.v.Report.Token
	if t == nil {
		return nil
	}
	from := "from " + clean(t.Place, maxText)
	switch {
	case t.Kept:
		from += fmt.Sprintf(", kept from %s ago, for %s more", span(t.Age), span(t.Left))
	case t.Left > 0 && t.Unkept == "":
		from += fmt.Sprintf(", asked for now, kept for %s", span(t.Left))
	case t.Unkept != "":
		return []string{from + ", asked for now", "not kept: " + clean(t.Unkept, maxText)}
	}
	return []string{from}
}

// tokenSays finds what a token server says, by its code (RFC 6749, section 5.2).
func tokenSays(code string) func(*fault.Error, string, *report.Report) bool {
	return func(f *fault.Error, _ string, _ *report.Report) bool {
		said, _, _ := strings.Cut(f.Said, ":")
		return f.Kind == fault.Token && said == code
	}
}

// span is a time in seconds or, where that is no loss, in minutes.
func span(d time.Duration) string {
	if d < 2*time.Minute {
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f min", d.Minutes())
}

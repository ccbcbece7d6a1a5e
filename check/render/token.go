package render

import (
	"fmt"
	"time"
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

// span is a time in seconds or, where that is no loss, in minutes.
func span(d time.Duration) string {
	if d < 2*time.Minute {
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f min", d.Minutes())
}

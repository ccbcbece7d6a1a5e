package render

import (
	"strings"
	"testing"
	"time"

	"check_pop3x/check/report"
)

// Where a token came from.
func TestToken(t *testing.T) {
	for want, origin := range map[string]report.Token{
		"from /etc/t":                                                   {Place: "/etc/t"},
		"from x, asked for now, kept for 55 min":                        {Place: "x", Left: 55 * time.Minute},
		"from x, kept from 7 s ago, for 55 min more":                    {Place: "x", Kept: true, Age: 7 * time.Second, Left: 55 * time.Minute},
		"from x, kept from 50 min ago, for 90 s more":                   {Place: "x", Kept: true, Age: 50 * time.Minute, Left: 90 * time.Second},
		"from x, asked for now|not kept: d: it belongs to another user": {Place: "x", Left: time.Hour, Unkept: "d: it belongs to another user"},
		"from x, asked for now|not kept: it ends too soon":              {Place: "x", Unkept: "it ends too soon"},
	} {
		if got := strings.Join(token(&origin), "|"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := token(nil); got != nil {
		t.Error(got)
	}
}

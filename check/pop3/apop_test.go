package pop3

import (
	"strings"
	"testing"
)

// The example of RFC 1939, section 7.
func TestAPOP(t *testing.T) {
	stamp, found := Timestamp("POP3 server ready <1896.697170952@dbc.mtview.ca.us>")
	if stamp != "<1896.697170952@dbc.mtview.ca.us>" || !found {
		t.Errorf("%q, %v", stamp, found)
	}
	w := play(t, `
S: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>
C: APOP mrose c4c9334bac560ecc979e58001b3e22fb
S: +OK maildrop has 1 message (369 octets)`)
	var trace tracer
	c := New(w, trace.note)
	greet(c)
	if err := c.APOP("mrose", Digest(stamp, "tanstaaf")); err != nil {
		t.Error(err)
	}
	w.finish()
	if trace[1] != "C: APOP mrose ***" {
		t.Errorf("%q", trace)
	}
}

// Only a msg-id is answered.
func TestTimestamp(t *testing.T) {
	for greeting, want := range map[string]struct {
		stamp string
		found bool
	}{
		"Dovecot (Debian) ready. <11b.1.6b00aef7.6Gjw+/==@vm>": {"<11b.1.6b00aef7.6Gjw+/==@vm>", true},
		"x <2026@[::1]> y": {"<2026@[::1]>", true},
		"Qpopper (version 4.0.3) at esmeralda starting.  <2@esm>": {"<2@esm>", true},
		"<b>bold</b> <1@h>": {"<1@h>", true},
		"<1@h> and <2>":     {"", true},
		"":                  {"", false},
		"ready":             {"", false},
		"ready <":           {"", false},
		"ready <1@h":        {"", false},
		"> <":               {"", false},
		"ready <>":          {"", true},
		"ready <1>":         {"", true},
		"ready <@>":         {"", true},
		"ready <1@>":        {"", true},
		"ready <@h>":        {"", true},
		"ready <1@h@i>":     {"", true},
		"ready <1@h<2@h>":   {"<2@h>", true},
		"ready <1 @h>":      {"", true},
		"ready <1\x00@h>":   {"", true},
		"ready <1\x1b[@h>":  {"", true},
		"ready <1\x7f@h>":   {"", true},
		"ready <1\x80@h>":   {"", true},
		"ready <ü@h>":       {"", true},
		"ready <1\t@h>":     {"", true},
	} {
		if stamp, found := Timestamp(greeting); stamp != want.stamp || found != want.found {
			t.Errorf("%q: %q, %v", greeting, stamp, found)
		}
	}
}

// FuzzTimestamp: a timestamp is a msg-id from the greeting, of printable octets.
func FuzzTimestamp(f *testing.F) {
	for _, greeting := range []string{"ready <1@h>", "<b> <1@h", "<1@h><", "<1\x00@h>", "<@>", "<a@b@c>"} {
		f.Add(greeting)
	}
	f.Fuzz(func(t *testing.T, greeting string) {
		stamp, found := Timestamp(greeting)
		if stamp == "" {
			return
		}
		inside := strings.Trim(stamp, "<>")
		if !found || !strings.Contains(greeting, stamp) || stamp != "<"+inside+">" || strings.Count(inside, "@") != 1 ||
			strings.HasPrefix(inside, "@") || strings.HasSuffix(inside, "@") ||
			strings.ContainsFunc(inside, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' }) {
			t.Errorf("%q from %q", stamp, greeting)
		}
	})
}

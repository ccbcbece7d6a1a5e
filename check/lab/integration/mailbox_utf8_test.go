//go:build integration

// Headers with raw octets: Courier hides the messages that have them from clients that do not ask for UTF-8.

package integration

import (
	"strings"
	"testing"
	"time"
)

// Three messages, of which the last two have headers that are not ASCII: in UTF-8, and in windows-1252.
var raw = account{"raw", "octets as they are", []string{
	received(3*day, "") + letter(1, "plain"),
	received(2*day, "") + letter(2, "Sicherung für München"),
	received(10*time.Minute, "") + letter(3, "Sicherung f\xfcr N\xfcrnberg"),
}}

// RFC 6856: with UTF8 the messages are what they are, in the same number of round trips.
func TestUTF8(t *testing.T) {
	s := private(t, func() (*server, error) { return startCourier(courierConfig{accounts: []account{raw}}) })
	d := hold(t, s, inPlain, raw)
	d.say("TOP 2 0")
	for line := ""; !strings.HasPrefix(line, "Subject: "); {
		if line = d.expect(""); strings.Contains(line, "ü") {
			t.Error("Courier shows it to everybody, so that this test proves nothing")
		}
	}
	d.conn.Close()
	for _, way := range ways {
		o := check(t, s, way, raw, "--match", "Subject=^Sicherung für (München|Nürnberg)$", "--newest-critical", "1h", "--age-scan", "all", "--steps", "top,retr", "-vvv")
		o.want("OK", full(raw)+`, 2 of 3 match`+aged)
		o.wantAge("newest_age", 10*time.Minute)
		o.wantAge("oldest_age", 2*day)
		if !strings.Contains(strings.Join(o.lines, "\n"), "C: UTF8\n  C: ") {
			t.Errorf("%v: UTF8 is not sent with the next command:\n%s", way, strings.Join(o.lines, "\n"))
		}
	}
	for _, step := range []string{"list", "noop"} {
		if o := check(t, s, inPlain, raw, "--steps", step, "-vvv"); strings.Contains(strings.Join(o.lines, "\n"), "C: UTF8") {
			t.Errorf("nothing is read that needs UTF8:\n%s", strings.Join(o.lines, "\n"))
		}
	}
}

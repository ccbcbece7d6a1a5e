package loop

import (
	"strings"
	"testing"
)

// notice is what Postfix sends, shortened.
const notice = `From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

<alice@example.org>: host store.example.org said: 550 5.2.2 no room
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; alice@example.org
Action: ACTION
Status: 5.2.2
Remote-MTA: dns; store.example.org
Diagnostic-Code: smtp; 550 5.2.2
    no room in the mailbox

--x
Content-Type: text/rfc822-headers

Return-Path: <check@example.org>
FIELD
Subject: check_pop3x probe

--x--
`

func TestBounce(t *testing.T) {
	k, p := testKey(t, "alice"), NewProbe(noon)
	signed, _, _ := strings.Cut(string(k.Sign(p, []byte(letter))), "\r\nFrom:")
	parse := func(action, field string) (Bounce, bool) {
		var n Notice
		for line := range strings.SplitSeq(strings.NewReplacer("ACTION", action, "FIELD", strings.ReplaceAll(field, "\r\n", "\n")).Replace(notice), "\n") {
			n.Add([]byte(line))
		}
		return k.Bounce(&n)
	}
	want := Bounce{p, "5.2.2", "550 5.2.2 no room in the mailbox", "store.example.org"}
	if b, ok := parse("failed", signed); !ok || b != want {
		t.Errorf("%+v, %v", b, ok)
	}
	if b, ok := parse("delayed", signed); ok {
		t.Errorf("a delay: %+v", b)
	}
	if b, ok := parse("failed", "X-Other: 1"); ok {
		t.Errorf("another mail: %+v", b)
	}
	if b, ok := parse("failed", strings.Replace(signed, "12:00:00", "12:00:01", 1)); ok {
		t.Errorf("a forged field: %+v", b)
	}
}

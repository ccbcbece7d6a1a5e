//go:build integration

// How long mail took, by what the servers on its way wrote into it.

package integration

import (
	"strings"
	"testing"
	"time"
)

// Postfix takes a message that another server has held for four minutes, says so above that server's word, and Dovecot
// hands it out: the line blames the other server. A message that comes from its sender is there at once.
func TestTransit(t *testing.T) {
	reports := account{"reports", "in time", nil}
	s := private(t, func() (*server, error) { return startDovecot(dovecotConfig{accounts: []account{reports}}) })
	p := private(t, func() (*postfix, error) { return startPostfix(s, reports) })
	deliver := func(text string) {
		if err := p.deliver(reports, strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	deliver("Received: from laptop.example.org by relay.example.org with ESMTPSA (TLS1.3) id 1; " + ago(4*time.Minute) + "\nDate: " + ago(5*time.Minute) + "\n" + letter(1, "late"))
	o := check(t, s, inPlain, reports, "--transit-critical", "2m", "-v")
	o.want("CRITICAL", `newest message took [45] min( \d+ s)? \(critical above 2 minutes\), [45] min( \d+ s)? of it between relay\.example\.org and mx\.pop3\.test; see the queue of relay; 1 message, `)
	o.wantMetric("hops", "2")
	o.wantLineLike(` ESMTPSA   TLS 1\.3  relay\.example\.org$`)
	o.wantLineLike(`  \+[45] min( \d+ s)? +E?SMTP     -        mx\.pop3\.test$`)

	deliver("Date: " + ago(0) + "\n" + letter(2, "in time"))
	o = check(t, s, inPlain, reports, "--transit-critical", "3m")
	o.want("OK", `2 messages, `)
	o.wantMetric("hops", "1")
	o.wantLimits("transit", ";;180;0")

	o = check(t, s, inPlain, reports, "--authserv-id", "mx.pop3.test", "--require-auth", "spf,dkim")
	o.want("CRITICAL", `top: the newest message has no Authentication-Results of mx\.pop3\.test; correct --authserv-id`)
}

// ago is a date that is so far from now: stamp counts from the beginning of the tests, which may be minutes ago.
func ago(age time.Duration) string { return stamp(age-time.Since(stocked), "GMT", 0) }

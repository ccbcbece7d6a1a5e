//go:build integration

// What it costs to look for probes among twenty thousand other messages, and to send one.

package integration

import (
	"fmt"
	"path/filepath"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// A traffic is what a run sent and got.
type traffic struct{ trips, sent, got int64 }

func (c traffic) String() string {
	return fmt.Sprintf("%d round trips, %d octets sent, %d received", c.trips, c.sent, c.got)
}

// counted is a relay in front of a server.
func counted(t *testing.T, server string) *pop3test.Relay {
	t.Helper()
	r, err := pop3test.NewRelay("127.0.0.1:0", server, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// during is what went through a relay meanwhile.
func during(r *pop3test.Relay, do func()) traffic {
	now := func() traffic {
		return traffic{r.RoundTrips(), r.Bytes(pop3test.ToServer), r.Bytes(pop3test.ToClient)}
	}
	before := now()
	do()
	after := now()
	return traffic{after.trips - before.trips, after.sent - before.sent, after.got - before.got}
}

// The 256 headers are read in a few round trips: the pieces in which they come are the server's. That takes as
// long as the two headers for an age, nearly all of it Dovecot's.
func TestLoopAmongManyMessages(t *testing.T) {
	t.Parallel()
	s, user := dovecot.stocked.get(t), crowd()
	p := private(t, func() (*postfix, error) { return startSubmission(s, user, postfixConfig{}) })
	box, mail := counted(t, s.port(inPlain)), counted(t, p.addr)
	c := call{addr: box.Addr().String(), how: inPlain, user: user}
	look := func(more ...string) traffic {
		c.args = more
		return during(box, func() { run(t, c).want("OK", `20000 messages, `) })
	}
	loop := args("--send-via", mail.Addr().String(), "--send-clear", "--send-to", "small@pop3.test", "--state-dir", filepath.Join(t.TempDir(), "state"))
	var sending traffic
	sent := during(mail, func() { sending = look(loop...) })
	without, aged, looking := look(), look("--newest-critical", "1w"), look(loop...)
	t.Logf("without:             %v", without)
	t.Logf("age of the newest:   %v", aged)
	t.Logf("looking for a probe: %v", looking)
	t.Logf("and sending one:     %v; SMTP: %v", sending, sent)
	if looking.trips > without.trips+5 || looking.sent > 4<<10 || looking.got > 60<<10 || sending.sent != looking.sent || sent.trips > 7 || sent.sent > 2<<10 {
		t.Error("that is too much")
	}
}

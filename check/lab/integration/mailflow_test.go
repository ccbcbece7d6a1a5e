//go:build integration

// What holds mail up: queues, relays, greylisting, clocks, disks, quotas, filters.

package integration

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// late is what the line says of a probe that is out, and how the search begins.
const late = `probe of \d\d:\d\d has not arrived for [^;]+ \(critical above \d s\), none has so far; look for it in the --send-via server's queue and log, then in Junk; \d+ messages?, `

// took is the end of a line about a probe that arrived.
const took = `, last probe took [^;]+ in `

// judge only looks at the probes that are out.
func (b *submitter) judge(via string, more ...string) *outcome {
	b.t.Helper()
	return b.send(via, append(args("--send-clear", "--send-every", "24h"), more...)...)
}

// awaitLate is judge as soon as the probe is late.
func (b *submitter) awaitLate(via string, more ...string) {
	b.t.Helper()
	for awaitSecond(); ; awaitSecond() { // the beginning of the second in which it was sent does not count
		o := b.judge(via, append(more, "--delivery-critical", "1s")...)
		if o.code != 0 {
			o.want("CRITICAL", late)
			return
		}
	}
}

// arrives waits for so many mails.
func (p *postfix) arrives(t *testing.T, n int) {
	t.Helper()
	p.mustAwait(t, func() bool { return len(p.mails()) == n })
}

// hold keeps in the queue what a transport would deliver.
func (p *postfix) hold(t *testing.T, transport string) {
	t.Helper()
	p.mustRun(t, "postconf", "-e", "defer_transports="+transport)
	p.mustRun(t, "postfix", "reload")
}

// release delivers it.
func (p *postfix) release(t *testing.T) {
	t.Helper()
	p.hold(t, "")
	p.mustRun(t, "postqueue", "-f")
}

// hasEmpty reports whether a queue of Postfix is empty.
func (p *postfix) hasEmpty(queue string) bool {
	out, err := p.Command("find", "/var/spool/postfix/"+queue, "-type", "f").Output()
	return err == nil && len(out) == 0
}

func (p *postfix) awaitQueue(t *testing.T, name string) {
	t.Helper()
	p.mustAwait(t, func() bool { return !p.hasEmpty(name) })
}

// before starts a relay in front of another one.
func (b *submitter) before(next *postfix, c postfixConfig) *postfix {
	_, c.Next, _ = net.SplitHostPort(next.addr)
	return private(b.t, func() (*postfix, error) { return startSubmission(b.mail, b.user, c) })
}

// The second of three relays keeps a probe for longer than all else takes: the line names the hop.
func TestSlowRelay(t *testing.T) {
	t.Parallel()
	b := newSubmitter(t)
	second := b.before(b.smtp, postfixConfig{Name: "mx2.pop3.test"})
	first := b.before(second, postfixConfig{Name: "mx1.pop3.test"})
	second.hold(t, "smtp")
	start := time.Now()
	b.send(first.addr, "--send-clear").want("OK", `0 messages, .*; first probe sent`)
	second.awaitQueue(t, "deferred")
	b.awaitLate(first.addr)
	for end := time.Now().Add(time.Since(start) + 2*time.Second); time.Now().Before(end); {
		awaitSecond()
	}
	second.release(t)
	b.smtp.arrives(t, 1)
	const slow = ` took [^;]+ \(critical above 1 s\), [^;]+ of it between mx2\.pop3\.test and mx\.pop3\.test; `
	o := b.judge(first.addr, "--transit-critical", "1s")
	o.want("CRITICAL", `newest message`+slow+`see the queue of mx2; 1 message, .*, last probe took [^;]+ \|`)
	o.wantMetric("hops", "3")
	b.judge(first.addr, "--delivery-critical", "1s").want("CRITICAL", `probe`+slow+`see the queue of mx2; 1 message, `)
}

// A relay whose clock is wrong is told, and not blamed for time that nobody lost.
func TestClockOfRelay(t *testing.T) {
	t.Parallel()
	b := newSubmitter(t)
	for i, c := range []struct{ clock, hosts string }{
		{"-5m", `this host and relay\.pop3\.test`},
		{"+5m", `relay\.pop3\.test and mx\.pop3\.test`},
	} {
		relay := b.before(b.smtp, postfixConfig{Name: "relay.pop3.test", Clock: c.clock})
		b.send(relay.addr, "--send-clear")
		b.smtp.arrives(t, i+1)
		o := b.judge(relay.addr, "--delivery-critical", "2m", "--transit-critical", "2m")
		o.want("OK", `\d messages?, .*`+took)
		o.wantLineLike(`^  OK - top: the clocks of ` + c.hosts + ` differ by [45] min( \d+ s)? or more; is NTP running there\? -v shows the hops \[clock\]$`)
		awaitSecond() // the next probe is to be a later one
	}
}

// postgrey puts a mail off, which the next run sends again.
func TestGreylisted(t *testing.T) {
	t.Parallel()
	b := newSubmitter(t)
	grey := private(t, func() (*postfix, error) { return startSubmission(b.mail, b.user, postfixConfig{Grey: freePort()}) })
	send := func() *outcome { return b.send(grey.addr, "--send-clear") }
	send().want("WARNING", `send: the submission server refused the recipient for now; the next run tries again; if it stays, exempt this host from greylisting \[deferred\]; the submission server said "450 4\.2\.0 <reports@pop3\.test>: Recipient address rejected: .*"; 0 messages, `)
	awaitSecond()
	awaitSecond()
	send().want("OK", `0 messages, .*; first probe sent`)
	grey.arrives(t, 1)
	b.judge(grey.addr).want("OK", `1 message, .*`+took)
}

// Mail that an administrator holds is out until it is released. A probe that came twice has arrived once, and both are
// deleted later.
func TestHeldAndTwice(t *testing.T) {
	t.Parallel()
	b := newSubmitter(t)
	via := b.smtp.addr
	b.smtp.hold(t, "virtual")
	b.send(via, "--send-clear")
	b.smtp.awaitQueue(t, "deferred")
	b.smtp.mustRun(t, "postsuper", "-h", "ALL")
	b.smtp.release(t)
	b.smtp.awaitQueue(t, "hold")
	b.awaitLate(via)
	b.smtp.mustRun(t, "postsuper", "-H", "ALL")
	b.smtp.mustRun(t, "postqueue", "-f")
	b.smtp.arrives(t, 1)
	b.judge(via).want("OK", `1 message, .*`+took)

	twice := args("--send-to", "twice@pop3.test", "--age-scan", "all", "--delete-probes")
	for i := range 2 {
		awaitSecond()
		b.send(via, append(twice, "--send-clear")...)
		b.smtp.arrives(t, 1+2*(i+1))
	}
	o := b.judge(via, twice...)
	o.want("OK", `5 messages, .*`+took)
	o.wantLineLike(`^  2 probes there more than once$`)
	o.wantLineLike(`^  2 probes deleted$`)
	b.smtp.arrives(t, 3)
}

// What newDelivery adds to a Dovecot: delivery by LMTP, quotas, and a filter.
const deliveryConfig = `
protocols = pop3 lmtp
auth_username_format = %%Ln
mail_plugins = quota
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = %d
  }
}
protocol lmtp {
  mail_plugins = quota sieve
}
plugin {
  quota = maildir:User
  sieve_before = %s
}
`

// newDelivery is a submitter whose Postfix hands mail to a Dovecot with a file system of a megabyte, in which one more
// mailbox, small, is over its quota, and mail of a certain subject goes to another folder.
func newDelivery(t *testing.T) *submitter {
	user, port := account{"reports", "in time", nil}, freePort()
	s := private(t, func() (*server, error) {
		return launch("sieve", "", func(s *server) error {
			c := dovecotConfig{
				accounts: []account{user},
				Extra:    fmt.Sprintf(deliveryConfig, port, filepath.Join(s.Dir, "filter.sieve")),
				users:    fmt.Sprintf("small:x:%d:%[1]d::/nonexistent::userdb_quota_rule=*:bytes=1\n", vmail),
			}
			return errors.Join(c.setUp(s), s.copyIn("sieve.sh"),
				s.Write("filter.sieve", `require ["fileinto", "mailbox"]; if header :contains "Subject" "bulk" { fileinto :create "Junk"; }`, 0o644))
		}, "/bin/sh", "sieve.sh")
	})
	p := private(t, func() (*postfix, error) { return startSubmission(s, user, postfixConfig{LMTP: port}) })
	return &submitter{t, s, p, user, filepath.Join(t.TempDir(), "state")}
}

// Postfix delivers by LMTP to Dovecot, which files a probe elsewhere, has a mailbox over quota, and a full disk.
func TestDeliveryByLMTP(t *testing.T) {
	t.Parallel()
	b := newDelivery(t)
	via := b.smtp.addr
	arrives := func(more ...string) (o *outcome) {
		b.mail.mustAwait(t, func() bool {
			o = b.judge(via, more...)
			return o.code == 0 && strings.Contains(o.first(), "last probe took")
		})
		return o
	}
	b.send(via, "--send-clear")
	arrives().wantMetric("hops", "2")

	b.dir = filepath.Join(t.TempDir(), "filed")
	b.send(via, "--send-clear", "--send-subject", "bulk")
	b.awaitLate(via)

	b.dir = filepath.Join(t.TempDir(), "bounced")
	small := args("--send-from", "reports@pop3.test", "--send-to", "small@pop3.test")
	b.send(via, append(small, "--send-clear")...)
	b.mail.mustAwait(t, func() bool {
		o := b.judge(via, small...)
		if o.code != 0 {
			o.want("CRITICAL", `top: the probe of \d\d:\d\d came back`)
		}
		return o.code != 0
	})

	b.dir = filepath.Join(t.TempDir(), "full")
	disk := filepath.Join(b.mail.Dir, "mail", "rest")
	b.mail.mustRun(t, "sh", "-c", "cat /dev/zero >"+disk+" || true")
	b.send(via, "--send-clear")
	b.awaitLate(via)
	b.mail.mustRun(t, "rm", disk)
	b.smtp.mustRun(t, "postqueue", "-f")
	arrives()
}

// Killed before a line of SMTP goes on: in front of the text nothing is noted, with the last line or behind it the probe
// arrives and is no longer out. Within the text, which is one piece, it is out at worst: then nobody knows.
func TestKilledWhileSending(t *testing.T) {
	t.Parallel()
	b := newSubmitter(t)
	b.send(b.smtp.addr, "--send-clear")
	b.smtp.arrives(t, 1)
	arrived, out, text := 1, 0, false
	for point, at := 0, ""; at != "QUIT"; point++ {
		at = b.killAt(point)
		o := b.judge(b.smtp.addr, "--age-scan", "all")
		more, lost := o.number(` probes? in the mailbox$`)-arrived, o.number(` probes? out, `)-out
		arrived, out = arrived+more, out+lost
		last := at == "." || at == "QUIT" || strings.HasPrefix(at, "250 2.0.0 ")
		if last && (more != 1 || lost != 0) || !text && more+lost != 0 {
			t.Errorf("killed at %q: %d more have arrived, %d more are out", at, more, lost)
		}
		text = text || strings.HasPrefix(at, "354 ")
	}
}

// killAt kills the plugin before that line of a session with Postfix, counted from EHLO on, and returns the line when
// Postfix has done all that it was told.
func (b *submitter) killAt(point int) string {
	b.t.Helper()
	r, err := pop3test.NewRelay("127.0.0.1:0", b.smtp.addr, 0)
	if err != nil {
		b.t.Fatal(err)
	}
	sessions := func() int { return strings.Count(b.smtp.Logged(), ": disconnect from ") }
	before := sessions()
	lines := killedBehind(b.t, r, call{addr: b.mail.port(withTLS), how: withTLS, user: b.user, limit: defaultLimit, args: args(
		"--send-via", r.Addr().String(), "--send-clear", "--send-to", "reports@pop3.test", "--state-dir", b.dir, "--send-every", "0")}, "EHLO", point)
	r.Close()
	b.smtp.mustAwait(b.t, func() bool { return sessions() > before && b.smtp.hasEmpty("incoming") && b.smtp.hasEmpty("active") })
	return lines[point]
}

// number is the one in front of these words; 0 if they are not there.
func (o *outcome) number(words string) (n int) {
	for _, line := range o.lines {
		if found := regexp.MustCompile(`^ *(\d+)` + words).FindStringSubmatch(line); found != nil {
			n, _ = strconv.Atoi(found[1])
		}
	}
	return n
}

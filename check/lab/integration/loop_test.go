//go:build integration

// What becomes of the mails that runs send: they arrive, are late, come back, and old ones are deleted, and nothing else.

package integration

import (
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/loop"
)

// A looped is a mailbox with probes. It is read at one address, as its key is for that.
type looped struct {
	user   account
	addr   string
	record *loop.Record
	args   []string
}

// newLooped makes letters, three probes and a mail with the field of one. The check that sent the probes is not to send
// another.
func newLooped(t *testing.T) looped {
	t.Helper()
	port, dir := freePort(), filepath.Join(t.TempDir(), "state")
	const to = "probed@pop3.test"
	p := looped{
		addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))), record: loop.NewRecord(dir, "127.0.0.1", fmt.Sprint(port), "probed", to),
		args: args("--send-via", "127.0.0.1:1", "--send-clear", "--send-to", to, "--send-every", "24h", "--state-dir", dir, "--delete-probes", "--age-scan", "all", "-v"),
	}
	if err := p.record.Send(t.Context(), loop.NewProbe(time.Now())); err != nil {
		t.Fatal(err)
	}
	first := p.probe(t, 3*time.Hour)
	field, _, _ := strings.Cut(first[strings.Index(first, loop.Field):], "From: ")
	p.user = account{"probed", "by nobody", []string{
		date(time.Hour) + letter(1, "one"), first, received(time.Hour, "") + field + letter(2, "contract"),
		p.probe(t, 2*time.Hour), p.probe(t, time.Minute), date(time.Hour) + letter(3, "three"),
	}}
	return p
}

// probe is a probe as it lies in a mailbox.
func (p looped) probe(t *testing.T, age time.Duration) string {
	t.Helper()
	key, err := p.record.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(date(age)+letter(int(age/time.Minute), "probe"), "\n", "\r\n")
	return received(age, "") + strings.ReplaceAll(string(key.Sign(loop.NewProbe(time.Now().Add(-age)), []byte(text))), "\r\n", "\n")
}

// Killed at every line from the first DELE on, the mailbox is as it was until QUIT is on its way. That deletes the old
// probes, and nothing else.
func TestKilledAmidDeletion(t *testing.T) {
	among(t, keepers, func(t *testing.T, one *software) {
		p := newLooped(t)
		s := private(t, func() (*server, error) { return one.start(variant{users: []account{p.user}}) })
		before := contents(t, s, p.user)
		for point := 0; ; point++ {
			lines := killedAt(t, s, call{addr: p.addr, user: p.user, args: p.args}, point)
			if len(lines) != point+1 {
				t.Fatalf("not killed at line %d: %q", point, lines)
			}
			if lines[point] == "QUIT" {
				break
			}
			if after := contents(t, s, p.user); !slices.Equal(before, after) {
				t.Fatalf("killed at %q: the mailbox had\n%q\nand has\n%q", lines[point], before, after)
			}
			awaitIdle(t, s)
		}
		kept := p.user
		kept.mail = slices.Delete(slices.Delete(slices.Clone(p.user.mail), 3, 4), 1, 2)
		wantMailbox(t, s, inPlain, kept, "+OK 4 ")

		_, port, _ := net.SplitHostPort(p.addr)
		relayAt(t, port, s.port(inPlain))
		o := run(t, call{addr: p.addr, how: inPlain, user: p.user, args: p.args})
		o.want("OK", `4 messages, \d+ octets, `)
		o.wantLineLike(`^  1 probe not deleted, as not all is as it was sent$`)
	})
}

// awaitSecond waits until the clock shows another second.
func awaitSecond() {
	for now := time.Now().Unix(); time.Now().Unix() == now; <-time.After(10 * time.Millisecond) {
	}
}

// The loop by Postfix: sent, arrived, deleted; held, late and arrived after all; and one that comes back.
func TestLoopByPostfix(t *testing.T) {
	b := newSubmitter(t)
	limits := args("--delivery-warning", "1s", "--delivery-critical", "10m", "--age-scan", "all", "--newest-warning", "0:")
	send := func(more ...string) *outcome { return b.send(b.smtp.submission, append(limits, more...)...) }
	look := func(more ...string) *outcome {
		return b.send(b.smtp.submission, append(append(limits, "--send-every", "24h"), more...)...)
	}
	await := func(n int) { b.smtp.arrives(t, n) }
	send().want("OK", `0 messages, 0 octets .*; first probe sent \|`)
	await(1)
	awaitSecond() // a probe knows seconds, and the second one is to be later
	send().want("OK", `1 message, .*, last probe took \d s in `)
	await(2)
	o := look("--delete-probes")
	o.want("OK", `2 messages, .*, last probe took \d s in `)
	o.wantLineLike(`^  1 probe deleted$`)
	await(1)

	b.smtp.hold(t, "virtual")
	send().want("OK", `1 message`)
	if err := b.smtp.Await(func() bool {
		first := look().first()
		return strings.Contains(first, "WARNING - probe of ") && strings.Contains(first, " has not arrived for ")
	}); err != nil {
		t.Fatal(err)
	}
	b.smtp.release(t)
	await(2)
	look("--delivery-warning", "10m").want("OK", `2 messages, .*, last probe took \d+ s in `)

	send("--send-to", "full@pop3.test", "--send-from", "reports@pop3.test").want("OK", ``)
	await(3)
	o = look("--send-to", "full@pop3.test")
	o.want("CRITICAL", `top: the probe of \d\d:\d\d came back( from \S+)? \(5\.2\.2\); check --send-to and that mailbox: .* \[bounce\]; `)
}

// The same in Courier's Maildir: probes arrive, and the older one is deleted.
func TestLoopInCourier(t *testing.T) {
	t.Parallel()
	user := account{"reports", "in time", nil}
	s := private(t, func() (*server, error) { return startCourier(courierConfig{accounts: []account{user}}) })
	p := private(t, func() (*postfix, error) { return startPostfix(s, user) })
	b := &submitter{t, s, p, user, filepath.Join(t.TempDir(), "state")}
	for n := range 2 {
		b.send(p.addr, "--send-clear").want("OK", fmt.Sprintf(`%d messages?, `, n))
		p.arrives(t, n+1)
		awaitSecond()
	}
	o := b.judge(p.addr, "--delete-probes", "--age-scan", "all")
	o.want("OK", `2 messages, .*`+took)
	o.wantLineLike(`^  1 probe deleted$`)
	p.arrives(t, 1)
}

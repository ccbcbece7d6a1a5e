package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	probes "check_pop3x/check/loop"
)

// bounced is the notice that a probe came back, as Postfix writes it.
func (p *postbox) bounced(one probes.Probe) string {
	returned, _, _ := strings.Cut(p.arrived(one, time.Second), "\n\n")
	return "Received: by mx.example.org; " + time.Now().Format(time.RFC1123Z) + `
From: MAILER-DAEMON@mx.example.org
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; alice@example.org
Action: failed
Status: 5.2.2
Remote-MTA: dns; store.example.org
Diagnostic-Code: smtp; 552 5.2.2 no room for alice

--x
Content-Type: text/rfc822-headers

` + returned + `

--x--
`
}

// Each run judges what became of the mails of earlier runs.
func TestMailFlow(t *testing.T) {
	limits := []string{"--delivery-warning", "5m", "--delivery-critical", "10m"}
	for _, c := range []struct {
		name string
		out  []time.Duration // how long ago earlier runs sent something
		in   func(p *postbox) []string
		args []string
		code int
		line string // of which the first word is "POP3"
		more string // below it
	}{
		{"arrived", []time.Duration{time.Hour}, func(p *postbox) []string { return []string{p.arrived(p.out[0], 4*time.Second)} }, nil,
			0, `OK - 1 message, \d+ octets, .*, last probe took 4 s in .* delivery=4s;300;600;0 lost=0;;;0$`, "  1 probe in the mailbox"},
		{"slow", []time.Duration{time.Hour}, func(p *postbox) []string { return []string{p.arrived(p.out[0], 7*time.Minute)} }, nil,
			1, `WARNING - probe took 7 min \(warning above 5 minutes\).* delivery=420s;300;600;0 lost=0;;;0$`, ""},
		{"late", []time.Duration{time.Hour, 12 * time.Minute}, func(p *postbox) []string { return []string{p.arrived(p.out[0], 4*time.Second)} }, nil,
			2, `CRITICAL - probe of \d\d:\d\d has not arrived for 12 min( \d+ s)? \(critical above 10 minutes\), that of \d\d:\d\d came in 4 s; look for it in the --send-via server's queue and log, then in Junk.* delivery=4s;300;600;0 lost=1;;;0$`, ""},
		{"a little late", []time.Duration{6 * time.Minute}, func(p *postbox) []string { return nil }, nil,
			1, `WARNING - probe of \d\d:\d\d has not arrived for 6 min( \d+ s)? \(warning above 5 minutes\), none has so far.* lost=0;;;0$`, ""},
		{"bounced", []time.Duration{time.Hour}, func(p *postbox) []string { return []string{p.bounced(p.out[0])} }, nil,
			2, `CRITICAL - top: the probe of \d\d:\d\d came back from store\.example\.org \(5\.2\.2\); check --send-to and that mailbox: its quota, its rules, is it there\? \[bounce\]; the server that refused it said "552 5\.2\.2 no room for alice"`, "  came back: the one of "},
		{"twice", []time.Duration{time.Hour}, func(p *postbox) []string {
			return []string{p.arrived(p.out[0], time.Second), letter(1), p.arrived(p.out[0], 2*time.Second)}
		}, nil, 0, `OK - 3 messages`, "  1 probe there more than once"},
		{"unseen", []time.Duration{2 * time.Hour}, func(p *postbox) []string {
			return []string{letter(1), p.arrived(p.out[0], time.Second), letter(2), letter(3), letter(4), letter(5)}
		}, []string{"--age-scan", "2"}, 3, `UNKNOWN - .*\[unjudged\]`, ""},
		{"too many", nil, func(p *postbox) (all []string) {
			for i := range 201 {
				all = append(all, p.probe(time.Duration(300-i)*time.Hour))
			}
			return all
		}, []string{"--age-scan", "all"}, 1, `WARNING - .*201 probes are in the mailbox; the next runs delete more, if --age-scan all reads them \[probes\]`, ""},
		{"a clock that is wrong", []time.Duration{time.Hour}, func(p *postbox) []string { return []string{p.arrived(p.out[0], -time.Minute)} }, nil,
			0, `OK - .* last probe took 0 .* delivery=0s`, "differ by 1 min or more"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			p := newPostbox(t, c.out...)
			p.put(c.in(p)...)
			args := append(append(p.args("-v"), limits...), c.args...)
			o := run{args: args[:len(args):len(args)]}.play(p.dir)
			first, more, _ := strings.Cut(o.stdout, "\n")
			if o.code != c.code || !matches(`^POP3 `+c.line, first) || !strings.Contains(more, c.more) || strings.Count(more, "[clock]") > 1 {
				t.Errorf("exit code %d: %s", o.code, o.stdout)
			}
		})
	}
}

// State that is lost, or another key, is no alarm: the loop begins again and says so
// with -v. Probes of the lost key stay.
func TestMailFlowBeginsAgain(t *testing.T) {
	p := newPostbox(t, time.Hour)
	p.put(p.arrived(p.out[0], time.Second))
	key := filepath.Join(p.dir, "state", "loop-key.json")
	if err := os.WriteFile(key, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o := run{args: p.args("-v")}.play(p.dir)
	if want := "1 probe of another key or another mailbox, which stay"; o.code != 0 || !strings.Contains(o.stdout, want) {
		t.Errorf("exit code %d, want %q: %s", o.code, want, o.stdout)
	}
	if len(p.left()) != 1 {
		t.Errorf("deleted: %s", o.stdout)
	}
}

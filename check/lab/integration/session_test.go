//go:build integration

// Sessions that succeed: every server, every way to protect them, every way to log in.

package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// greetings are what the servers call themselves, as the line shows it.
var greetings = map[string]string{
	"dovecot": `Dovecot \(Debian\) ready`,
	"courier": `Hello there`,
	"cyrus":   `pop3\.test Cyrus POP3 3\.[^ ]+ server [a-z]+…?`,
	"nginx":   `POP3 ready`,
}

// Times as the line shows them: the whole, and what it was spent on. Phases of no account are not listed.
const (
	tookForm   = `in [0-9.]+ m?s`
	slicesForm = `( \([a-z]+ [0-9.]+ m?s(, [a-z]+ [0-9.]+ m?s)*\))?`
)

// mailbox is the line of a session that reached STAT.
func mailbox(messages, octets int) string {
	return fmt.Sprintf(`%d messages, %d octets %s%s \| time=`, messages, octets, tookForm, slicesForm)
}

// phasesOf are those that a session to STAT has.
var phasesOf = map[way][]string{
	inPlain:  {"connect", "greeting", "capa", "login", "stat", "quit"},
	withSTLS: {"connect", "greeting", "capa", "stls", "login", "stat", "quit"},
	withTLS:  {"connect", "tls", "greeting", "capa", "login", "stat", "quit"},
}

// phases are those of a whole session, with the one for an access token where one is used.
func (o *outcome) phases() []string {
	all := slices.Clone(phasesOf[o.call.how])
	if slices.Contains(o.given, "--token-file") || slices.Contains(o.given, "--oauth") {
		return slices.Insert(all, slices.Index(all, "login"), "token")
	}
	return all
}

// protected is what the line says of TLS without a login.
var protected = map[way]string{
	withSTLS: `, TLS 1\.[23], certificate expires in \d+ days`,
	withTLS:  `, TLS 1\.[23], certificate expires in \d+ days`,
}

func TestWithoutLogin(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, how := range ways {
			o := check(t, s, how, account{})
			o.want("OK", greetings[s.name]+protected[how]+`, `+tookForm+`; no login tried \| time=`)
			o.wantPhases(without(phasesOf[how], "login", "stat")...)
		}
	})
}

func TestMailbox(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, how := range ways {
			for _, auth := range []string{"auto", "user", "plain"} {
				t.Run(string(how)+"-"+auth, func(t *testing.T) {
					t.Parallel()
					wantAlice(check(t, s, how, alice, "--auth", auth))
				})
			}
		}
	})
}

// wantAlice wants a whole session with alice's mailbox.
func wantAlice(o *outcome) {
	o.t.Helper()
	o.want("OK", mailbox(aliceMessages, aliceOctets))
	o.wantPhases(o.phases()...)
	o.wantMetric("messages", fmt.Sprint(aliceMessages))
	o.wantMetric("size", fmt.Sprintf("%dB", aliceOctets))
}

func TestEmptyMailbox(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, how := range ways {
			o := check(t, s, how, bob)
			o.want("OK", mailbox(0, 0))
			o.wantMetric("messages", "0")
			o.wantMetric("size", "0B")
		}
	})
}

// The certificates are for these names, too.
func TestByName(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, how := range ways {
			o := check(t, s, how, alice, "-H", "localhost", "-4")
			o.want("OK", mailbox(aliceMessages, aliceOctets))
		}
		o := check(t, s, withTLS, alice, "--sni", "pop3.test")
		o.want("OK", mailbox(aliceMessages, aliceOctets))
	})
}

// The dialogue under -vvv shows every command, but not what proves who the user is. The forms of the password that must
// not be there are judged with every run.
func TestTranscript(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, how := range ways {
			for auth, command := range map[string]string{"user": "PASS", "plain": "AUTH PLAIN"} {
				o := check(t, s, how, alice, "--auth", auth, "-vvv")
				o.want("OK", mailbox(aliceMessages, aliceOctets))
				o.wantDialogue("S: +OK", "C: CAPA", "C: "+command, "C: STAT",
					fmt.Sprintf("S: +OK %d %d", aliceMessages, aliceOctets), "C: QUIT", "S: +OK")
			}
		}
	})
}

// wantDialogue wants lines that begin so, in this order.
func (o *outcome) wantDialogue(beginnings ...string) {
	o.t.Helper()
	rest := beginnings
	for _, line := range o.lines {
		if len(rest) > 0 && strings.HasPrefix(strings.TrimSpace(line), rest[0]) {
			rest = rest[1:]
		}
	}
	if len(rest) > 0 {
		o.t.Errorf("no line with %q after those before it in:\n%s", rest[0], strings.Join(o.lines, "\n"))
	}
}

// Twenty checks at a time, as a scheduler starts them after a restart.
func TestManyAtOnce(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for i := range 20 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				wantAlice(check(t, s, ways[i%len(ways)], alice, "-v"))
			})
		}
	})
}

func without(all []string, some ...string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(one string) bool { return slices.Contains(some, one) })
}

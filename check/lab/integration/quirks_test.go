//go:build integration

// Peculiarities of single servers that a client must live with.

package integration

import "testing"

// An administrator may hide what the server is: the greeting is then +OK and a blank.
func TestEmptyGreeting(t *testing.T) {
	t.Parallel()
	s := private(t, func() (*server, error) { return startDovecot(dovecotConfig{Extra: "login_greeting ="}) })
	for _, how := range ways {
		check(t, s, how, account{}).want("OK", `greeting received, (TLS 1.3, certificate expires in 59 days, )?`+tookForm+`; no login tried \| time=`)
		wantAlice(check(t, s, how, alice))
	}
}

// nginx 1.22 stops at TLS 1.2 by default, the others speak 1.3.
func TestTLSVersions(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		version := "TLS 1.3"
		if s.name == nginx.name {
			version = "TLS 1.2"
		}
		for _, p := range protections {
			o := check(t, s, p.how, account{}, "-v")
			o.want("OK", greetings[s.name])
			o.wantDialogue("TLS:", version, `certificate 0: "localhost" for localhost, pop3.test, 127.0.0.1`)
			if version == "TLS 1.2" {
				o = check(t, s, p.how, account{}, "--tls-min", "1.3")
				o.want("CRITICAL", p.phase+`: .*\[tls\]`)
			}
		}
	})
}

// nginx takes no line over 128 octets. AUTH with a long password exceeds that, USER and PASS do not.
func TestLongPassword(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		check(t, s, withTLS, lengthy, "--auth", "user").want("OK", mailbox(0, 0))
		o := check(t, s, withTLS, lengthy, "--auth", "plain")
		if s.name == nginx.name {
			o.want("CRITICAL", `login: .*; the server said "invalid command"`)
		} else {
			o.want("OK", mailbox(0, 0))
		}
	})
}

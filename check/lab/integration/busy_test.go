//go:build integration

// Other sessions at the same time: of the same mailbox, and more of them than the server lets in.

package integration

import "testing"

// By default a second session works.
func TestTwoSessions(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		first := hold(t, s, inPlain, alice)
		for _, how := range ways {
			wantAlice(check(t, s, how, alice))
		}
		first.quit()
	})
}

// Dovecot can be told to lock; it waits for the other session before it refuses. The server works, the mailbox is busy.
func TestLockedMailbox(t *testing.T) {
	t.Parallel()
	s := private(t, func() (*server, error) { return startDovecot(dovecotConfig{Extra: "pop3_lock_session = yes"}) })
	first := hold(t, s, withTLS, alice)
	for _, user := range []account{alice, bob} {
		t.Run(user.name, func(t *testing.T) {
			o := run(t, call{addr: s.port(withTLS), how: withTLS, user: user, limit: penalty})
			if user.name == alice.name {
				o.want("WARNING", `login: .*\[in-use\]; the server said "Mailbox is locked by another POP3 session\."`)
			} else {
				o.want("OK", mailbox(0, 0))
			}
		})
	}
	first.quit()
	wantAlice(check(t, s, withTLS, alice))
}

// A check with the usual budget meets the lock before the server says so.
func TestLockedMailboxTooLong(t *testing.T) {
	t.Parallel()
	s := private(t, func() (*server, error) { return startDovecot(dovecotConfig{Extra: "pop3_lock_session = yes"}) })
	hold(t, s, inPlain, alice)
	o := check(t, s, inPlain, alice, "--phase-timeout", "login=2s")
	o.want("CRITICAL", `login: no answer within 2 s.* \[timeout\]`)
	o.wantHint("locks delay logins")
}

// Dovecot limits the sessions of one user from one address, with the code of a busy mailbox.
func TestTooManyOfOneUser(t *testing.T) {
	t.Parallel()
	s := private(t, func() (*server, error) {
		return startDovecot(dovecotConfig{Extra: "protocol pop3 {\n  mail_max_userip_connections = 1\n}"})
	})
	hold(t, s, withTLS, alice)
	o := check(t, s, withTLS, alice)
	o.want("WARNING", `login: .*\[in-use\]; the server said "Maximum number of connections from user\+IP exceeded[^"]*"`)
	check(t, s, withTLS, bob).want("OK", mailbox(0, 0))
}

// Courier hangs up on an address that has too many connections, before it greets.
func TestTooManyOfOneAddress(t *testing.T) {
	t.Parallel()
	const most = 4
	s := private(t, func() (*server, error) { return startCourier(courierConfig{PerAddress: most}) })
	for held := 0; held < most; {
		if conn := greeted(s.port(inPlain)); conn != nil { // else one from before still counts
			defer conn.Close()
			held++
		}
	}
	o := check(t, s, inPlain, account{})
	o.want("CRITICAL", `greeting: .*\[closed\]`)
	o.wantHint("limit")
	o = check(t, s, inPlain, alice, "--state", "closed=warning")
	o.want("WARNING", `greeting: .*\[closed\]`)
}

//go:build integration

// What --auth auto chooses.

package integration

import "testing"

func TestAuto(t *testing.T) {
	strongest := map[string]string{"dovecot": "scram-sha-256", "courier": "cram-md5", "cyrus": "scram-sha-256", "nginx": "cram-md5"}
	eachSoftware(t, func(t *testing.T, one *software) {
		s := one.versed.get(t)
		for _, c := range []struct {
			name, auth string
			by         proof
			ways       []way
		}{
			{"password", "plain", byPassword, secured},
			{"unreadable", strongest[one.name], byChallenge, []way{inPlain}},
			{"certificate", "external", byCertificate, secured},
		} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				for _, how := range c.ways {
					o := run(t, call{addr: s.port(how), how: how, user: alice, by: c.by, args: []string{"-v"}})
					wantAlice(o)
					o.wantLogin(alice.name, c.auth)
				}
			})
		}
	})
}

// A certificate that is shown to get in does not replace a password that is there.
func TestAutoCertificateAndPassword(t *testing.T) {
	t.Parallel()
	both := func(t *testing.T, c call) []string {
		return append(byPassword(t, c), byCertificate(t, c)...)
	}
	o := run(t, call{addr: dovecot.versed.get(t).port(withTLS), how: withTLS, user: alice, by: both, args: []string{"-v"}})
	wantAlice(o)
	o.wantLogin(alice.name, "plain")
}

func TestAutoToken(t *testing.T) {
	t.Parallel()
	s := dovecot.versed.get(t)
	for _, how := range ways {
		o := run(t, call{addr: s.port(how), how: how, user: alice, by: byToken, args: []string{"-v"}})
		wantAlice(o)
		o.wantLogin(alice.name, "oauthbearer")
	}
	o := run(t, call{addr: cyrus.versed.get(t).port(withTLS), how: withTLS, user: alice, by: byToken})
	o.want("CRITICAL", `login: .*\[mechanism\]`)
}

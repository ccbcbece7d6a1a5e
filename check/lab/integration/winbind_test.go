//go:build integration

// NTLM of Dovecot, which asks Samba's winbind.

package integration

import (
	"errors"
	"regexp"
	"testing"
)

// locked is a user of Samba whose account is disabled.
var locked = account{"locked", "behind bars", nil}

// startWinbind starts Dovecot with the users of Samba's MAIL.
func startWinbind() (*server, error) { return launch("winbind", "", setUpWinbind, winbindCommand...) }

var winbindCommand = []string{"/bin/sh", "winbind.sh"}

// setUpWinbind writes what they need. The users have no other password.
func setUpWinbind(s *server) error {
	config := dovecotConfig{users: "locked:nobody knows:50010:50010::/nonexistent::\n", Extra: `
auth_mechanisms = ntlm
auth_use_winbind = yes
auth_username_format = %Ln
service auth {
  user = root
}
`}
	return errors.Join(config.setUp(s), s.copyIn("winbind.sh"), s.Write("samba-users", plainUsers([]account{alice, bob, locked}), 0o600))
}

func TestWinbind(t *testing.T) {
	t.Parallel()
	s, err := startWinbind()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	try := func(how way, user, password string, args ...string) *outcome {
		return run(t, call{addr: s.port(how), how: how, user: account{user, password, nil}, by: byPassword, args: append([]string{"--auth", "ntlm"}, args...)})
	}
	for _, how := range ways {
		for _, user := range []string{`MAIL\alice`, `mail\ALICE`, "alice"} {
			o := try(how, user, alice.password, "-v")
			wantAlice(o)
			o.wantLogin(regexp.QuoteMeta(user), "ntlm")
		}
	}
	// Of these, only its log says more.
	for _, user := range []struct{ name, password string }{
		{`MAIL\alice`, "wrong horse"}, {`OTHER\alice`, alice.password}, {`MAIL\mallory`, alice.password}, {`MAIL\locked`, locked.password},
	} {
		try(withTLS, user.name, user.password, "-vvv").want("CRITICAL", `login: \S+ was refused \(NTLM, .*\[auth\]`)
	}
}

//go:build integration

// pass, the password store, with GnuPG behind it.

package integration

import (
	"errors"
	"fmt"
	"testing"
)

// askPass runs the plugin beside a store with alice's password.
func askPass(t *testing.T, command string) *outcome {
	t.Helper()
	binary, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	s := dovecot.usual.get(t)
	c := call{addr: s.port(withSTLS), how: withSTLS, limit: defaultLimit, args: []string{"-u", alice.name, "--password-command", command, "-vvv"}}
	box := keeper(t, "pass", func(b *sandbox) error {
		return errors.Join(
			b.copyIn("pass.sh"),
			b.Write("secret", fmt.Sprintf("%s\nuser: %s\nurl: pop3.test\n", alice.password, alice.name), 0o600),
		)
	}, append([]string{"/bin/sh", "pass.sh", binary}, c.arguments(t)...)...)
	c.user = alice
	return box.noted(t, c, "said", "stderr", "code")
}

func TestPass(t *testing.T) {
	t.Parallel()
	o := askPass(t, "/usr/bin/pass show mail/probe")
	o.want("OK", fmt.Sprintf("%d messages, %d octets ", aliceMessages, aliceOctets))
	o.wantLine("alice with PLAIN, password from the program /usr/bin/pass")
}

// An entry that is not there is pass's own complaint.
func TestPassWithoutTheEntry(t *testing.T) {
	t.Parallel()
	o := askPass(t, "/usr/bin/pass show mail/nobody")
	o.want("UNKNOWN", `password: /usr/bin/pass ended with exit code 1.* \[usage\]`)
	o.wantLine("Error: mail/nobody is not in the password store.")
}

//go:build integration

// systemd itself lays down the credentials of a unit, for root, for a user, and for one that it makes up.

package integration

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// users are the lines of a unit that say whose it is.
var users = map[string]string{"root": "", "nobody": "User=nobody", "dynamic": "DynamicUser=yes"}

func TestSystemdCredentials(t *testing.T) {
	t.Parallel()
	s := dovecot.usual.get(t)
	c := call{addr: s.port(inPlain), how: inPlain, limit: defaultLimit, args: []string{"--allow-cleartext-login", "-vvv"}}
	box := keeper(t, "systemd", func(b *sandbox) error { return b.writeUnits(t, c) }, "/bin/sh", "systemd.sh")
	c.user = alice
	for name := range users {
		o := box.noted(t, c, name+".said", "", name+".code")
		o.want("OK", fmt.Sprintf("%d messages, %d octets ", aliceMessages, aliceOctets))
		o.wantLine("alice (from systemd credential check_pop3x.user) with PLAIN, password from systemd credential check_pop3x.password")
	}
}

// writeUnits writes a unit for each of the users, and the plugin where all of them can run it.
func (b *sandbox) writeUnits(t *testing.T, c call) error {
	binary, err := plugin()
	if err != nil {
		return err
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	var checks []string
	for name, who := range users {
		checks = append(checks, name+".service")
		unit := map[string]string{"Name": name, "Who": who, "Dir": b.Dir, "User": alice.name, "Args": strings.Join(c.arguments(t), " ")}
		err = errors.Join(err, b.writeTemplate("check.service", unit), os.Rename(filepath.Join(b.Dir, "check.service"), filepath.Join(b.Dir, name+".service")))
	}
	return errors.Join(
		err,
		b.writeTemplate("end.service", map[string]string{"Checks": strings.Join(checks, " ")}),
		b.copyIn("systemd.sh"),
		b.Write("check_pop3x", string(program), 0o755),
		b.Write("password", alice.password+"\n", 0o600),
	)
}

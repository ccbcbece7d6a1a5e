//go:build integration && homes

// Icinga 2 beside real servers, for the graphs that are drawn of what it writes.

package integration

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/engine"
)

const (
	icingaMaster = "master.pop3.test"
	examples     = "usr/share/doc/monitoring-plugins-pop3x/examples" // below where the package is installed
)

// watchedServices of a user, the ports with and without TLS, and a submission server: one that has every metric except
// those of addresses, which the second one has, one that fails, and one without TLS.
const watchedServices = `
object Host "mail" {
	check_command = "dummy"
	address = "127.0.0.1"
}
template Service "watched" {
	check_command = "pop3x"
	enable_active_checks = false
	host_name = "mail"
	vars.pop3x_user = "%[1]s"
	vars.pop3x_password_file = "/etc/icinga2/pop3x.password"
	vars.pop3x_timeout = "25s"
}
object Service "pop3" {
	import "watched"
	vars.pop3x_port = %[2]d
	vars.pop3x_tls = true
	vars.pop3x_steps = [ "list", "uidl", "retr", "noop" ]
	vars.pop3x_match = [ "Subject=." ]
	vars.pop3x_send_via = "%[4]s"
	vars.pop3x_send_to = "%[1]s@pop3.test"
	vars.pop3x_send_every = "0"
	vars.pop3x_state_dir = "/var/lib/icinga2/pop3x"
	vars.pop3x_warning = "10s"
	vars.pop3x_critical = "20s"
	vars.pop3x_certificate = "1,0"
	for (age in [ "newest", "oldest", "delivery", "transit" ]) {
		vars["pop3x_" + age + "_warning"] = "1h"
		vars["pop3x_" + age + "_critical"] = "2h"
	}
	vars.pop3x_messages_warning = "100"
	vars.pop3x_messages_critical = "200"
}
object Service "pop3-addresses" {
	import "watched"
	vars.pop3x_address = "pop3.test"
	vars.pop3x_port = %[2]d
	vars.pop3x_tls = true
	vars.pop3x_addresses = "all"
}
object Service "pop3-down" {
	import "watched"
	vars.pop3x_port = 1
	vars.pop3x_tls = true
}
object Service "pop3-plain" {
	import "watched"
	vars.pop3x_port = %[3]d
	vars.pop3x_allow_cleartext_login = true
}
`

// watchedStates are the states that these services have.
var watchedStates = map[string]float64{"pop3": 0, "pop3-addresses": 0, "pop3-down": 2, "pop3-plain": 0}

// icingaMachine is a machine for an Icinga 2 with the package of check_pop3x and these services of the server.
func (b *submitter) icingaMachine() engine.Machine {
	b.t.Helper()
	if err := b.smtp.deliver(b.user, date(0)+letter(1, "one")); err != nil { // an empty mailbox is a fault of its own
		b.t.Fatal(err)
	}
	return engine.Machine{
		Parent: workDir, Package: installedPackage(b.t), Address: engine.Address(), Roots: rootCA.root.pem(),
		Hosts: map[string]string{"pop3.test": "127.0.0.1"},
		Files: map[string]string{
			"/etc/icinga2/pop3x.password":      b.user.password + "\n",
			"/etc/icinga2/conf.d/watched.conf": fmt.Sprintf(watchedServices, b.user.name, b.mail.ports.TLS, b.mail.ports.Plain, b.smtp.submission),
		},
	}
}

// installedPackage is a directory with what the package installs.
func installedPackage(t *testing.T) string {
	t.Helper()
	binary, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for dir := root; dir != os.TempDir(); dir = dir[:strings.LastIndex(dir, "/")] {
		os.Chmod(dir, 0o755) // the users of the sandbox pass here
	}
	install := exec.CommandContext(t.Context(), "../../../packaging/install.sh")
	install.Env = append(os.Environ(), "DESTDIR="+root, "PREFIX=/usr", "PROGRAM="+binary)
	if said, err := install.CombinedOutput(); err != nil {
		t.Fatalf("install.sh: %v\n%s", err, said)
	}
	return root
}

// icingaAuthority has the certificate of the master.
func icingaAuthority(t *testing.T, m engine.Machine) *engine.Authority {
	t.Helper()
	a, err := m.NewAuthority(icingaMaster)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// checkWatched has each service checked at a second of its own, and its mail arrive.
func (b *submitter) checkWatched(node *engine.Icinga) {
	b.t.Helper()
	awaitSecond()
	had := len(b.smtp.mails())
	for service, state := range watchedStates {
		result, err := node.Check(b.t.Context(), "mail!"+service)
		if err != nil {
			b.t.Fatal(err)
		}
		if result.State != state {
			b.t.Errorf("%s is %v, not %v: %s", service, result.State, state, result.Output)
		}
	}
	if err := b.smtp.Await(func() bool { return len(b.smtp.mails()) > had }); err != nil {
		b.t.Fatal(err)
	}
}

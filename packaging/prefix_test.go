//go:build integration

package packaging

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/debian"
)

// installPrinted is a line that install.sh prints for a configuration.
var installPrinted = regexp.MustCompile(`(?m)^    (include .*|cfg_file=.*)$`)

// installLocally is the root below which install.sh has installed with these variables, and the lines that it prints for
// Icinga 2 and Nagios.
func installLocally(t *testing.T, variables ...string) (root, icinga, nagios string) {
	t.Helper()
	root, err := os.MkdirTemp(filepath.Dir(one.root), "local-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	said := run(t, "env", append(variables, "DESTDIR="+root, "PROGRAM="+one.root+debPlugin, "./install.sh")...)
	lines := installPrinted.FindAllStringSubmatch(said, -1)
	if len(lines) != 2 {
		t.Fatalf("install.sh has printed\n%s", said)
	}
	return root, lines[0][1] + "\n", lines[1][1] + "\n"
}

// stock is a file of a monitoring engine as Debian has it.
func stock(t *testing.T, name string) string {
	t.Helper()
	return read(t, filepath.Join(debian.Cache(), "engines", name))
}

// TestIcinga2ByPrefix has Icinga 2 run the plugin where make install puts it, after the line that this prints.
func TestIcinga2ByPrefix(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	root, include, _ := installLocally(t)
	const config = "/etc/icinga2/icinga2.conf"
	m := mail.machine(map[string]string{
		config:                            stock(t, config) + include,
		"/etc/icinga2/conf.d/states.conf": icingaServices(mail.address, icingaStates[:1]),
	})
	m.Package = root
	if said, err := m.CheckIcinga(master); err != nil || strings.Contains(said, "warning/") {
		t.Fatalf("%v\n%s", err, said)
	}
	node := startIcinga(t, m, master)
	icingaStates[0].wantResult(t, node, checkNow(t, node, "states!"+icingaStates[0].name))
}

// TestNagiosByPrefix has Nagios run the plugin where make install puts it. Debian's reads the directory of the commands;
// those of another directory are read after the line that make install prints.
func TestNagiosByPrefix(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	files := map[string]string{
		nagiosConfig:                  nagiosServices(mail.address, nagiosStates[:1]),
		"/etc/nagios4/pop3x.password": secret + "\n",
	}
	m := mail.machine(files)
	m.Package, _, _ = installLocally(t)
	wantSound(t, m)
	wantStatus(t, startNagios(t, m), "states", true, nagiosStates[:1])

	const config = "/etc/nagios4/nagios.cfg"
	root, _, line := installLocally(t, "SYSCONFDIR=/usr/local/etc")
	files[config] = stock(t, config) + line
	m = mail.machine(files)
	m.Package = root
	wantSound(t, m)
}

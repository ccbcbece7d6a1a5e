//go:build integration

// Icinga 2 with the services of the examples, of which pop3-mailflow sends mail to see it arrive.

package integration

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/engine"
)

// icingaHost is the host of the examples, whose name and ports are those of a test.
const icingaHost = `
object Host "mail" {
	import "generic-host"

	address = "127.0.0.1"
	vars.pop3 = {
		name = "127.0.0.1"
		tls = true
		tls_port = %d
		user = "reports"
		password_file = "/etc/icinga2/pop3x.password"
		ca_file = "/etc/icinga2/ca.pem"
		send_via = %q
		send_to = "reports@pop3.test"
	}
}
`

// startIcinga starts Icinga 2 for a mail server.
func startIcinga(b *submitter) (*engine.Icinga, error) {
	binary, err := plugin()
	if err != nil {
		return nil, err
	}
	shipped, root := filepath.Join("..", "..", "..", "packaging", "icinga2"), filepath.Join(workDir, "icinga")
	services, e := os.ReadFile(filepath.Join(shipped, "examples", "pop3-services.conf"))
	ca, e2 := os.ReadFile(rootCA.file)
	if err := errors.Join(e, e2,
		copyFile(filepath.Join(root, "usr/lib/nagios/plugins/check_pop3x"), binary),
		copyFile(filepath.Join(root, "usr/share/icinga2/include/plugins-contrib.d/pop3x.conf"), filepath.Join(shipped, "pop3x.conf")),
		os.MkdirAll(filepath.Join(root, "etc"), 0o755),
	); err != nil {
		return nil, err
	}
	m := engine.Machine{Parent: workDir, Package: root, Address: engine.Address(), Files: map[string]string{
		"/etc/icinga2/pop3x.password":   b.user.password + "\n",
		"/etc/icinga2/ca.pem":           string(ca),
		"/etc/icinga2/conf.d/pop3.conf": string(services) + fmt.Sprintf(icingaHost, b.mail.ports.TLS, b.smtp.submission),
	}}
	a, err := m.NewAuthority("master.pop3.test")
	if err != nil {
		return nil, err
	}
	return m.StartIcinga("master.pop3.test", a)
}

func copyFile(to, from string) error {
	text, err := os.ReadFile(from)
	return errors.Join(err, os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, text, 0o755))
}

// A line in the host is all that it takes: mail is sent, arrives, and is in the graph.
func TestIcingaSends(t *testing.T) {
	t.Parallel()
	b := newSubmitter(t)
	node, err := startIcinga(b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(node.Stop)
	first := checkedBy(t, node)
	if !strings.Contains(first.Output, "; first probe sent") {
		t.Fatal(first.Output)
	}
	b.smtp.arrives(t, 1)
	second := checkedBy(t, node)
	if second.State != 0 || !strings.Contains(second.Output, ", last probe took ") {
		t.Errorf("state %v: %s", second.State, second.Output)
	}
	all := strings.Join(second.PerformanceData, " ")
	for _, label := range []string{" transit=", " delivery=", " lost=0"} {
		if !strings.Contains(all, label) {
			t.Errorf("no%s in %s", label, all)
		}
	}
}

func checkedBy(t *testing.T, node *engine.Icinga) *engine.Result {
	t.Helper()
	result, err := node.Check(t.Context(), "mail!pop3-mailflow")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s %q", result.Output, result.PerformanceData)
	return result
}

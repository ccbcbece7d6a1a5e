//go:build integration

package packaging

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"check_pop3x/check/lab/integration/engine"
)

const master, satellite = "master.example.org", "satellite.berlin.example.org"

// authority has the certificates of all nodes, which take a while to make.
var authority = sync.OnceValues(func() (*engine.Authority, error) {
	return mailServer{}.machine(nil).NewAuthority(master, satellite)
})

// startIcinga starts a node that ends with the test.
func startIcinga(t *testing.T, m engine.Machine, name string) *engine.Icinga {
	t.Helper()
	a, err := authority()
	if err != nil {
		t.Fatal(err)
	}
	node, err := m.StartIcinga(name, a)
	if err != nil {
		t.Fatal(err)
	}
	endsWith(t, name, node.Sandbox)
	return node
}

// checkNow has a service checked, HOST!SERVICE.
func checkNow(t *testing.T, node *engine.Icinga, service string) *engine.Result {
	t.Helper()
	result, err := node.Check(t.Context(), service)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// wantResult judges what Icinga 2 stored, and how it understands the performance data.
func (j judged) wantResult(t *testing.T, node *engine.Icinga, r *engine.Result) map[string]engine.Metric {
	t.Helper()
	metrics, err := node.Metrics(t.Context(), r.PerformanceData)
	if err != nil {
		t.Fatal(err)
	}
	byLabel := map[string]engine.Metric{}
	for _, m := range metrics {
		byLabel[m.Label] = m
	}
	line, long, _ := strings.Cut(r.Output, "\n")
	j.want(t, int(r.State), line, slices.Collect(maps.Keys(byLabel)))
	j.explained(t, long)
	if len(byLabel) != len(r.PerformanceData) {
		t.Errorf("%s: %q are %d metrics", j.name, r.PerformanceData, len(byLabel))
	}
	if r.ExitStatus != r.State {
		t.Errorf("%s has the exit status %v and the state %v", j.name, r.ExitStatus, r.State)
	}
	return byLabel
}

// icingaExamples are the files of examples/icinga2, copied into conf.d, and the files that they name.
func (m mailServer) icingaExamples(t *testing.T) map[string]string {
	t.Helper()
	authority, client := m.startOldMail(t)
	return map[string]string{
		"/etc/icinga2/conf.d/pop3-hosts.conf":    m.example(t, "icinga2/pop3-hosts.conf"),
		"/etc/icinga2/conf.d/pop3-services.conf": m.example(t, "icinga2/pop3-services.conf"),
		"/etc/icinga2/pop3x.password":            secret + "\n",
		"/etc/icinga2/alice.password":            secret + "\n",
		"/etc/icinga2/bob.password":              "wrong\n",
		"/etc/icinga2/example-ca.pem":            authority,
		"/etc/icinga2/pop3x.pem":                 client,
	}
}

// icingaCluster are the files of the examples for the node of a cluster.
func (m mailServer) icingaCluster(t *testing.T, node string) map[string]string {
	t.Helper()
	files := map[string]string{"/etc/icinga2/zones.conf": m.example(t, "icinga2/cluster/zones.conf")}
	if node == master {
		files["/etc/icinga2/zones.d/master/mail.conf"] = m.example(t, "icinga2/cluster/zones.d/master/mail.conf")
	} else {
		files["/etc/icinga2/pop3x.password"] = secret + "\n"
	}
	return files
}

// TestIcinga2Configuration has Icinga 2 read the command and each example beside all that Debian has there, of which
// they replace nothing.
func TestIcinga2Configuration(t *testing.T) {
	t.Parallel()
	var m mailServer
	m.address = engine.Address()
	files := m.icingaExamples(t)
	maps.Copy(files, m.icingaCluster(t, master))
	for _, node := range []struct {
		name  string
		files map[string]string
		hosts string // one of them is Debian's example, the machine itself
	}{
		{"command alone", nil, " 1 Host."}, {"examples", files, " 5 Hosts."}, {"satellite", m.icingaCluster(t, satellite), " 1 Host."},
	} {
		t.Run(node.name, func(t *testing.T) {
			t.Parallel()
			said, err := m.machine(node.files).CheckIcinga(master)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(said, "Instantiated"+node.hosts) || strings.Contains(said, "warning/") {
				t.Errorf("%s", said)
			}
		})
	}
}

// TestIcinga2Examples runs the services of the examples: all is well, except that one mailbox has another password. When
// the server is down, one is told of two problems, not of four.
func TestIcinga2Examples(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	node := startIcinga(t, mail.machine(mail.icingaExamples(t)), master)
	stock := fmt.Sprintf("%d messages, %d octets", stockMessages, stockMessages*stockOctets)
	const secured = `TLS 1\.3, certificate expires in \d+ days`
	wanted := []judged{
		{"mail!pop3", "", 0, `^POP3 OK - pop3test ready, ` + secured + `, in .*; no login tried $`},
		{"mail!pop3-tls", "", 0, `^POP3 OK - ` + stock + ` in `},
		{"mail!pop3-cert", "", 0, `^POP3 OK - pop3test ready, ` + secured + `, in `},
		{"mail!pop3-mailflow", "", 0, `^POP3 OK - ` + stock + `, newest \d+ s old`},
		{"oldmail!pop3", "", 0, `^POP3 OK - pop3test ready, ` + secured + `, in .*; no login tried $`},
		{"oldmail!pop3-tls", "", 0, `^POP3 OK - ` + stock + ` in `},
		{"oldmail!pop3-cert", "", 0, `^POP3 OK - pop3test ready, ` + secured + `, in `},
		{"oldmail!pop3-mailflow", "", 0, `^POP3 OK - ` + stock + `, newest \d+ s old`},
		{"boxes!pop3", "", 0, `^POP3 OK - pop3test ready, in .*; no login tried $`},
		{"boxes!pop3-tls", "", 0, `^POP3 OK - pop3test ready, ` + secured + `, in `},
		{"boxes!pop3-cert", "", 0, `^POP3 OK - pop3test ready, ` + secured + `, in `},
		{"boxes!pop3-alice", "", 0, `^POP3 OK - ` + stock + ` in `},
		{"boxes!pop3-bob@example.com", "", 2, `^POP3 CRITICAL - login: .*bob@example\.com`},
	}
	services, err := node.Services(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(services) != len(wanted) {
		t.Errorf("there are %d services, wanted %d", len(services), len(wanted))
	}
	for _, w := range wanted {
		w.wantResult(t, node, checkNow(t, node, w.name))
	}
	mail.stop()
	for range 3 { // max_check_attempts: what depends on a service waits until its state is hard
		checkNow(t, node, "mail!pop3-tls")
	}
	for service, told := range map[string]bool{
		"mail!pop3": true, "mail!pop3-tls": true, "mail!pop3-cert": false, "mail!pop3-mailflow": false,
	} {
		wantReachable(t, node, service, told)
	}
}

// wantReachable has a service checked whose server is down, and judges whether it would notify.
func wantReachable(t *testing.T, node *engine.Icinga, service string, told bool) {
	t.Helper()
	if result := checkNow(t, node, service); result.State != 2 {
		t.Errorf("%s: %+v", service, result)
	}
	found, err := node.Services(t.Context(), fmt.Sprintf("service.__name == %q", service))
	if err != nil || len(found) != 1 || found[0].Reachable != told {
		t.Errorf("%s is not as wanted, reachable: %t: %+v, %v", service, told, found, err)
	}
}

// icingaStates are services with options besides those of a login over TLS.
var icingaStates = []judged{
	{"ok", `vars.pop3x_warning = "@1h:2h"; vars.pop3x_critical = "1h"`, 0, `^POP3 OK - 5 messages, 2560 octets in `},
	{"warning", `vars.pop3x_messages_warning = [ "@1:9" ]`, 1, `^POP3 WARNING - 5 messages \(warning between 1 and 9\)`},
	{"critical", `vars.pop3x_password = "wrong"`, 2, `^POP3 CRITICAL - login: probe was refused \(PLAIN.* \[auth\]; the server said "Authentication failed\.".*$`},
	{"unknown", `vars.pop3x_tls = false; vars.remove("pop3x_sni"); vars.pop3x_state = [ "cleartext=u", "auth=ok" ]`, 3, `^POP3 UNKNOWN - login: the password would be sent unencrypted; use `},
}

// TestIcinga2States has a service in each state, and its performance data as Icinga 2 parses them.
func TestIcinga2States(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	node := startIcinga(t, mail.machine(map[string]string{"/etc/icinga2/conf.d/states.conf": icingaServices(mail.address, icingaStates)}), master)
	for _, w := range icingaStates {
		metrics := w.wantResult(t, node, checkNow(t, node, "states!"+w.name))
		if w.state != 0 {
			continue
		}
		for label, want := range map[string]engine.Metric{
			"messages": {Value: stockMessages}, "size": {Value: stockMessages * stockOctets, Unit: "bytes"},
		} {
			if got := metrics[label]; got.Value != want.Value || got.Unit != want.Unit {
				t.Errorf("%s is %+v, wanted %+v", label, got, want)
			}
		}
		if got := metrics["time"]; got.Unit != "seconds" || got.Value <= 0 || got.Crit != 3600.0 || got.Min != 0.0 || got.Max != 10.0 {
			t.Errorf("time is %+v", got)
		}
	}
}

// icingaServices is a configuration of services of the host states that log in over TLS, and are checked only when
// the tests say so.
func icingaServices(address string, services []judged) string {
	var text strings.Builder
	fmt.Fprintf(&text, "object Host \"states\" {\n  check_command = \"dummy\"\n  address = \"%s\"\n}\n", address)
	for _, s := range services {
		fmt.Fprintf(&text, `object Service "%s" {
  host_name = "states"
  check_command = "pop3x"
  enable_active_checks = false
  vars.pop3x_tls = true
  vars.pop3x_sni = "mail.example.org"
  vars.pop3x_user = "%s"
  vars.pop3x_password = %s
  %s
}
`, s.name, probe, icingaSecret(), s.options)
	}
	return text.String()
}

// icingaSecret is the secret as a string of Icinga 2's language, in which a dollar begins a macro.
func icingaSecret() string { return icinga(strings.ReplaceAll(secret, "$", "$$")) }

// TestIcinga2Arguments sets the variable of each option and reads the plugin's command line.
func TestIcinga2Arguments(t *testing.T) {
	t.Parallel()
	var options strings.Builder
	var wanted [][]string
	for _, o := range Current().Engine() {
		value := []string{"a " + o.Long, "b " + o.Long}
		switch {
		case o.Value == "":
			fmt.Fprintf(&options, "vars.%s = true\n", variable(o.Long))
			wanted = append(wanted, []string{"--" + o.Long})
		case o.Repeatable:
			text, _ := json.Marshal(value)
			fmt.Fprintf(&options, "vars.%s = %s\n", variable(o.Long), text)
			wanted = append(wanted, []string{"--" + o.Long, value[0], "--" + o.Long, value[1]})
		default:
			fmt.Fprintf(&options, "vars.%s = %s\n", variable(o.Long), icinga(value[0]))
			wanted = append(wanted, []string{"--" + o.Long, value[0]})
		}
	}
	m := mailServer{address: engine.Address()}
	all := []judged{{name: "all", options: options.String()}, {name: "fewest"}}
	node := startIcinga(t, m.machine(map[string]string{"/etc/icinga2/conf.d/arguments.conf": icingaServices(m.address, all)}), master)
	count := 1 + len(slices.Concat(wanted...))
	words, err := checkNow(t, node, "states!all").Words()
	if err != nil {
		t.Fatal(err)
	}
	wanted = slices.DeleteFunc(wanted, func(some []string) bool { return containsAll(words, some) })
	if len(wanted) > 0 {
		t.Errorf("no %q in %q", wanted, words)
	}
	if len(words) != count {
		t.Errorf("%d words, wanted %d: %q", len(words), count, words)
	}
	words, err = checkNow(t, node, "states!fewest").Words()
	if want := []string{debPlugin, "--hostname", m.address, "--sni", mailNames[0], "--tls", "--user", probe, "--verbose"}; err != nil || !slices.Equal(words, want) {
		t.Errorf("%q, %v, wanted %q", words, err, want)
	}
}

// containsAll reports whether some words follow each other among others.
func containsAll(words, some []string) bool {
	for i := range words {
		if len(words)-i >= len(some) && slices.Equal(words[i:i+len(some)], some) {
			return true
		}
	}
	return false
}

//go:build integration

package packaging

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/engine"
)

const (
	nagiosConfig   = "/etc/nagios4/conf.d/mail.cfg"
	nagiosCommands = "/etc/nagios-plugins/config/"
)

// startNagios starts one that ends with the test.
func startNagios(t *testing.T, m engine.Machine) *engine.Nagios {
	t.Helper()
	n, err := m.StartNagios()
	if err != nil {
		t.Fatal(err)
	}
	endsWith(t, "nagios4", n.Sandbox)
	return n
}

// wantStatus has services of a host checked and judges what status.dat has of them. verbose is whether their commands
// have -v.
func wantStatus(t *testing.T, n *engine.Nagios, host string, verbose bool, services []judged) {
	t.Helper()
	var names []string
	for _, s := range services {
		names = append(names, host+";"+s.name)
	}
	all, err := n.Check(names...)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range services {
		status := all[names[i]]
		state, err := strconv.Atoi(status["current_state"])
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		s.want(t, state, status["plugin_output"], labels(status["performance_data"]))
		if long := status["long_plugin_output"]; verbose {
			s.explained(t, strings.ReplaceAll(long, `\n`, "\n"))
		}
	}
}

// labels are those of performance data.
func labels(data string) (all []string) {
	for _, metric := range strings.Fields(data) {
		label, _, _ := strings.Cut(metric, "=")
		all = append(all, label)
	}
	return all
}

// wantSound has Nagios read its configuration, and find nothing to say of it.
func wantSound(t *testing.T, m engine.Machine) {
	t.Helper()
	said, err := m.CheckNagios()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said, "Total Warnings: 0\nTotal Errors:   0\n") {
		t.Errorf("%s", said)
	}
}

// TestNagiosExamples runs the services of the examples by the package's commands, which are where Debian has such.
func TestNagiosExamples(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	m := mail.machine(map[string]string{
		nagiosConfig:                  mail.example(t, "nagios/services.cfg"),
		"/etc/nagios4/pop3x.password": secret + "\n",
	})
	wantSound(t, m)
	wantStatus(t, startNagios(t, m), "mail", true, []judged{
		{"POP3", "", 0, `^POP3 OK - pop3test ready, TLS 1\.3, .*[;:] no login tried`},
		{"POP3 TLS", "", 0, `^POP3 OK - 5 messages, 2560 octets in `},
		{"POP3 certificate", "", 0, `^POP3 OK - pop3test ready, TLS 1\.3, certificate expires in \d+ days, in `},
		{"POP3 mail flow", "", 0, `^POP3 OK - 5 messages, 2560 octets, newest \d+ s old`},
	})
}

// nagiosStates are services with their command and arguments.
var nagiosStates = []judged{
	{"ok", `check_pop3x_login!mail.example.org!probe!/etc/nagios4/pop3x.password!-w @1h:2h`, 0, `^POP3 OK - 5 messages, 2560 octets in `},
	{"warning", `check_pop3x_login!mail.example.org!probe!/etc/nagios4/pop3x.password!--messages-warning @1:9`, 1, `^POP3 WARNING - 5 messages \(warning between 1 and 9\): is what fetches`},
	{"critical", `check_pop3x_login!mail.example.org!probe!/etc/nagios4/wrong.password`, 2, `^POP3 CRITICAL - login: probe was refused \(PLAIN.* \[auth\]: the server said "Authentication failed\."`},
	{"unknown", `check_pop3x!-u probe --password-file /etc/nagios4/pop3x.password`, 3, `^POP3 UNKNOWN - login: the password would be sent unencrypted: use `},
}

// TestNagiosStates has a service in each state.
func TestNagiosStates(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	m := mail.machine(map[string]string{
		nagiosConfig:                  nagiosServices(mail.address, nagiosStates),
		"/etc/nagios4/pop3x.password": secret + "\n",
		"/etc/nagios4/wrong.password": "wrong\n",
	})
	wantStatus(t, startNagios(t, m), "states", true, nagiosStates)
}

// nagiosServices is a configuration of services of the host states.
func nagiosServices(address string, services []judged) string {
	var text strings.Builder
	fmt.Fprintf(&text, "define host {\n\tuse\tlinux-server\n\thost_name\tstates\n\taddress\t%s\n}\n", address)
	for _, s := range services {
		fmt.Fprintf(&text, "define service {\n\tuse\tgeneric-service\n\thost_name\tstates\n\tservice_description\t%s\n\tcheck_command\t%s\n}\n", s.name, s.options)
	}
	return text.String()
}

// asBefore are services as they were written for check_pop.
var asBefore = []judged{
	{"pop", "check_pop", 0, `^POP3 OK - pop3test ready, `},
	{"spop", "check_spop", 0, `^POP3 OK - pop3test ready, `},
	{"pop 4", "check_pop_4", 0, `^POP3 OK - pop3test ready, `},
	{"spop 4", "check_spop_4", 0, `^POP3 OK - pop3test ready, `},
	{"one argument", "check_pop!-w@1h:2h", 0, `^POP3 OK - pop3test ready, `},
	{"with a blank", "check_pop!-w 0:0", 1, `^POP3 WARNING - took `},
	{"text", "check_spop!-e POP3x", 1, `^POP3 WARNING - greeting: `},
	{"port", "check_pop!-p 1", 2, `^POP3 CRITICAL - connect: connection refused`},
}

// definition is one of an object file of Nagios.
var definition = regexp.MustCompile(`(?ms)^define command \{\n(.*?)^\}\n`)

// TestNagiosDropIn has the commands by the names of Debian's, as the example says how: Debian's own are removed.
func TestNagiosDropIn(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	debians := debianCommands(t)
	kept := definition.ReplaceAllStringFunc(debians, func(text string) string {
		if isPop(text) {
			return ""
		}
		return text
	})
	several := judged{"several", "check_pop!-w @1h:2h -c 1h", 0, `^POP3 OK - pop3test ready, `}
	services := append([]judged{several}, asBefore...)
	m := mail.machine(map[string]string{
		nagiosConfig:                     nagiosServices(mail.address, services),
		nagiosCommands + "mail.cfg":      kept,
		nagiosCommands + "check_pop.cfg": mail.example(t, "nagios/check_pop.cfg"),
	})
	wantSound(t, m)
	wantStatus(t, startNagios(t, m), "states", true, services)
}

// TestNagiosByDebiansCommands has Debian's commands with another program: '$ARG1$' is one argument, and an empty one
// if it is missing.
func TestNagiosByDebiansCommands(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	changed, count := "", 0
	for _, text := range definition.FindAllString(debianCommands(t), -1) {
		if isPop(text) {
			count++
			text = strings.ReplaceAll(text, "/usr/lib/nagios/plugins/check_pop", debPlugin)
			text = strings.ReplaceAll(text, " -S ", " -S --insecure ")
		}
		changed += text
	}
	if count != 4 {
		t.Errorf("Debian has %d commands for POP3", count)
	}
	m := mail.machine(map[string]string{
		nagiosConfig:                nagiosServices(mail.address, asBefore),
		nagiosCommands + "mail.cfg": changed,
	})
	wantStatus(t, startNagios(t, m), "states", false, asBefore)
}

func isPop(definition string) bool { return strings.Contains(definition, "/plugins/check_pop ") }

// debianCommands are Debian's for mail.
func debianCommands(t *testing.T) string {
	t.Helper()
	return stock(t, nagiosCommands+"mail.cfg")
}

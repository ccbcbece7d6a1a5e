//go:build integration && homes

package packaging

import (
	"crypto/tls"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/debian"
	"check_pop3x/check/lab/integration/engine"
	"check_pop3x/check/testkit/pop3test"
)

// startZabbix starts Zabbix with the script of the package, and imports the template.
func startZabbix(t *testing.T, m mailServer) *engine.Zabbix {
	t.Helper()
	z, err := m.machine(map[string]string{
		"/etc/zabbix/pop3x.password":        secret + "\n",
		"/etc/zabbix/externalscripts/pop3x": m.example(t, "zabbix/pop3x"),
	}).StartZabbix()
	if err != nil {
		t.Fatal(err)
	}
	endsWith(t, "Zabbix", z.Sandbox)
	all := object{"createMissing": true, "updateExisting": true}
	for range 2 { // the second time nothing changes
		call[bool](t, z, "configuration.import", object{
			"format": "json", "source": m.example(t, zabbixTemplate),
			"rules": object{"groups": all, "templates": all, "items": all, "triggers": all, "discoveryRules": all, "valueMaps": all},
		})
	}
	return z
}

// call calls a method of Zabbix's API.
func call[T any](t *testing.T, z *engine.Zabbix, method string, params object) (result T) {
	t.Helper()
	if err := z.Call(t.Context(), method, params, &result); err != nil {
		t.Fatal(err)
	}
	return result
}

// dovecot is a machine with Dovecot, whose mailbox of the probe has one message.
func (m mailServer) dovecot(t *testing.T, certificate tls.Certificate) *debian.Sandbox {
	t.Helper()
	chain, key := pop3test.PEM(certificate)
	machine := m.machine(map[string]string{
		"/etc/dovecot/server.pem": string(chain),
		"/etc/dovecot/server.key": string(key),
		"/etc/dovecot/users":      probe + ":" + secret + "\n",
		"/etc/dovecot/dovecot.conf": "listen = " + m.address + `
protocols = pop3
log_path = /dev/stderr
ssl_cert = </etc/dovecot/server.pem
ssl_key = </etc/dovecot/server.key
mail_location = maildir:/var/mail/%u
passdb {
  driver = passwd-file
  args = scheme=PLAIN /etc/dovecot/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/var/mail
}
`})
	machine.Tree = "dovecot"
	s, err := machine.Start("dovecot", "sh", "-ec", `
chgrp dovecot /etc/dovecot/users
install -d -o nobody -g nogroup /var/mail/probe /var/mail/probe/new /var/mail/probe/cur /var/mail/probe/tmp
now=$(date -R)
printf 'Received: from b by c; %s\r\nReceived: from a by b; %s\r\nDate: %s\r\n\r\nhello\r\n' "$now" "$now" "$now" >/var/mail/probe/new/1.1.mail
exec dovecot -F`)
	if err != nil {
		t.Fatal(err)
	}
	endsWith(t, "Dovecot", s)
	return s
}

// watch gives Zabbix the mail server as a host with the template, checked each second, instead of Zabbix itself.
func watch(t *testing.T, z *engine.Zabbix) {
	t.Helper()
	type id struct {
		Template string `json:"templateid"`
		Group    string `json:"groupid"`
		Host     string `json:"hostid"`
	}
	itself := call[[]id](t, z, "host.get", object{})
	call[any](t, z, "host.update", object{"hostid": itself[0].Host, "status": 1})
	template := call[[]id](t, z, "template.get", object{"filter": object{"host": zabbixName}})
	group := call[[]id](t, z, "hostgroup.get", object{"filter": object{"name": "Linux servers"}})
	var macros []object
	for name, value := range map[string]string{
		"{$POP3X.INTERVAL}": "1s", "{$POP3X.NODATA}": "30s", "{$POP3X.USER}": probe, "{$POP3X.PASSWORD.FILE}": "/etc/zabbix/pop3x.password",
		"{$POP3X.OPTIONS}": "--tls --newest-warning=1w --age-scan=5",
	} {
		macros = append(macros, object{"macro": name, "value": value})
	}
	call[any](t, z, "host.create", object{
		"host": "mail", "groups": []object{{"groupid": group[0].Group}}, "templates": []object{{"templateid": template[0].Template}}, "macros": macros,
		"interfaces": []object{{"type": 1, "main": 1, "useip": 0, "ip": "", "dns": mailNames[0], "port": "10050"}},
	})
}

// values are what Zabbix has of the host, by the key of the item.
func values(t *testing.T, z *engine.Zabbix) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, item := range call[[]struct {
		Key   string `json:"key_"`
		Value string `json:"lastvalue"`
	}](t, z, "item.get", object{"host": "mail", "output": []string{"key_", "lastvalue"}}) {
		all[item.Key] = item.Value
	}
	return all
}

// problems are the severities and names of what is wrong now, by line.
func problems(t *testing.T, z *engine.Zabbix) string {
	t.Helper()
	var all strings.Builder
	for _, p := range call[[]struct{ Name, Severity string }](t, z, "problem.get", object{}) {
		fmt.Fprintln(&all, p.Severity, p.Name)
	}
	return all.String()
}

// awaitProblem waits until a problem is the only one, or with the empty pattern until there is none.
func awaitProblem(t *testing.T, z *engine.Zabbix, pattern string) {
	t.Helper()
	var got string
	wanted := regexp.MustCompile("^" + pattern + "$")
	if err := z.Await(func() bool { got = problems(t, z); return wanted.MatchString(got) }); err != nil {
		t.Fatalf("problems:\n%swanted %s, %v", got, pattern, err)
	}
	t.Logf("problems: %s", got)
}

// TestHomeZabbix imports the template, gives it to a host, and reads the values; Dovecot is stopped, and comes back; and the
// check cannot judge for a while, or run any more. The name of a problem is the line.
func TestHomeZabbix(t *testing.T) {
	root := pop3test.NewAuthority("packaging root")
	certificate := root.Issue(pop3test.Leaf{Names: mailNames})
	mail := mailServer{address: engine.Address(), roots: string(root.PEM())}
	dovecot := mail.dovecot(t, certificate)
	z := startZabbix(t, mail)
	watch(t, z)

	var got map[string]string
	wanted := map[string]string{
		"line": `POP3 OK - 1 message, \d+ octets, newest .*`, "state": "0", "summary": "Users can log in .*", "messages": "1", "size": `\d+`,
		"cert_days": "36[45]", "newest_age": `\d+`, "transit": "0", "hops": "2", "time": `0\.\d+`, "time[login]": `0\.\d+`, "time[stat]": `0\.\d+`,
	}
	missing := ""
	if err := z.Await(func() bool {
		got = values(t, z)
		missing = ""
		for name, pattern := range wanted {
			if value := got["pop3x."+name]; !regexp.MustCompile("^" + pattern + "$").MatchString(value) {
				missing += fmt.Sprintf("%s: %q, wanted %s\n", name, value, pattern)
			}
		}
		return missing == ""
	}); err != nil {
		t.Fatalf("%s%v", missing, err)
	}
	awaitProblem(t, z, "")

	dovecot.Stop()
	awaitProblem(t, z, `4 POP3 CRITICAL - connect: connection refused by .*; start the POP3 service there, .*\[refused\].*\n`)
	mail.dovecot(t, certificate)
	awaitProblem(t, z, "")

	move := func(from, to string) {
		if said, err := z.Command("mv", "/etc/zabbix/"+from, "/etc/zabbix/"+to).CombinedOutput(); err != nil {
			t.Fatal(err, string(said))
		}
	}
	move("pop3x.password", "gone")
	awaitProblem(t, z, `3 POP3 UNKNOWN - password: cannot read .*\[usage\]\n`)
	move("gone", "pop3x.password")
	awaitProblem(t, z, "")

	move("externalscripts/pop3x", "gone")
	awaitProblem(t, z, `3 POP3: no result for 30s\n`)
}

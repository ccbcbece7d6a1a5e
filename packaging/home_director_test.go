//go:build integration && homes

package packaging

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/engine"
)

// startDirector starts Icinga 2 with Icinga Web 2 and the Director, into which the basket of the package was restored.
func startDirector(t *testing.T, m mailServer, files map[string]string) *engine.IcingaWeb {
	t.Helper()
	a, err := authority()
	if err != nil {
		t.Fatal(err)
	}
	web, err := m.machine(files).StartIcingaWeb(master, a)
	if err != nil {
		t.Fatal(err)
	}
	endsWith(t, "Icinga Web", web.Sandbox)
	director(t, web, basketOfPackage(t), "basket", "restore")
	return web
}

func basketOfPackage(t *testing.T) string {
	t.Helper()
	return plain(t, filepath.Join(one.root, "usr/share/doc", name, "examples/director/pop3x-basket.json"))
}

// director runs icingacli director.
func director(t *testing.T, web *engine.IcingaWeb, input string, words ...string) string {
	t.Helper()
	said, err := web.Director(input, words...)
	if err != nil {
		t.Fatalf("director %s: %v\n%s", strings.Join(words, " "), err, said)
	}
	return said
}

// create has the Director make an object.
func create(t *testing.T, web *engine.IcingaWeb, kind, name string, properties object) {
	t.Helper()
	if err := web.Create(kind, name, properties); err != nil {
		t.Fatal(err)
	}
}

// rows counts what the Director has, and what it has ever changed.
func rows(t *testing.T, web *engine.IcingaWeb) string {
	t.Helper()
	var counts []string
	for _, table := range []string{
		"activity_log", "datafield", "datafield_setting", "datafield_category", "datalist_entry",
	} {
		counts = append(counts, fmt.Sprintf("(SELECT count(*) FROM director_%s)", table))
	}
	for _, table := range []string{"service", "service_field", "host_field", "service_set"} {
		counts = append(counts, fmt.Sprintf("(SELECT count(*) FROM icinga_%s)", table))
	}
	said, err := web.Query("director", "SELECT "+strings.Join(counts, ", "))
	if err != nil {
		t.Fatal(err, said)
	}
	return said
}

// TestHomeDirector restores the basket, twice without a difference, makes a host of its template and a service of each
// of its templates, deploys them, and reads the results back.
func TestHomeDirector(t *testing.T) {
	mail := startMail(t)
	const password = "/etc/icinga2/pop3x.password"
	web := startDirector(t, mail, map[string]string{password: secret + "\n"})
	first := rows(t, web)
	director(t, web, basketOfPackage(t), "basket", "restore")
	if again := rows(t, web); again != first {
		t.Errorf("restored twice: %s, and %s before", again, first)
	}

	create(t, web, "host", "mail", object{
		"imports": []string{"pop3-mail-server"}, "address": mail.address, "check_command": "hostalive",
		"vars": object{"pop3_user": probe, "pop3_password_file": password, "pop3_name": mailNames[0], "pop3_starttls": true},
	})
	create(t, web, "host", "other", object{"imports": []string{"pop3-mail-server"}, "address": mail.address, "check_command": "dummy"})
	for service, vars := range map[string]object{
		"pop3":          {},
		"pop3-tls":      {"pop3x_user": probe, "pop3x_password": strings.ReplaceAll(secret, "$", "$$")},
		"pop3-cert":     {"pop3x_certificate": "10000,5"},
		"pop3-mailflow": {"pop3x_user": probe, "pop3x_password_file": password, "pop3x_newest_warning": "1h:"},
		"pop3-all": {
			"pop3x_tls": true, "pop3x_user": probe, "pop3x_password_file": password, "pop3x_auth": "plain", "pop3x_tls_min": "1.3",
			"pop3x_steps": []string{"list", "uidl"}, "pop3x_phase_warning": []string{"login=1us"}, "pop3x_format": "nagios",
		},
	} {
		vars["pop3x_address"] = mailNames[0]
		create(t, web, "service", "by-hand-"+service, object{"host": "other", "imports": []string{service}, "vars": vars})
	}
	if err := web.Deploy(t.Context(), "other!by-hand-pop3-all"); err != nil {
		t.Fatal(err)
	}

	stock := fmt.Sprintf("%d messages, %d octets", stockMessages, stockMessages*stockOctets)
	const secured = `TLS 1\.3, certificate expires in \d+ days`
	for _, wanted := range []judged{
		{"mail!pop3", "", 0, `^POP3 OK - pop3test ready, ` + secured + `, in .*; no login tried $`},
		{"mail!pop3-tls", "", 0, `^POP3 OK - ` + stock + ` in `},
		{"mail!pop3-cert", "", 0, `^POP3 OK - pop3test ready, ` + secured + `, in `},
		{"mail!pop3-mailflow", "", 0, `^POP3 OK - ` + stock + `, newest \d+ s old`},
		{"other!by-hand-pop3", "", 0, `^POP3 OK - pop3test ready, in .*; no login tried $`},
		{"other!by-hand-pop3-tls", "", 0, `^POP3 OK - ` + stock + ` in `},
		{"other!by-hand-pop3-cert", "", 1, `^POP3 WARNING - the certificate of "mail.example.org" expires in \d+ days \(warning below 10000 days\)`},
		{"other!by-hand-pop3-mailflow", "", 1, `^POP3 WARNING - newest .* \(warning below 1 h\)`},
		{"other!by-hand-pop3-all", "", 1, `^POP3 WARNING - .*login .* \(warning above 1 us\)`},
	} {
		wanted.wantResult(t, web.Icinga, checkNow(t, web.Icinga, wanted.name))
	}
}

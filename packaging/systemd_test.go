//go:build integration

package packaging

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"check_pop3x/check/testkit/formattest"
)

// administration is what an administrator types to run the units with all the examples. mail(1) is a pipe.
const administration = `
printf '#!/bin/sh\n{ echo "$*"; cat; } >/run/mail\n' >/usr/local/bin/mail
chmod 755 /usr/local/bin/mail
mkfifo /run/mail
cd /usr/share/doc/monitoring-plugins-pop3x/examples/systemd
mkdir -p /etc/systemd/system/check_pop3x@.service.d
cp onfailure.conf prometheus.conf /etc/systemd/system/check_pop3x@.service.d/
cp check_pop3x-failed@.service /etc/systemd/system/
cp mail.ini /etc/check_pop3x/mail.ini
cp mail.ini /etc/check_pop3x/prometheus.ini
echo 'format = prometheus
output = /var/lib/prometheus/node-exporter/pop3-prometheus.prom' >>/etc/check_pop3x/prometheus.ini
chmod -R go= /etc/credstore
systemctl daemon-reload

echo "== mail"
systemctl start check_pop3x@mail.service
journalctl --sync
journalctl --output=cat --unit=check_pop3x@mail.service

echo "== wrong"
cp mail.ini /etc/check_pop3x/wrong.ini
systemctl start check_pop3x@wrong.service || systemctl show --property=ExecMainStatus check_pop3x@wrong.service
cat /run/mail

echo "== timer"
systemctl start check_pop3x@mail.timer
systemctl list-timers --all --no-legend

echo "== prometheus"
systemctl start check_pop3x@prometheus.service
setpriv --reuid=prometheus --regid=prometheus --clear-groups cat /var/lib/prometheus/node-exporter/pop3-prometheus.prom
`

// systemdParts are the headings of the above, and what has to be said below each.
var systemdParts = map[string]*regexp.Regexp{
	"mail":  regexp.MustCompile(`^POP3 OK - 5 messages, 2560 octets, certificate expires in \d+ days, in `),
	"wrong": regexp.MustCompile(`(?ms)^ExecMainStatus=2\n-s POP3 check wrong on \S+ root\n.*^POP3 CRITICAL - login: `),
	"timer": regexp.MustCompile(`\d\d:\d\d:\d\d .* check_pop3x@mail\.timer +check_pop3x@mail\.service\n`),
}

// TestSystemd runs the units that are shipped, in their sandbox, with the examples.
func TestSystemd(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	m := mail.machine(map[string]string{
		"/etc/credstore/check_pop3x.mail.password":       secret + "\n",
		"/etc/credstore/check_pop3x.prometheus.password": secret + "\n",
		"/etc/credstore/check_pop3x.wrong.password":      "wrong\n",
	})
	m.Tree = "prometheus"
	s, err := m.Start("systemd", "./systemd.sh", administration)
	if err != nil {
		t.Fatal(err)
	}
	endsWith(t, "systemd", s)
	if err := s.Wait(); err != nil {
		t.Fatal(err)
	}
	said := read(t, filepath.Join(s.Dir, "said"))
	parts := map[string]string{}
	for part := range strings.SplitSeq(said, "== ") {
		name, text, _ := strings.Cut(part, "\n")
		parts[name] = text
	}
	for name, want := range systemdParts {
		if !want.MatchString(parts[name]) {
			t.Errorf("no %s in\n%s", want, parts[name])
		}
	}
	if err := formattest.Of("prometheus")(parts["prometheus"], 0); err != nil {
		t.Errorf("%v in\n%s", err, parts["prometheus"])
	}
	if t.Failed() {
		t.Log(said)
	}
}

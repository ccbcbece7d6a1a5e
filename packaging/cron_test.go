//go:build integration

package packaging

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"check_pop3x/check/testkit/formattest"
)

// startCron runs Debian's cron with a machine that has no monitoring system. What cron mails is in files below mails.
const startCron = `
mkdir -m 777 mails
printf '#!/bin/sh\nexec cat >%s/mails/$$\n' "$PWD" >/usr/sbin/sendmail
chmod 755 /usr/sbin/sendmail
ln -s bsd-mailx /usr/bin/mail
install -d -m 1777 /var/tmp
chmod 600 /etc/check_pop3x/*.password
chmod 644 /etc/cron.d/*
exec cron -f -L 15
`

// TestCron waits for the next minute, in which cron runs the example, and it again with a wrong password. The one prints
// nothing and the other each of its lines, one of them as the subject of a mail of its own; both write a file where
// Debian's node_exporter reads. Only the one that is OK asks who watches cron.
func TestCron(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	example := strings.ReplaceAll(mail.example(t, "cron/check_pop3x"), "\n*/5 ", "\n* ")
	subject := regexp.MustCompile(`\n#\*/5 (.*) -- (\S+)`) // the same check in another way, which would be told once
	example = subject.ReplaceAllString(example, "\n* $1 -- $2 --name subject")
	asked := make(chan string, 9)
	watcher := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	t.Cleanup(watcher.Close)
	heartbeat := regexp.MustCompile(`(?m)^check_pop3x(.*) && curl (.*) https://hc-ping\.com/.*$`).FindStringSubmatch(read(t, "doc/cron-systemd.md"))
	if heartbeat == nil {
		t.Fatal("the document has no heartbeat")
	}
	beat := "* * * * * root /usr/lib/nagios/plugins/check_pop3x" + heartbeat[1] + "%s && curl " + heartbeat[2] + " " + watcher.URL + "/%s\n"
	m := mail.machine(map[string]string{
		"/etc/cron.d/check_pop3x":         example,
		"/etc/cron.d/wrong":               strings.NewReplacer("/probe.password", "/wrong.password", "-mail.prom", "-wrong.prom").Replace(example),
		"/etc/cron.d/heartbeat":           fmt.Sprintf(beat, "", "good") + fmt.Sprintf(beat, " -w 0", "bad"),
		"/etc/check_pop3x/probe.password": secret + "\n",
		"/etc/check_pop3x/wrong.password": "wrong\n",
	})
	m.Tree = "alerts"
	s, err := m.Start("cron", "sh", "-ec", startCron)
	if err != nil {
		t.Fatal(err)
	}
	endsWith(t, "cron", s)
	written := func(name string) string {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.PID()), "root/var/lib/prometheus/node-exporter", name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		return string(text)
	}
	var mails []string
	err = s.Await(func() bool {
		mails = mailed(t, filepath.Join(s.Dir, "mails"))
		return len(mails) >= 4 && written("pop3-mail.prom") != "" && written("pop3-wrong.prom") != ""
	})
	if err != nil {
		t.Fatal(err)
	}
	subjects := 0
	for _, mail := range mails {
		if regexp.MustCompile(`(?ms)^Subject: POP3 CRITICAL - login: probe was refused [^\n]*; the server said [^\n]*$.*^Content-Type: text/plain; charset="UTF-8"$`).MatchString(mail) {
			subjects++
		}
		if !regexp.MustCompile(`(?ms)^To: root$.*^POP3 (CRITICAL - login|WARNING - took)`).MatchString(mail) {
			t.Errorf("mailed:\n%s", mail)
		}
	}
	if subjects != 1 {
		t.Errorf("%d mails have the line as their subject, wanted 1:\n%s", subjects, strings.Join(mails, "\n"))
	}
	if path := <-asked; path != "/good" || len(asked) > 0 {
		t.Errorf("%s was asked for, and %d more", path, len(asked))
	}
	for name, state := range map[string]float64{"pop3-mail.prom": 0, "pop3-wrong.prom": 2} {
		if got, err := formattest.Value(written(name), "pop3_state"); err != nil || got != state {
			t.Errorf("%s has state %v, want %v, %v", name, got, state, err)
		}
	}
}

// mailed are the mails in a directory, each to its end.
func mailed(t *testing.T, dir string) (all []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if text := read(t, name); strings.HasSuffix(text, "\n") && strings.Contains(text, "POP3 ") {
			all = append(all, text)
		}
	}
	return all
}

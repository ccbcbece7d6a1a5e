//go:build integration

// Prometheus and Alertmanager, as Debian has them, with the rules that are shipped: each alert begins and ends with what
// it is about, at a Dovecot that is killed, and whose passwords, mail and certificate change.

package integration

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

// scaled has the times of the rules pass in seconds. Limits on what the server says remain.
var scaled = strings.NewReplacer(
	"for: 10m", "for: 1s", "for: 15m", "for: 1s", "for: 1h", "for: 1s",
	"pop3_last_run_timestamp_seconds > 900", "pop3_last_run_timestamp_seconds > 3",
	"[6h]", "[20s]", "offset 1d", "offset 3s", "pop3_messages > 1000", "pop3_messages > 5",
)

const prometheusConfig = `
global: {scrape_interval: 300ms, scrape_timeout: 300ms, evaluation_interval: 300ms}
rule_files: [%s]
alerting: {alertmanagers: [{static_configs: [{targets: ["%s"]}]}]}
scrape_configs: [{job_name: node, static_configs: [{targets: ["%s"]}]}]
`

// alarms are a node_exporter, a Prometheus that asks it, and an Alertmanager.
type alarms struct {
	*exporter
	manager string
	asked   http.Client
}

func startAlarms(t *testing.T) *alarms {
	t.Helper()
	a := &alarms{exporter: startExporter(t), asked: http.Client{Timeout: 5 * time.Second}}
	rules, err := os.ReadFile("../../../packaging/prometheus/pop3.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	a.manager = fmt.Sprintf("127.0.0.1:%d", freePort())
	node := strings.TrimSuffix(strings.TrimPrefix(a.url, "http://"), "/metrics")
	a.beside(t, map[string]string{"alertmanager.yml": "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"},
		"prometheus-alertmanager", "--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address=", "--web.listen-address="+a.manager)
	files := map[string]string{"prometheus.yml": fmt.Sprintf(prometheusConfig, "pop3.rules.yml", a.manager, node), "pop3.rules.yml": scaled.Replace(string(rules))}
	a.beside(t, files, "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", fmt.Sprintf("--web.listen-address=127.0.0.1:%d", freePort()),
		"--rules.alert.resend-delay=1s")
	return a
}

// beside starts one more program.
func (a *alarms) beside(t *testing.T, files map[string]string, command ...string) {
	t.Helper()
	private(t, func() (*sandbox, error) {
		box, err := newSandbox("alerts")
		for name, text := range files {
			if err == nil {
				err = box.Write(name, text, 0o644)
			}
		}
		if err == nil {
			err = box.Start("alerts", command...)
		}
		return box, err
	})
}

// alert is what Alertmanager shows of one.
type alert struct {
	Labels      map[string]string
	Annotations map[string]string
}

// active are the alerts by name.
func (a *alarms) active() map[string]alert {
	answer, err := a.asked.Get("http://" + a.manager + "/api/v2/alerts?active=true")
	if err != nil {
		return nil // it has not started
	}
	defer answer.Body.Close()
	var all []alert
	if json.NewDecoder(answer.Body).Decode(&all) != nil {
		return nil
	}
	named := map[string]alert{}
	for _, one := range all {
		named[one.Labels["alertname"]] = one
	}
	return named
}

// await runs the check until an alert is there whose summary fits, or is there no more.
func (a *alarms) await(t *testing.T, check func(), name, summary string) {
	t.Helper()
	begun := time.Now()
	for wanted := summary != ""; ; <-time.After(200 * time.Millisecond) {
		check()
		all := a.active()
		one, found := all[name]
		if found == wanted && all != nil && (!wanted || regexp.MustCompile(summary).MatchString(one.Annotations["summary"])) {
			t.Logf("%s %v after %v: %s", name, found, time.Since(begun).Round(time.Millisecond), one.Annotations["summary"])
			return
		}
		if time.Since(begun) > debian.StartTimeout {
			t.Fatalf("%s is %v, wanted %v: %v", name, found, wanted, all)
		}
	}
}

// probed is the server whose mailbox the alerts are about.
type probed struct {
	*server
	t      *testing.T
	user   account
	mails  int
	secret string // the file with the password
}

// deliver puts messages into the mailbox, each of which took so long from the first host to the last one.
func (p *probed) deliver(number int, took time.Duration) {
	p.t.Helper()
	now := time.Now()
	for range number {
		p.mails++
		text := fmt.Sprintf("Received: from b by c; %s\nReceived: from a by b; %s\nFrom: a@pop3.test\nSubject: %d\n\nx\n",
			now.Format(time.RFC1123Z), now.Add(-took).Format(time.RFC1123Z), p.mails)
		file := filepath.Join(p.mailbox(), "new", maildirName(p.mails, text))
		if err := errors.Join(os.WriteFile(file, []byte(text), 0o644), os.Chown(file, vmail, vmail)); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *probed) mailbox() string { return filepath.Join(p.Dir, "mail", p.user.name) }

func (p *probed) empty() {
	for _, sub := range []string{"cur", "new"} {
		all, _ := filepath.Glob(filepath.Join(p.mailbox(), sub, "*"))
		for _, file := range all {
			os.Remove(file)
		}
	}
}

// passwordIs changes the password that the server knows.
func (p *probed) passwordIs(password string) {
	p.t.Helper()
	if err := p.Write("users", dovecotUsers([]account{{p.user.name, password, nil}}), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// restart starts the server again at its ports, with a certificate that lasts longer.
func (p *probed) restart() {
	p.t.Helper()
	p.server = private(p.t, func() (*server, error) {
		box, err := newSandbox("dovecot")
		if err != nil {
			return nil, err
		}
		again := &server{box, p.name, p.host, p.ports}
		return again, again.bringUp(dovecotConfig{accounts: []account{p.user}}.setUp, dovecotCommand)
	})
}

// TestAlerts begins with old mail and a certificate that ends soon.
func TestAlerts(t *testing.T) {
	t.Parallel()
	a := startAlarms(t)
	leaf := leafTemplate([]string{"localhost", "127.0.0.1"})
	leaf.NotAfter = time.Now().Add(5 * 24 * time.Hour)
	soon, err := rootCA.issueFor(leaf)
	if err != nil {
		t.Fatal(err)
	}
	p := &probed{t: t, user: account{"probe", "pr0be", messages(500)}, mails: 1}
	p.server = private(t, func() (*server, error) {
		return startDovecot(dovecotConfig{accounts: []account{p.user}, identity: soon})
	})
	p.secret = passwordFile(t, p.user)
	file := filepath.Join(a.files, "probe.prom")
	check := func() {
		by := func(*testing.T, call) []string { return []string{"--password-file", p.secret} }
		run(t, call{addr: p.port(withTLS), how: withTLS, user: p.user, by: by, args: []string{"--format", "prometheus", "--output", file}})
	}
	rest := func() {} // nobody checks

	a.await(t, check, "POP3MailStopped", "^Nothing has arrived at probe on 127.0.0.1:[0-9]+ for [0-9]+d ")
	a.await(t, check, "POP3CertificateExpires", "^The certificate of 127.0.0.1:[0-9]+ expires in 4d ")
	p.deliver(1, time.Hour)
	a.await(t, check, "POP3DeliverySlow", "^The newest message of probe on .* took 1h ")
	a.await(t, check, "POP3MailStopped", "")
	p.deliver(1, 0)
	a.await(t, check, "POP3DeliverySlow", "")

	p.passwordIs("another")
	a.await(t, check, "POP3Failed", `^127.0.0.1:[0-9]+ \(probe\): login: probe was refused \(`)
	p.passwordIs(p.user.password)
	a.await(t, check, "POP3Failed", "")
	right := p.secret
	p.secret = right + ".gone"
	a.await(t, check, "POP3NotJudged", `: password: cannot read `)
	p.secret = right
	a.await(t, check, "POP3NotJudged", "")

	p.empty()
	a.await(t, check, "POP3MailboxEmpty", "^The mailbox of probe on .* is empty$")
	p.deliver(2, 0)
	a.await(t, check, "POP3MailboxEmpty", "")
	p.deliver(9, 0)
	a.await(t, check, "POP3MailboxGrows", "has 11 messages, more than twice as many")
	a.await(t, check, "POP3MailboxGrows", "")

	p.Kill()
	a.await(t, check, "POP3Failed", ": connect: connection refused by 127.0.0.1:")
	p.restart()
	a.await(t, check, "POP3Failed", "")
	a.await(t, check, "POP3CertificateExpires", "")
	a.await(t, rest, "POP3CheckStopped", "was last checked .* ago")
	a.await(t, check, "POP3CheckStopped", "")
	os.Remove(file)
	a.await(t, rest, "POP3CheckMissing", `^No POP3 server is checked$|^127.0.0.1:[0-9]+ \(probe\) is no longer checked$`)
	a.await(t, check, "POP3CheckMissing", "")
}

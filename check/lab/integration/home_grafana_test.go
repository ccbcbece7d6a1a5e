//go:build integration && homes

// What Grafana would ask, asked: each query of the dashboards finds something in a Prometheus and in an InfluxDB that have
// seen a check that went well, one that failed and one without TLS.

package integration

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/engine"
)

// A board is the queries of a dashboard, by what they are for.
type board map[string]string

// readBoard reads one that is installed. Its variables stand for all that there is.
func readBoard(t *testing.T, installed, name string) board {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(installed, examples, "grafana", name))
	if err != nil {
		t.Fatal(err)
	}
	type target struct{ Expr, Query string }
	var d struct {
		Panels []struct {
			Title   string
			Targets []target
		}
		Annotations struct{ List []struct{ Target target } }
		Templating  struct {
			List []struct{ Type, Name, Query string }
		}
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	all := board{}
	add := func(what, query string) {
		all[what] = strings.NewReplacer("$host", ".*", "$user", ".*", "$service", ".*", "$__range", "10m", "$__interval", "10s",
			"$timeFilter", "time > now() - 1h").Replace(query)
	}
	for _, p := range d.Panels {
		for i, q := range p.Targets {
			add(p.Title+" "+strconv.Itoa(i), q.Expr+q.Query)
		}
	}
	for _, a := range d.Annotations.List {
		add("annotations", a.Target.Expr+a.Target.Query)
	}
	for _, v := range d.Templating.List {
		if v.Type == "query" {
			add(v.Name, v.Query)
		}
	}
	if len(all) < 15 {
		t.Errorf("%s has only %d queries", name, len(all))
	}
	return all
}

// await wants each query to find something.
func (b board) await(t *testing.T, s *sandbox, find func(query string) bool) {
	t.Helper()
	missing := b
	if err := s.Await(func() bool {
		for what, query := range missing {
			if find(query) {
				delete(missing, what)
			}
		}
		return len(missing) == 0
	}); err != nil {
		t.Errorf("nothing is found by %q: %v", missing, err)
	}
}

// get asks for JSON. It reports false of a server that has not started.
func get(t *testing.T, address string, answer any) bool {
	t.Helper()
	got, err := http.Get(address)
	if err != nil {
		return false
	}
	defer got.Body.Close()
	if got.StatusCode == http.StatusServiceUnavailable {
		return false
	}
	if err := json.NewDecoder(got.Body).Decode(answer); err != nil {
		t.Errorf("%s: %v", address, err)
	}
	return true
}

// TestHomeGrafanaPrometheus has node_exporter read the files of the checks.
func TestHomeGrafanaPrometheus(t *testing.T) {
	t.Parallel()
	b := newSubmitter(t)
	if err := b.smtp.deliver(b.user, date(0)+letter(1, "one")); err != nil {
		t.Fatal(err)
	}
	e := startExporter(t)
	to := func(name string) []string {
		return []string{"--format", "prometheus", "--output", filepath.Join(e.files, name+".prom")}
	}
	good := append(to("good"), "--steps", "all,retr", "--match", "Subject=.", "--delivery-warning", "1h", "-w", "1us")
	b.send(b.smtp.submission, good...)
	if err := b.smtp.Await(func() bool { return len(b.smtp.mails()) == 2 }); err != nil {
		t.Fatal(err)
	}
	b.send(b.smtp.submission, good...).want("WARNING", ".*last probe took")
	run(t, call{addr: "127.0.0.1:1", how: withTLS, user: b.user, args: to("down")}).want("CRITICAL", "connect: connection refused")
	check(t, b.mail, inPlain, b.user, to("plain")...).want("OK", ".* messages, ")
	named := net.JoinHostPort("localhost", strconv.Itoa(b.mail.ports.TLS))
	run(t, call{addr: named, how: withTLS, user: b.user, args: append(to("named"), "-4", "--addresses", "all")}).want("OK", ".* messages, ")

	at := fmt.Sprintf("127.0.0.1:%d", freePort())
	p := private(t, func() (*sandbox, error) {
		return startPrometheus(at, strings.TrimSuffix(strings.TrimPrefix(e.url, "http://"), "/metrics"))
	})
	values := regexp.MustCompile(`^label_values\((.*), (\w+)\)$`)
	readBoard(t, installedPackage(t), "pop3-prometheus.json").await(t, p, func(query string) bool {
		if label := values.FindStringSubmatch(query); label != nil { // Grafana's own
			query = "count by (" + label[2] + ") (" + label[1] + "{" + label[2] + `!=""})`
			query = strings.Replace(query, "}{", ", ", 1)
		}
		var answer struct{ Data struct{ Result []any } }
		// a subquery looks at whole minutes, of which the next one is near enough to the checks
		soon := strconv.FormatInt(time.Now().Add(time.Minute).Unix(), 10)
		return get(t, "http://"+at+"/api/v1/query?"+url.Values{"query": {query}, "time": {soon}}.Encode(), &answer) && len(answer.Data.Result) > 0
	})
}

// startPrometheus starts one that asks a node_exporter.
func startPrometheus(at, node string) (*sandbox, error) {
	box, err := newSandbox("prometheus")
	if err == nil {
		err = box.Write("prometheus.yml", "global: {scrape_interval: 300ms, scrape_timeout: 300ms}\n"+
			`scrape_configs: [{job_name: node, static_configs: [{targets: ["`+node+`"]}]}]`, 0o644)
	}
	if err == nil {
		err = box.Start("prometheus", "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address="+at)
	}
	return box, err
}

// TestHomeGrafanaInfluxDB has Icinga 2 write to InfluxDB, as the example for that says.
func TestHomeGrafanaInfluxDB(t *testing.T) {
	t.Parallel()
	b := newSubmitter(t)
	m := b.icingaMachine()
	for place, name := range map[string]string{"features-enabled/influxdb.conf": "influxdb.conf", "conf.d/app.conf": "app.conf"} {
		text, err := os.ReadFile(filepath.Join(m.Package, examples, "icinga2/influxdb", name))
		if err != nil {
			t.Fatal(err)
		}
		m.Files["/etc/icinga2/"+place] = strings.Replace(string(text), "127.0.0.1", m.Address, 1)
	}
	influx := private(t, func() (*sandbox, error) { return startInflux(m.Address) })
	ask := func(query string) bool {
		var answer struct {
			Error   string
			Results []struct {
				Error  string
				Series []any
			}
		}
		found := get(t, "http://"+m.Address+":8086/query?"+url.Values{"db": {"icinga2"}, "q": {query}}.Encode(), &answer)
		if found && (answer.Error != "" || len(answer.Results) != 1 || answer.Results[0].Error != "") {
			t.Errorf("%s: %+v", query, answer)
		}
		return found && len(answer.Results[0].Series) > 0
	}
	if err := influx.Await(func() bool { return ask("SHOW DATABASES") }); err != nil {
		t.Fatal(err)
	}
	node := private(t, func() (*engine.Icinga, error) { return m.StartIcinga(icingaMaster, icingaAuthority(t, m)) })
	b.checkWatched(node)
	b.checkWatched(node)
	readBoard(t, m.Package, "pop3-influxdb.json").await(t, influx, ask)
	if !ask(`SHOW SERIES WHERE "fault" = 'connect: connection refused by 127.0.0.1:1' AND "service" = 'pop3-down'`) {
		t.Error("the cause is not there")
	}
}

// startInflux starts one at the usual port, with Icinga 2's database.
func startInflux(host string) (*sandbox, error) {
	box, err := newSandbox("influxdb")
	if err == nil {
		err = box.Write("influxdb.conf", fmt.Sprintf(influxConfig, box.Dir, host), 0o644)
	}
	if err == nil {
		err = box.Start("influxdb", "influxd", "-config", "influxdb.conf")
	}
	if err == nil {
		err = box.Await(func() bool {
			made, err := http.PostForm("http://"+host+":8086/query", url.Values{"q": {"CREATE DATABASE icinga2"}})
			if err == nil {
				made.Body.Close()
			}
			return err == nil
		})
	}
	return box, err
}

const influxConfig = `reporting-disabled = true
bind-address = "%[2]s:8088"
[meta]
dir = "%[1]s/meta"
[data]
dir = "%[1]s/data"
wal-dir = "%[1]s/wal"
[http]
bind-address = "%[2]s:8086"
log-enabled = false
`

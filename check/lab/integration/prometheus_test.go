//go:build integration

// The formats as their readers have them: node_exporter's textfile collector, promtool, and the JSON Schema, about
// real servers; and --output on disks that are full or read-only.

package integration

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
	"check_pop3x/check/testkit/formattest"
)

// exporter is a running node_exporter that reads the files of a directory and does nothing else.
type exporter struct {
	*sandbox
	files string
	url   string
}

var listening = regexp.MustCompile(`msg="Listening on" address=(127\.0\.0\.1:\d+)`)

// startExporter has it choose a port, and say which.
func startExporter(t *testing.T) *exporter {
	t.Helper()
	box, err := newSandbox("prometheus")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Stop)
	e := &exporter{sandbox: box, files: filepath.Join(box.Dir, "textfile")}
	if err := os.Mkdir(e.files, 0o755); err != nil {
		t.Fatal(err)
	}
	err = box.Start("prometheus", "prometheus-node-exporter", "--web.listen-address=127.0.0.1:0",
		"--collector.disable-defaults", "--collector.textfile", "--collector.textfile.directory="+e.files)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(debian.StartTimeout); e.url == ""; <-time.After(20 * time.Millisecond) {
		if found := listening.FindStringSubmatch(box.Logged()); found != nil {
			e.url = "http://" + found[1] + "/metrics"
		} else if time.Now().After(deadline) {
			t.Fatalf("node_exporter does not listen:\n%s", box.Tail())
		}
	}
	return e
}

// scrape is what Prometheus would get.
func (e *exporter) scrape(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), debian.StartTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("%s, %v:\n%s", answer.Status, err, text)
	}
	return string(text)
}

// wantSeries wants a series with that value.
func wantSeries(t *testing.T, scraped string, value float64, name string, labels ...string) {
	t.Helper()
	if got, err := formattest.Value(scraped, name, labels...); err != nil {
		t.Error(err)
	} else if got != value {
		t.Errorf("%s with %v is %v, not %v", name, labels, got, value)
	}
}

// TestNodeExporter has a file for each server, two for one of them, and one for where nothing listens: all that they
// say is there.
func TestNodeExporter(t *testing.T) {
	t.Parallel()
	e := startExporter(t)
	to := func(name string) []string {
		return []string{"--format", "prometheus", "--output", filepath.Join(e.files, name+".prom")}
	}
	begun := float64(time.Now().Unix())
	for _, one := range fleet {
		s := one.usual.get(t)
		check(t, s, withSTLS, alice, append(to(s.name), "--steps", "list,noop")...).want("OK", "5 messages")
	}
	s := dovecot.usual.get(t)
	check(t, s, withSTLS, alice, append(to("again"), "--name", `the "second" \ check`, "-w", "0.000001")...).want("WARNING", "took")
	check(t, s, inPlain, account{}, to("greeting")...).want("OK", "")
	run(t, call{addr: "127.0.0.1:1", args: to("dead")}).want("CRITICAL", "connect: connection refused")

	scraped := e.scrape(t)
	wantSeries(t, scraped, 0, "node_textfile_scrape_error")
	for _, one := range fleet {
		s := one.usual.get(t)
		labels := []string{"host", s.host, "port", strconv.Itoa(s.ports.Plain), "user", alice.name, "check", s.name}
		wantSeries(t, scraped, 1, "pop3_up", labels...)
		wantSeries(t, scraped, 0, "pop3_state", labels...)
		wantSeries(t, scraped, aliceMessages, "pop3_messages", labels...)
		wantSeries(t, scraped, aliceOctets, "pop3_mailbox_bytes", labels...)
		wantSeries(t, scraped, 1, "pop3_tls_verified", labels...)
		if last, err := formattest.Value(scraped, "pop3_last_run_timestamp_seconds", labels...); err != nil || last < begun {
			t.Errorf("%s ran at %v, %v", s.name, last, err)
		}
		if _, err := formattest.Value(scraped, "pop3_phase_duration_seconds", append(labels, "phase", "list")...); err != nil {
			t.Error(err)
		}
		if ends, err := formattest.Value(scraped, "pop3_certificate_expiry_timestamp_seconds", labels...); err != nil || ends < begun {
			t.Errorf("%s has a certificate until %v, %v", s.name, ends, err)
		}
	}
	second := []string{"host", s.host, "port", strconv.Itoa(s.ports.Plain), "user", alice.name, "check", `the "second" \ check`}
	wantSeries(t, scraped, 1, "pop3_state", second...)
	wantSeries(t, scraped, 1, "pop3_limit_passed_info", append(second, "metric", "time", "state", "warning")...)
	wantSeries(t, scraped, 0, "pop3_state", "host", s.host, "port", strconv.Itoa(s.ports.Plain), "user", "", "check", "greeting")
	wantSeries(t, scraped, 0, "pop3_up", "port", "1")
	wantSeries(t, scraped, 1, "pop3_fault_info", "port", "1", "phase", "connect", "kind", "refused", "state", "critical")
	if t.Failed() {
		t.Logf("scraped:\n%s\nlog:\n%s", scraped, e.Tail())
	}
}

// TestNodeExporterReadsAtAnyTime scrapes while a file is replaced: it is never half written.
func TestNodeExporterReadsAtAnyTime(t *testing.T) {
	t.Parallel()
	e := startExporter(t)
	args := []string{"--format", "prometheus", "--output", filepath.Join(e.files, "dead.prom")}
	run(t, call{addr: "127.0.0.1:1", args: args})
	replaced, scraped := make(chan struct{}), make(chan int)
	go func() {
		scrapes := 0
		defer func() { scraped <- scrapes }()
		for {
			all := e.scrape(t)
			wantSeries(t, all, 0, "node_textfile_scrape_error")
			wantSeries(t, all, 2, "pop3_state", "port", "1")
			select {
			case <-replaced:
				return
			default:
				scrapes++
			}
		}
	}()
	for range 30 {
		run(t, call{addr: "127.0.0.1:1", args: args})
	}
	close(replaced)
	t.Logf("%d scrapes", <-scraped)
}

// TestPromtool has it look for mistakes of names, types and help.
func TestPromtool(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		file := filepath.Join(t.TempDir(), "pop3.prom")
		to := []string{"--format", "prometheus", "--output", file}
		wrong := account{name: alice.name, password: "not the password"}
		check(t, s, withTLS, alice, append(to, "--steps", "all", "--match", "Subject=.", "-w", "0.000001", "-D", "30")...)
		promtool(t, file)
		check(t, s, withTLS, wrong, append(to, "--name", "wrong", "-t", "30s")...)
		promtool(t, file)
	})
}

func promtool(t *testing.T, file string) {
	t.Helper()
	text, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	c := exec.CommandContext(t.Context(), filepath.Join(debian.Cache(), "prometheus", "usr", "bin", "promtool"), "check", "metrics")
	c.Stdin = text
	if said, err := c.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("%v\n%s", err, said)
	}
}

// TestDocuments has the document and the local check of real servers: as the line, by the schema, without a secret.
func TestDocuments(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, how := range ways {
			for _, format := range []string{"json", "checkmk"} {
				file := filepath.Join(t.TempDir(), format)
				o := check(t, s, how, alice, "--format", format, "--output", file, "--steps", "all", "-vvv")
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if err := formattest.Of(format)(string(text), o.code); err != nil {
					t.Error(err)
				}
				o.wantNoSecret(string(text))
				if want := fmt.Sprintf("%d messages, %d octets", aliceMessages, aliceOctets); !strings.Contains(string(text), want) {
					t.Errorf("no %s in %s", want, text)
				}
			}
		}
	})
}

// TestOutputOnABadDisk fills a file system of its own, and makes it read-only.
func TestOutputOnABadDisk(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]string{
		`mount -t tmpfs -o size=4k none . && cd "$PWD" && head -c 4096 /dev/zero >full`: `output: cannot write pop3\.prom: no space left on device.* \[usage\]`,
		`mount -t tmpfs -o nr_inodes=1 none .`:                                          `output: cannot write pop3\.prom: no space left on device.* \[usage\]`,
		`mount -t tmpfs -o ro none .`:                                                   `--output: no file can be written in \.: read-only file system.* \[usage\]`,
	} {
		binary, err := plugin()
		if err != nil {
			t.Fatal(err)
		}
		c := exec.CommandContext(t.Context(), "/bin/sh", "-c", `mount --make-rprivate / && `+script+` && cd "$PWD" && exec "$@"`, "sh",
			binary, "-H", "127.0.0.1", "-p", "1", "-r", "ok", "--format", "prometheus", "--output", "pop3.prom")
		c.Dir = t.TempDir()
		c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
		said, _ := c.CombinedOutput()
		if !regexp.MustCompile(`^POP3 UNKNOWN - `+want+`\n$`).Match(said) && !regexp.MustCompile(`^POP3 UNKNOWN - `+want+` \| time=.*\n$`).Match(said) {
			t.Errorf("%s: said %s", script, said)
		}
		if code := c.ProcessState.ExitCode(); code != 3 {
			t.Errorf("%s: exit code %d", script, code)
		}
	}
}

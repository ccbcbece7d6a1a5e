//go:build unix

package check_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/testkit/dnstest"
	"check_pop3x/check/testkit/formattest"
	"check_pop3x/check/testkit/measured"
)

// stopSignals are the signals by which schedulers end a check.
var stopSignals = []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}

// Each signal, at each point at which the plugin waits for a server, ends it at
// once with one line, UNKNOWN.
func TestSignals(t *testing.T) {
	scene := newScene(t)
	for name, at := range points {
		for _, signal := range stopSignals {
			t.Run(name+"/"+signal.String(), func(t *testing.T) {
				t.Parallel()
				checkSignal(t, phaseOf(name), func() (*process, outcome) {
					server := startStalled(t, at.before)
					args := append(scene.args(attack{at: at}, server.port()), "-t", patience.String())
					p := start(t, run{args: args})
					p.await(server.reached)
					return p, p.end(signal)
				})
			})
		}
	}
}

// checkSignal plays a run that gets a signal in a phase and checks its outcome.
func checkSignal(t *testing.T, phase string, play func() (*process, outcome)) {
	t.Helper()
	p, o := play()
	switch {
	case phase == "quit" && o.code == 0: // the result is known, and QUIT does not change it
		p.check(o, "OK - ", 0)
		return
	case phase == "greeting" && strings.Contains(o.stdout, " connect: "): // it may not know yet that it is connected
		phase = "connect"
	}
	p.checkInterrupted(o, phase)
}

// phaseOf returns the phase of a point in attackTable.
func phaseOf(name string) string {
	for row := range strings.Lines(attackTable) {
		if cells := strings.Fields(row); len(cells) > 1 && cells[0] == name {
			return cells[1]
		}
	}
	return ""
}

// The DNS server does not answer.
func TestSignalsInResolve(t *testing.T) {
	for _, signal := range stopSignals {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			checkSignal(t, "resolve", func() (*process, outcome) {
				server, err := dnstest.Start("silent silent.example.org")
				if err != nil {
					t.Fatal(err)
				}
				defer server.Close()
				p := start(t, run{args: []string{"-H", "silent.example.org", "--resolver", server.Addr()}})
				p.await(server.Silence())
				return p, p.end(signal)
			})
		})
	}
}

// The DNS server does not answer for TLSA records, by UDP or by TCP.
func TestSignalsInTLSA(t *testing.T) {
	for _, mode := range []string{"silent", "mute"} {
		for _, signal := range stopSignals {
			t.Run(mode+"/"+signal.String(), func(t *testing.T) {
				t.Parallel()
				checkSignal(t, "tlsa", func() (*process, outcome) {
					server, err := dnstest.Start("mail.example.org. A 127.0.0.1\nsilent _995._tcp.mail.example.org")
					if err != nil {
						t.Fatal(err)
					}
					defer server.Close()
					p := start(t, run{args: []string{"-H", "mail.example.org", "--tls", "--dane", "--resolver", server.Addr()}})
					p.await(server.Silence())
					return p, p.end(signal)
				})
			})
		}
	}
}

// The server of a CRL does not answer.
func TestSignalsInCRL(t *testing.T) {
	for _, signal := range stopSignals {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			checkSignal(t, "crl", func() (*process, outcome) {
				crls, args := listedServer(t, "silence")
				p := start(t, run{args: append(args, "-t", patience.String())})
				p.await(crls.Silence())
				return p, p.end(signal)
			})
		})
	}
}

// A FIFO is read whose writer writes nothing.
func TestSignalsInFIFO(t *testing.T) {
	cases := map[string][]string{
		"password":   {"--tls", "-u", "alice", "--password-file"},
		"extra-opts": {"--extra-opts=@"},
	}
	for name, args := range cases {
		for _, signal := range stopSignals {
			t.Run(name+"/"+signal.String(), func(t *testing.T) {
				t.Parallel()
				checkSignal(t, "", func() (*process, outcome) {
					fifo := filepath.Join(t.TempDir(), "fifo")
					if err := syscall.Mkfifo(fifo, 0o600); err != nil {
						t.Fatal(err)
					}
					p := start(t, run{args: append([]string{"-H", "127.0.0.1", "-p", "1"}, withFile(args, fifo)...)})
					writer, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits for the reader
					if err != nil {
						t.Fatal(err)
					}
					defer writer.Close()
					return p, p.end(signal)
				})
			})
		}
	}
}

// withFile adds a file to the last argument, or after it.
func withFile(args []string, file string) []string {
	last := args[len(args)-1]
	if before, ok := strings.CutSuffix(last, "@"); ok {
		return []string{before + "@" + file}
	}
	return append(append([]string{}, args...), file)
}

// With --output the file says that the check was interrupted, as the line does.
func TestSignalsWithOutput(t *testing.T) {
	for _, format := range []string{"json", "prometheus", "checkmk"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "pop3.prom")
			if format != "prometheus" {
				file = strings.TrimSuffix(file, ".prom")
			}
			checkSignal(t, "greeting", func() (*process, outcome) {
				server := startStalled(t, "")
				p := start(t, run{args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(server.port()), "--format", format, "--output", file}})
				p.await(server.reached)
				return p, p.end(syscall.SIGTERM)
			})
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := formattest.Of(format)(string(text), 3); err != nil {
				t.Error(err)
			}
			if format != "checkmk" && !strings.Contains(string(text), `"interrupted"`) {
				t.Error(string(text))
			}
		})
	}
}

// A signal before the plugin listens ends it without a line, and loses nothing:
// the file of --output is the old one or the new one, and the next run is well.
func TestEarlySignals(t *testing.T) {
	for _, signal := range stopSignals {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			file, state := filepath.Join(t.TempDir(), "pop3"), t.TempDir()
			if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			server := startStalled(t, "")
			p := start(t, run{args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(server.port()), "--output", file, "--state-dir", state}})
			p.await(server.reached)
			o := p.endNow(signal)
			text, err := os.ReadFile(file)
			switch {
			case err != nil:
				t.Error(err)
			case o.code == -1 && (o.stdout != "" || string(text) != "old"): // the usual case
				t.Errorf("said %q, file has %q", o.stdout, text)
			case o.code != -1 && checkLine(o.stdout, o.code) != nil: // the machine was slow
				t.Errorf("exit code %d: %q", o.code, o.stdout)
			}
			if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// A process is a running plugin.
type process struct {
	t         *testing.T
	c         *exec.Cmd
	usageFile string
	stdout    *bytes.Buffer
	stderr    *bytes.Buffer
}

// newProcess returns a plugin that is not started yet.
func newProcess(t *testing.T, r run) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	file := filepath.Join(t.TempDir(), "usage")
	r.env = append(r.env, usageEnv+"="+file)
	p := &process{t: t, c: r.command(ctx), usageFile: file, stdout: new(bytes.Buffer), stderr: new(bytes.Buffer)}
	p.c.Stdout, p.c.Stderr = p.stdout, p.stderr
	return p
}

func start(t *testing.T, r run) *process {
	t.Helper()
	p := newProcess(t, r)
	if err := p.c.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// await waits until the plugin has reached a point.
func (p *process) await(reached <-chan struct{}) {
	p.t.Helper()
	select {
	case <-reached:
	case <-time.After(patience):
		p.t.Fatalf("the point was not reached: %q", p.end(syscall.SIGKILL).stdout)
	}
}

// awaitListening waits until the plugin, which waits for something or computes by
// now, has had the time after which it listens for signals, and used it: a thread
// whose timer has ended runs, and in a tenth of a second of computing the runtime
// has looked at its timers.
func (p *process) awaitListening() {
	p.t.Helper()
	<-time.After(35 * time.Millisecond)
	for until := time.Now().Add(patience); p.computes(10); <-time.After(time.Millisecond) {
		if time.Now().After(until) {
			p.t.Fatal("the plugin neither waits nor computes")
		}
	}
}

// computes reports whether a thread runs that has used fewer than that many
// hundredths of a second; false if nobody tells.
func (p *process) computes(most int) bool {
	stats, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.c.Process.Pid))
	return slices.ContainsFunc(stats, func(file string) bool {
		stat, _ := os.ReadFile(file)
		_, behind, _ := bytes.Cut(stat, []byte(") "))
		fields := strings.Fields(string(behind))
		if len(fields) < 12 || fields[0] != "R" {
			return false
		}
		used, _ := strconv.Atoi(fields[11]) // utime, the 14th field in proc(5)
		return used < most
	})
}

// end sends a signal that the plugin listens for, and waits for the end. Elapsed is
// the time since the signal.
func (p *process) end(signal syscall.Signal) outcome {
	p.t.Helper()
	if signal == syscall.SIGKILL {
		return p.endNow(signal)
	}
	p.awaitListening()
	sent := time.Now()
	o := p.endNow(signal)
	var err error
	if o.Usage, err = measured.ReadFile(p.usageFile); err != nil {
		p.t.Error(err)
	}
	o.Elapsed = o.Ended.Sub(sent)
	return o
}

// endNow sends a signal, whether the plugin listens or not, and waits for the end.
func (p *process) endNow(signal syscall.Signal) outcome {
	p.t.Helper()
	if err := p.c.Process.Signal(signal); err != nil {
		p.t.Error(err)
	}
	err := p.c.Wait()
	return outcome{stdout: p.stdout.String(), stderr: p.stderr.String(), code: exitCode(p.c, err), err: err}
}

func (p *process) checkInterrupted(o outcome, phase string) {
	p.t.Helper()
	status := "UNKNOWN - "
	if phase != "" {
		status += phase + ": "
	}
	p.check(o, status, 3)
	if !strings.Contains(o.stdout, " [interrupted]") {
		p.t.Errorf("not of kind interrupted: %s", o.stdout)
	}
}

func (p *process) check(o outcome, status string, code int) {
	p.t.Helper()
	if o.code != code || o.stderr != "" || !strings.HasPrefix(o.stdout, "POP3 "+status) {
		p.t.Errorf("%v, exit code %s, stderr %q, said %s", o.err, strconv.Itoa(o.code), o.stderr, o.stdout)
	}
	if err := o.checkTime(0); err != nil {
		p.t.Error(err)
	}
	if err := checkLine(o.stdout, o.code); err != nil {
		p.t.Error(err)
	}
}

// A signal ends a run at once that computes what a server has set it: to match a
// long pattern takes minutes.
func TestSignalsInMatch(t *testing.T) {
	header := "S: Subject: " + strings.Repeat("x", 16<<10-1) + "\n"
	for _, signal := range stopSignals {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			checkSignal(t, "top", func() (*process, outcome) {
				server := startStalled(t, loggedIn+"C: TOP 1 0\nS: +OK\n"+strings.Repeat(header, 60)+"S:\nS: .\n")
				args := bombArgs(t, server.port(), "--allow-cleartext-login", "--match", "Subject="+strings.Repeat("(x+x+)", 130)+"y$", "-t", patience.String())
				p := start(t, run{args: args})
				p.await(server.reached)
				return p, p.end(signal)
			})
		})
	}
}

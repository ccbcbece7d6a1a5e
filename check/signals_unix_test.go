//go:build unix

package check_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/testkit/dnstest"
	"check_pop3x/check/testkit/measured"
)

// impatience are the signals of a scheduler that waits no longer.
var impatience = []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}

// TestSignals sends each of them at each point at which the plugin waits for a
// server: UNKNOWN, at once, in one line.
func TestSignals(t *testing.T) {
	scene := newScene(t)
	for name, at := range points {
		for _, signal := range impatience {
			t.Run(name+"/"+signal.String(), func(t *testing.T) {
				t.Parallel()
				interrupted(t, phaseOf(name), func() (*process, outcome) {
					server := startWaiting(t, at.before)
					args := append(scene.args(hostility{at: at}, server.port()), "-t", patience.String())
					p := start(t, run{args: args})
					p.await(server.reached)
					return p, p.end(signal)
				})
			})
		}
	}
}

// interrupted sends a signal in a phase and checks what comes of it.
func interrupted(t *testing.T, phase string, play func() (*process, outcome)) {
	t.Helper()
	p, o := play()
	switch {
	case phase == "quit" && o.code == 0: // the answer is known, and a rude end no outage
		p.check(o, "OK - ", 0)
		return
	case phase == "greeting" && strings.Contains(o.said, " connect: "): // it may not know yet that it is connected
		phase = "connect"
	}
	p.checkInterrupted(o, phase)
}

// phaseOf finds the phase of a point in the table of hostile servers.
func phaseOf(name string) string {
	for row := range strings.Lines(hostile) {
		if cells := strings.Fields(row); len(cells) > 1 && cells[0] == name {
			return cells[1]
		}
	}
	return ""
}

// TestSignalsWhileANameIsLookedUp has a nameserver that does not answer.
func TestSignalsWhileANameIsLookedUp(t *testing.T) {
	for _, signal := range impatience {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			interrupted(t, "resolve", func() (*process, outcome) {
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

// TestSignalsWhileTLSARecordsAreLookedUp has a DNS server that does not know
// them, by UDP and by TCP.
func TestSignalsWhileTLSARecordsAreLookedUp(t *testing.T) {
	for _, mood := range []string{"silent", "mute"} {
		for _, signal := range impatience {
			t.Run(mood+"/"+signal.String(), func(t *testing.T) {
				t.Parallel()
				interrupted(t, "tlsa", func() (*process, outcome) {
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

// TestSignalsWhileAFIFOIsRead has a writer that says nothing.
func TestSignalsWhileAFIFOIsRead(t *testing.T) {
	cases := map[string][]string{
		"password":   {"--tls", "-u", "alice", "--password-file"},
		"extra-opts": {"--extra-opts=@"},
	}
	for name, args := range cases {
		for _, signal := range impatience {
			t.Run(name+"/"+signal.String(), func(t *testing.T) {
				t.Parallel()
				interrupted(t, "", func() (*process, outcome) {
					fifo := filepath.Join(t.TempDir(), "fifo")
					if err := syscall.Mkfifo(fifo, 0o600); err != nil {
						t.Fatal(err)
					}
					p := start(t, run{args: append([]string{"-H", "127.0.0.1", "-p", "1"}, naming(args, fifo)...)})
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

// naming adds the file to the last argument, or behind it.
func naming(args []string, file string) []string {
	last := args[len(args)-1]
	if before, ok := strings.CutSuffix(last, "@"); ok {
		return []string{before + "@" + file}
	}
	return append(append([]string{}, args...), file)
}

// A process is a plugin that runs.
type process struct {
	t       *testing.T
	c       *exec.Cmd
	account string // the file
	stdout  *bytes.Buffer
	stderr  *bytes.Buffer
}

// newProcess is a plugin before its start.
func newProcess(t *testing.T, r run) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	file := filepath.Join(t.TempDir(), "account")
	r.env = append(r.env, accountEnv+"="+file)
	p := &process{t: t, c: r.command(ctx), account: file, stdout: new(bytes.Buffer), stderr: new(bytes.Buffer)}
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

// await waits until the plugin has come to a point.
func (p *process) await(reached <-chan struct{}) {
	p.t.Helper()
	select {
	case <-reached:
	case <-time.After(patience):
		p.t.Fatalf("it did not get there: %q", p.end(syscall.SIGKILL).said)
	}
}

// end sends a signal and waits for the end; what it took counts from the signal.
func (p *process) end(signal syscall.Signal) outcome {
	p.t.Helper()
	if err := p.c.Process.Signal(signal); err != nil {
		p.t.Error(err)
	}
	sent := time.Now()
	err := p.c.Wait()
	o := outcome{said: p.stdout.String(), stderr: p.stderr.String(), code: exitCode(p.c, err), err: err}
	if signal != syscall.SIGKILL {
		if o.Account, err = measured.Read(p.account); err != nil {
			p.t.Error(err)
		}
		o.Took = o.Ended.Sub(sent)
	}
	return o
}

func (p *process) checkInterrupted(o outcome, phase string) {
	p.t.Helper()
	status := "UNKNOWN - "
	if phase != "" {
		status += phase + ": "
	}
	p.check(o, status, 3)
	if !strings.Contains(o.said, " [interrupted]") {
		p.t.Errorf("not of kind interrupted: %s", o.said)
	}
}

func (p *process) check(o outcome, status string, code int) {
	p.t.Helper()
	if o.code != code || o.stderr != "" || !strings.HasPrefix(o.said, "POP3 "+status) {
		p.t.Errorf("%v, exit code %s, stderr %q, said %s", o.err, strconv.Itoa(o.code), o.stderr, o.said)
	}
	if err := o.within(0); err != nil {
		p.t.Error(err)
	}
	if err := promises(o.said, o.code); err != nil {
		p.t.Error(err)
	}
}

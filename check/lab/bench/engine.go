//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/lab/integration/engine"
)

// engineTurns is the number of parts that the time of each program is split into. They alternate, so that other work of the machine affects both.
const engineTurns = 3

// node is the name of the one node of Icinga 2.
const node = "bench.example.org"

// A schedule is what Icinga 2 has to do.
type schedule struct {
	services int
	every    time.Duration
	whole    time.Duration // of measuring, for each program
}

// A duty is a program as a service of Icinga 2.
type duty struct {
	name    string
	service string // its definition, in Icinga 2's language
	says    string // begins each output
}

// A shift is what Icinga 2 did with the services of one program.
type shift struct {
	name    string
	whole   time.Duration
	results []engine.Result
	plugins time.Duration // CPU of all checks
	engine  time.Duration // CPU of Icinga 2 meanwhile
	loads   []string      // the machine's load average, after each part
}

// duties are the plugin and its peer, by the commands that an administrator would use.
func (l *lab) duties() []duty {
	return []duty{
		{"check_pop3x, " + verified, fmt.Sprintf(`check_command = "pop3x"
  vars.pop3x_port = %d
  vars.pop3x_tls = true
  vars.pop3x_user = "%s"
  vars.pop3x_password_file = "/etc/icinga2/pop3x.password"`, l.tls, user), "POP3 OK - 5 messages, "},
		{"check_pop -S, greeting only, unverified", fmt.Sprintf(`check_command = "pop"
  vars.pop_port = %d
  vars.pop_ssl = true`, l.tls), "POP OK - "},
	}
}

// measureEngine has Icinga 2 run the services of each program.
func (l *lab) measureEngine(ctx context.Context, s schedule) ([]shift, error) {
	m, err := l.machine()
	if err != nil {
		return nil, err
	}
	authority, err := m.NewAuthority(node)
	if err != nil {
		return nil, err
	}
	all := make([]shift, len(l.duties()))
	for range engineTurns {
		for i, d := range l.duties() {
			all[i].name = d.name
			m.Files["/etc/icinga2/conf.d/bench.conf"] = s.config(d)
			if err := s.work(ctx, m, authority, &all[i], d); err != nil {
				return nil, fmt.Errorf("%s: %w", d.name, err)
			}
		}
	}
	return all, nil
}

// machine is one on which the plugin is installed as packages do it.
func (l *lab) machine() (engine.Machine, error) {
	install := exec.Command("packaging/install.sh")
	install.Env = append(os.Environ(), "DESTDIR="+l.file("root"), "PREFIX=/usr", "PROGRAM="+l.plugin)
	if said, err := install.CombinedOutput(); err != nil {
		return engine.Machine{}, fmt.Errorf("%w: %s", err, said)
	}
	password, err := os.ReadFile(l.file("password"))
	root, e := os.ReadFile(l.file("ca.pem"))
	return engine.Machine{
		Parent: l.dir, Package: l.file("root"), Address: engine.Address(), Roots: string(root),
		Files: map[string]string{"/etc/icinga2/pop3x.password": string(password)},
	}, errors.Join(err, e, os.Chmod(l.dir, 0o755))
}

func (s schedule) config(d duty) string {
	return fmt.Sprintf(`object Host "bench" {
  check_command = "dummy"
  address = "%s"
  enable_active_checks = false
}
for (i in range(%d)) {
  object Service "check-" + i {
    host_name = "bench"
    check_interval = %gs
    retry_interval = %gs
    max_check_attempts = 1
    enable_notifications = false
    %s
  }
}
`, host, s.services, s.every.Seconds(), s.every.Seconds(), d.service)
}

// work measures one part of a program's time. The first interval is for Icinga 2 to find its pace.
func (s schedule) work(ctx context.Context, m engine.Machine, a *engine.Authority, w *shift, d duty) error {
	icinga, err := m.StartIcinga(node, a)
	if err != nil {
		return err
	}
	defer icinga.Stop()
	if err := wait(ctx, s.every); err != nil {
		return err
	}
	begun, cpu := time.Now(), icinga.CPU()
	seen := map[string]engine.Result{}
	part := s.whole / engineTurns
	for end := begun.Add(part); time.Now().Before(end); {
		// twice an interval, so that no result is overwritten before it was seen
		if err := wait(ctx, min(s.every/2, time.Until(end))); err != nil {
			return err
		}
		if err := collect(ctx, icinga, begun, seen); err != nil {
			return err
		}
	}
	took, spent := time.Since(begun), icinga.CPU().Minus(cpu)
	for name, result := range seen {
		if result.State != 0 || !strings.HasPrefix(result.Output, d.says) {
			return fmt.Errorf("%s: %s", name, result.Output)
		}
		w.results = append(w.results, result)
	}
	w.whole += took
	w.plugins += spent.Children
	w.engine += spent.Own
	load, err := os.ReadFile("/proc/loadavg")
	w.loads = append(w.loads, strings.Fields(string(load))[0])
	return err
}

// collect adds the results of checks that began after the moment.
func collect(ctx context.Context, icinga *engine.Icinga, moment time.Time, seen map[string]engine.Result) error {
	services, err := icinga.Services(ctx, "")
	for _, service := range services {
		if r := service.Result; r != nil && r.ScheduleStart >= float64(moment.UnixMicro())/1e6 {
			seen[fmt.Sprintf("%s at %f", service.Name, r.ExecutionEnd)] = *r
		}
	}
	return err
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// rate is the number of checks a second.
func (w shift) rate() float64 { return float64(len(w.results)) / w.whole.Seconds() }

// cpu is what one check costs: the plugin, and Icinga 2's part.
func (w shift) cpu() (plugin, own time.Duration) {
	checks := time.Duration(max(1, len(w.results)))
	return w.plugins / checks, w.engine / checks
}

// quantile is the value below which a part of the results lie.
func (w shift) quantile(part float64, value func(engine.Result) time.Duration) time.Duration {
	var all []time.Duration
	for _, r := range w.results {
		all = append(all, value(r))
	}
	slices.Sort(all)
	if len(all) == 0 {
		return 0
	}
	return all[min(len(all)-1, int(part*float64(len(all))))]
}

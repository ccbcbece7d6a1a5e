//go:build linux

package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/engine"
)

// worked is a shift of a hundred checks of which the last one was late.
func worked(name string, cpu time.Duration, late float64) shift {
	w := shift{name: name, whole: 10 * time.Second, plugins: 100 * cpu, engine: 100 * time.Millisecond, loads: []string{"1.00"}}
	for i := range 100 {
		begun := float64(i)
		r := engine.Result{ScheduleStart: begun, ExecutionStart: begun + 0.001, ExecutionEnd: begun + 0.005, ScheduleEnd: begun + 0.006}
		if i == 99 {
			r.ScheduleEnd += late
		}
		w.results = append(w.results, r)
	}
	return w
}

func TestEngineTable(t *testing.T) {
	s := schedule{1000, 10 * time.Second, time.Minute}
	for _, c := range []struct {
		ours, peer shift
		missed     bool
		wanted     []string
	}{
		{worked("us", 4*time.Millisecond, 0.1), worked("them", 8*time.Millisecond, 0.2), false, []string{
			"1000 services every 10s for 1m0s in Icinga 2",
			"us    100     10.0      2.00 ms / 102.00 ms  4.00 ms / 4.00 ms   4.00 ms      1.00 ms",
			"checks/s     1.00   0.99    met", "latency p99  0.50   1.10    met", "CPU a check  0.50   0.75    met",
		}},
		{worked("us", 8*time.Millisecond, 0.2), worked("them", 4*time.Millisecond, 0.1), true, []string{
			"latency p99  1.98   1.10    MISSED", "CPU a check  2.00   0.75    MISSED",
		}},
	} {
		var out bytes.Buffer
		table := &table{out: &out}
		table.engine(s, []shift{c.ours, c.peer})
		if table.missed != c.missed {
			t.Errorf("missed: %t", table.missed)
		}
		for _, want := range c.wanted {
			if !strings.Contains(out.String(), want) {
				t.Errorf("no %q in\n%s", want, out.String())
			}
		}
	}
}

func TestParseEngine(t *testing.T) {
	o, err := parse([]string{"-engine", "-services", "5", "-every", "2s", "-for", "6s"}, io.Discard)
	if err != nil || o.engine == nil || *o.engine != (schedule{5, 2 * time.Second, 6 * time.Second}) {
		t.Errorf("%+v, %v", o.engine, err)
	}
	for _, args := range []string{"-engine -services 0", "-engine -every 1ms", "-engine -for 20s", "-engine -for x"} {
		if _, err := parse(strings.Fields(args), io.Discard); err == nil {
			t.Errorf("%s is taken", args)
		}
	}
}

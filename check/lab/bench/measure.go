package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A cost is what one run took.
type cost struct {
	cpu  time.Duration // user and system
	wall time.Duration
	peak int64 // the largest resident set, in octets

	faults   int64 // page faults
	switches int64 // between threads and processes
}

func (c cost) processor() time.Duration { return c.cpu }
func (c cost) pageFaults() int64        { return c.faults }
func (c cost) contextSwitches() int64   { return c.switches }

// measure runs a program once. A run that did not do its work is an error.
func (l *lab) measure(ctx context.Context, p program) (cost, string, error) {
	told, tell, err := os.Pipe()
	if err != nil {
		return cost{}, "", err
	}
	defer told.Close()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, l.file("launch"), p.argv...)
	cmd.Env, cmd.Dir, cmd.ExtraFiles = l.environment(), l.dir, []*os.File{tell}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	tell.Close()
	if cmd.ProcessState == nil {
		return cost{}, "", err
	}
	said := stdout.String()
	if code := cmd.ProcessState.ExitCode(); code != p.code || !p.says.MatchString(said) || stderr.Len() > 0 {
		return cost{}, said, fmt.Errorf("%s: exit code %d, want %d and %s\n%s%s",
			strings.Join(p.argv, " "), code, p.code, p.says, said, stderr.String())
	}
	c, err := readCost(told)
	return c, said, err
}

// readCost reads what launch tells.
func readCost(r io.Reader) (c cost, err error) {
	if _, err := fmt.Fscanf(r, "%d %d %d %d %d\n", &c.cpu, &c.wall, &c.peak, &c.faults, &c.switches); err != nil {
		return c, fmt.Errorf("launch: %w", err)
	}
	return c, nil
}

// A comparison is a row with what was measured.
type comparison struct {
	row
	ours, peer []cost // in pairs; no peer where it is not installed
}

// compareAll measures the rows that are wanted.
func (l *lab) compareAll(ctx context.Context, o options) (all []comparison, err error) {
	for _, r := range l.rows() {
		if !o.only.MatchString(r.name + " / " + r.peer.name) {
			continue
		}
		c, err := l.compare(ctx, r, o.pairs)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// compare measures in pairs, now the one first and now the other. The first
// pair finds cold caches and does not count.
func (l *lab) compare(ctx context.Context, r row, pairs int) (comparison, error) {
	c := comparison{row: r}
	turns := []turn{{r.ours, &c.ours}}
	if r.peer.installed() {
		turns = append(turns, turn{r.peer, &c.peer})
	}
	for n := range pairs + 1 {
		for i := range turns {
			t := turns[(n+i)%len(turns)]
			took, _, err := l.measure(ctx, t.program)
			if err != nil {
				return c, err
			}
			if n > 0 {
				*t.costs = append(*t.costs, took)
			}
		}
	}
	return c, nil
}

// A turn is a program with the place for its costs.
type turn struct {
	program program
	costs   *[]cost
}

// show runs the plugin once and prints its line.
func (l *lab) show(ctx context.Context, out io.Writer) error {
	_, said, err := l.measure(ctx, l.login(l.tls))
	if err == nil {
		_, err = io.WriteString(out, said)
	}
	return err
}

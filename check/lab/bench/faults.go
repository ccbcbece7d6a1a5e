package main

import (
	"context"
	"fmt"
)

// A limit is what a program may cost at start. Page faults hardly depend on what
// else the machine does, so a program that has grown cannot hide behind it.
type limit struct {
	name    string
	program program
	faults  int64 // page faults more than an empty Go program has, when they were last looked at
}

// limits are the programs whose page faults are watched, with the figures of Linux
// 6.18. A figure that gets smaller is to be written here.
func (l *lab) limits() []limit {
	return []limit{
		{greeting, l.greeting(), 203},
		{version, l.version(), 173},
	}
}

// mayGrow is by how much a figure may grow before it is looked at.
const mayGrow = 1.1

// copies is how many copies of the plugin are tried: how Linux happens to hold a
// file in memory can cost it a hundred page faults, so the best copy counts.
const copies = 3

// watch prints the page faults, medians of so many runs.
func (l *lab) watch(ctx context.Context, t *table, runs int) error {
	var lines [][]any
	for i := range l.limits() {
		line, err := l.bestCopy(ctx, t, i, runs)
		if err != nil {
			return err
		}
		lines = append(lines, line)
	}
	t.section(fmt.Sprintf("Page faults, medians of %d runs", runs),
		[]any{"", "ours", "an empty Go program", "more", "committed", fmt.Sprintf("at most %.0f %% more", 100*(mayGrow-1))}, lines)
	return t.err
}

// bestCopy measures copies of the plugin until one keeps to the limit.
func (l *lab) bestCopy(ctx context.Context, t *table, number, runs int) (line []any, err error) {
	for n := 1; ; n++ {
		watched := l.limits()[number]
		c, err := l.compare(ctx, row{ours: watched.program, peer: l.empty()}, runs)
		if err != nil {
			return nil, err
		}
		ours, peer := medianOf(c.ours, cost.pageFaults), medianOf(c.peer, cost.pageFaults)
		met := ours-peer <= int64(mayGrow*float64(watched.faults))
		if met || n == copies {
			return []any{watched.name, ours, peer, ours - peer, watched.faults, t.verdict(met)}, nil
		}
		again := l.file(fmt.Sprintf("check_pop3x.%d.%d", number, n))
		if err := install(l.plugin, again); err != nil {
			return nil, err
		}
		l.plugin = again
	}
}

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
		{greeting, l.greeting(), 250},
		{version, l.version(), 200},
	}
}

// mayGrow is by how much a figure may grow before it is looked at.
const mayGrow = 1.1

// watch prints the page faults, medians of so many runs.
func (l *lab) watch(ctx context.Context, t *table, runs int) error {
	var lines [][]any
	for _, watched := range l.limits() {
		c, err := l.compare(ctx, row{ours: watched.program, peer: l.empty()}, runs)
		if err != nil {
			return err
		}
		ours, peer := medianOf(c.ours, cost.pageFaults), medianOf(c.peer, cost.pageFaults)
		most := int64(mayGrow * float64(watched.faults))
		lines = append(lines, []any{watched.name, ours, peer, ours - peer, watched.faults, t.verdict(ours-peer <= most)})
	}
	t.section(fmt.Sprintf("Page faults, medians of %d runs", runs),
		[]any{"", "ours", "an empty Go program", "more", "committed", fmt.Sprintf("at most %.0f %% more", 100*(mayGrow-1))}, lines)
	return t.err
}

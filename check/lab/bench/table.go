package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// peakWanted is the most memory that a run may have had, in octets.
const peakWanted = 8 << 20

// A table prints what was measured and remembers whether a bound was missed.
type table struct {
	out    io.Writer
	missed bool
	err    error
}

// section prints a title and lines of cells in columns, if there are any.
func (t *table) section(title string, heads []any, lines [][]any) {
	if len(lines) == 0 || t.err != nil {
		return
	}
	fmt.Fprintf(t.out, "\n%s\n", title)
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, cells := range append([][]any{heads}, lines...) {
		for i, cell := range cells {
			if i > 0 {
				fmt.Fprint(w, "\t")
			}
			fmt.Fprint(w, cell)
		}
		fmt.Fprintln(w)
	}
	t.err = w.Flush()
}

// verdict words whether a bound is met.
func (t *table) verdict(met bool) string {
	if met {
		return "met"
	}
	t.missed = true
	return "MISSED"
}

// skipped is the cell for a peer that is not there.
func skipped(p program) string { return "skipped: not installed, in package " + p.from }

// processor prints the rows by CPU.
func (t *table) processor(all []comparison, pairs int) {
	var lines [][]any
	for _, c := range all {
		line := []any{c.name, ms(medianOf(c.ours, cost.processor))}
		if len(c.peer) == 0 {
			line = append(line, "", c.row.peer.name, "", "", skipped(c.row.peer))
		} else {
			ratio := c.ratio()
			line = append(line, ms(medianOf(c.peer, cost.processor)), c.row.peer.name, fmt.Sprintf("%.2f", ratio), fmt.Sprintf("%.2f", c.most), t.verdict(ratio <= c.most))
		}
		lines = append(lines, line)
	}
	t.section(fmt.Sprintf("CPU, medians of %d pairs", pairs), []any{"", "ours", "peer", "", "ratio", "wanted", ""}, lines)
}

// work prints what the rows ask of the kernel, which a busy machine does not hide.
func (t *table) work(all []comparison) {
	var lines [][]any
	for _, c := range all {
		line := []any{c.name, medianOf(c.ours, cost.pageFaults), "", medianOf(c.ours, cost.contextSwitches), "", c.row.peer.name}
		if len(c.peer) > 0 {
			line[2], line[4] = medianOf(c.peer, cost.pageFaults), medianOf(c.peer, cost.contextSwitches)
		}
		lines = append(lines, line)
	}
	t.section("Page faults and context switches, medians", []any{"", "faults", "peer's", "switches", "peer's", ""}, lines)
}

// memory prints the rows by peak memory.
func (t *table) memory(all []comparison) {
	var lines [][]any
	for _, c := range all {
		theirs := ""
		if len(c.peer) > 0 {
			theirs = mib(peak(c.peer))
		}
		lines = append(lines, []any{c.name, mib(peak(c.ours)), theirs, c.row.peer.name, mib(peakWanted), t.verdict(peak(c.ours) <= peakWanted)})
	}
	t.section("Peak memory, the most of all runs", []any{"", "ours", "peer", "", "wanted", ""}, lines)
}

// roundTrips prints how often each program waited.
func (t *table) roundTrips(all []trips) {
	var lines [][]any
	for _, p := range all {
		line := []any{p.program.name, p.count, ms(p.wall)}
		switch {
		case p.count == 0:
			line = []any{p.program.name, "", "", "", skipped(p.program)}
		case p.wanted:
			line = append(line, tripsWanted, t.verdict(p.count == tripsWanted)+": TLS 1.3, greeting, CAPA, AUTH, STAT, QUIT")
		}
		lines = append(lines, line)
	}
	t.section(fmt.Sprintf("Round trips of %v each, %s", roundTrip, verified), []any{"", "count", "run time", "wanted", ""}, lines)
}

// ratio is the median over the pairs of ours by the peer's.
func (c comparison) ratio() float64 {
	var ratios []float64
	for i := range c.ours {
		ratios = append(ratios, float64(c.ours[i].cpu)/float64(c.peer[i].cpu))
	}
	return median(ratios)
}

// medianOf is the median of one figure of the costs.
func medianOf[T cmp.Ordered](costs []cost, figure func(cost) T) T {
	var all []T
	for _, c := range costs {
		all = append(all, figure(c))
	}
	return median(all)
}

// peak is the largest.
func peak(costs []cost) (most int64) {
	for _, c := range costs {
		most = max(most, c.peak)
	}
	return most
}

// median is the value in the middle, of an even number the larger of the two.
func median[T cmp.Ordered](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)) }

func mib(octets int64) string { return fmt.Sprintf("%.1f MiB", float64(octets)/(1<<20)) }

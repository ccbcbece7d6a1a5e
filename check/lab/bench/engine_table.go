//go:build linux

package main

import (
	"fmt"
	"strings"
	"time"

	"check_pop3x/check/lab/integration/engine"
)

// What the plugin's part of the peer's may be. Two measurements of one program differ by less than that.
const (
	rateWanted    = 0.99
	latencyWanted = 1.10
	cpuWanted     = 0.75
)

// engine prints the shifts of the plugin and of its peer, and how they compare.
func (t *table) engine(s schedule, all []shift) {
	var lines [][]any
	for _, w := range all {
		plugin, own := w.cpu()
		lines = append(lines, []any{
			w.name, len(w.results), fmt.Sprintf("%.1f", w.rate()),
			between(w, engine.Result.Latency), between(w, engine.Result.ExecutionTime), ms(plugin), ms(own), strings.Join(w.loads, ", "),
		})
	}
	t.section(fmt.Sprintf("%d services every %v for %v in Icinga 2, each in %d parts, in turn", s.services, s.every, s.whole, engineTurns),
		[]any{"", "checks", "checks/s", "latency p50 / p99", "run time p50 / p99", "CPU a check", "and Icinga's", "load average"}, lines)
	ours, peer := all[0], all[1]
	ourCPU, _ := ours.cpu()
	peerCPU, _ := peer.cpu()
	ratio := func(name string, ours, peer, wanted float64, least bool) []any {
		r := ours / peer
		return []any{name, fmt.Sprintf("%.2f", r), fmt.Sprintf("%.2f", wanted), t.verdict(least == (r >= wanted) || r == wanted)}
	}
	t.section("check_pop3x by check_pop -S", []any{"", "ratio", "wanted", ""}, [][]any{
		ratio("checks/s", ours.rate(), peer.rate(), rateWanted, true),
		ratio("latency p99", float64(ours.quantile(0.99, engine.Result.Latency)), float64(peer.quantile(0.99, engine.Result.Latency)), latencyWanted, false),
		ratio("CPU a check", float64(ourCPU), float64(peerCPU), cpuWanted, false),
	})
}

// between words the middle and the end of a distribution.
func between(w shift, value func(engine.Result) time.Duration) string {
	return ms(w.quantile(0.5, value)) + " / " + ms(w.quantile(0.99, value))
}

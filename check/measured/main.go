// Measured is the plugin as the tests run it: main.go, which asks a nameserver of
// theirs and leaves an account of what the run cost.
package main

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"check_pop3x/check"
	_ "check_pop3x/check/lean"
)

// What the tests say by the environment.
const (
	nameserver = "CHECK_POP3X_TEST_NAMESERVER" // where to ask for names instead
	account    = "CHECK_POP3X_TEST_ACCOUNT"    // file for the account
)

func main() {
	began := time.Now()
	if at := os.Getenv(nameserver); at != "" {
		net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "udp", at)
		}}
	}
	code := check.Main(check.UntilSignal, "v0.0.0-test", os.Args, os.Stdin, os.Stdout)
	if file := os.Getenv(account); file != "" {
		leave(file, began, time.Now())
	}
	os.Exit(code)
}

// leave writes the account of a run.
func leave(file string, began, ended time.Time) {
	text, _ := json.Marshal(map[string]any{"Ended": ended, "Took": ended.Sub(began), "Waited": waited(), "Peak": peak()})
	_ = os.WriteFile(file, text, 0o600)
}

var peakLine = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// peak is the most resident memory, in KiB. ru_maxrss would have that of the test
// itself, which the process was forked from.
func peak() (most int) {
	status, _ := os.ReadFile("/proc/self/status")
	if found := peakLine.FindSubmatch(status); found != nil {
		most, _ = strconv.Atoi(string(found[1]))
	}
	return most
}

// waited is how long the threads stood in the queue for a processor: the second
// number of schedstat, in ns (Documentation/scheduler/sched-stats.rst of Linux).
func waited() (all time.Duration) {
	threads, _ := filepath.Glob("/proc/self/task/*/schedstat")
	for _, thread := range threads {
		text, _ := os.ReadFile(thread)
		if numbers := strings.Fields(string(text)); len(numbers) > 1 {
			ns, _ := strconv.ParseInt(numbers[1], 10, 64)
			all += time.Duration(ns)
		}
	}
	return all
}

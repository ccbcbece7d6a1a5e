// Package measured tells what a process has cost, as far as the system knows.
// It is for tests with time limits: a process is not to blame for what it
// waited on a busy machine.
package measured

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Usage is what a process has cost.
type Usage struct {
	Ended     time.Time
	Elapsed   time.Duration // until it ended
	CPUTime   time.Duration // on processors, summed over its threads
	QueueTime time.Duration // for a processor, summed over its threads
	Peak      int           // of resident memory, in KiB; 0: unknown
}

// Since returns the usage of this process, which began at that time.
func Since(began time.Time) Usage {
	now := time.Now()
	return Usage{Ended: now, Elapsed: now.Sub(began), CPUTime: CPUTime(), QueueTime: QueueTime(), Peak: peak()}
}

// WriteFile writes it to a file.
func (a Usage) WriteFile(file string) {
	text, _ := json.Marshal(a)
	_ = os.WriteFile(file, text, 0o600)
}

// ReadFile reads the usage that another process has left.
func ReadFile(file string) (a Usage, err error) {
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	return a, err
}

// CPUTime returns how long the threads of this process have run. It is 0 on
// other systems than Linux.
func CPUTime() time.Duration { return schedstat(0) }

// QueueTime returns how long the threads of this process have waited for a
// processor. It is 0 on other systems than Linux.
func QueueTime() time.Duration { return schedstat(1) }

// schedstat returns the sum of a column of schedstat over all threads, which is
// in ns (Documentation/scheduler/sched-stats.rst of Linux).
func schedstat(column int) (all time.Duration) {
	threads, _ := filepath.Glob("/proc/self/task/*/schedstat")
	for _, thread := range threads {
		text, _ := os.ReadFile(thread)
		if numbers := strings.Fields(string(text)); len(numbers) > column {
			ns, _ := strconv.ParseInt(numbers[column], 10, 64)
			all += time.Duration(ns)
		}
	}
	return all
}

var peakLine = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// peak returns the peak of resident memory. ru_maxrss includes that of the
// parent, from which the process was forked.
func peak() (kib int) {
	status, _ := os.ReadFile("/proc/self/status")
	if found := peakLine.FindSubmatch(status); found != nil {
		kib, _ = strconv.Atoi(string(found[1]))
	}
	return kib
}

// Package measured tells what a process cost, as far as the system says. It is
// for tests: what a busy machine makes a process wait is not the process's fault.
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

// An Account is what a process says of itself.
type Account struct {
	Ended  time.Time
	Took   time.Duration // until then
	Waited time.Duration // of that, or more where threads waited together: for a processor
	Peak   int           // the most memory that it had, in KiB; 0: not known
}

// Since is the account of this process, whose work began then.
func Since(began time.Time) Account {
	now := time.Now()
	return Account{Ended: now, Took: now.Sub(began), Waited: Waited(), Peak: peak()}
}

// Leave writes it into a file.
func (a Account) Leave(file string) {
	text, _ := json.Marshal(a)
	_ = os.WriteFile(file, text, 0o600)
}

// Read reads what another process has left.
func Read(file string) (a Account, err error) {
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	return a, err
}

// Waited is how long the threads of this process have stood in the queue for a
// processor: the second number of schedstat, in ns
// (Documentation/scheduler/sched-stats.rst of Linux). 0 where no system tells.
func Waited() (all time.Duration) {
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

var peakLine = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// peak is the most resident memory. ru_maxrss would have that of the parent,
// which the process was forked from.
func peak() (most int) {
	status, _ := os.ReadFile("/proc/self/status")
	if found := peakLine.FindSubmatch(status); found != nil {
		most, _ = strconv.Atoi(string(found[1]))
	}
	return most
}

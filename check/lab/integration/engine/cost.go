//go:build linux

package engine

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// clockTick is the unit of times in /proc/PID/stat (proc(5)): USER_HZ is 100 on all processors that Debian has.
const clockTick = time.Second / 100

// CPU is user and system time of a program's processes, and of those of their children that have ended.
type CPU struct{ Own, Children time.Duration }

// Minus is what was spent since.
func (c CPU) Minus(before CPU) CPU { return CPU{c.Own - before.Own, c.Children - before.Children} }

// CPU is what Icinga 2 has spent so far, and the plugins that it has run.
func (n *Icinga) CPU() (all CPU) {
	for _, pid := range n.Processes() {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		_, fields, found := strings.Cut(string(text), "(icinga2) ")
		if !found {
			continue
		}
		var user, system, childUser, childSystem time.Duration
		var none string
		fmt.Sscan(fields, &none, &none, &none, &none, &none, &none, &none, &none, &none, &none, &none, &user, &system, &childUser, &childSystem)
		all.Own += (user + system) * clockTick
		all.Children += (childUser + childSystem) * clockTick
	}
	return all
}

// Latency is how much later than planned the result of a check was there, without the plugin's own time.
func (r Result) Latency() time.Duration {
	return seconds(r.ScheduleEnd-r.ScheduleStart) - r.ExecutionTime()
}

// ExecutionTime is how long the plugin ran.
func (r Result) ExecutionTime() time.Duration { return seconds(r.ExecutionEnd - r.ExecutionStart) }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

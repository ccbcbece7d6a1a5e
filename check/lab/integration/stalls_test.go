//go:build integration

// How long the machine stood still. A run of the plugin is judged by the wall clock, which goes on while a busy machine
// lets nobody work; what this program itself has missed at the same time is not held against the plugin.

package integration

import (
	"sync"
	"time"
)

const (
	beat      = 20 * time.Millisecond
	hesitance = 10 * time.Millisecond // shorter delays do not count: an idle machine has them
)

// stalls notices when its own beat comes late.
type stalls struct {
	mu   sync.Mutex
	late []stall
}

type stall struct {
	end  time.Time
	took time.Duration
}

var machine = &stalls{}

// watch never ends.
func (s *stalls) watch() {
	for last := time.Now(); ; {
		time.Sleep(beat)
		now := time.Now()
		if took := now.Sub(last) - beat; took > hesitance {
			s.mu.Lock()
			s.late = append(s.late, stall{now, took})
			s.mu.Unlock()
		}
		last = now
	}
}

// since is how much of the time since then was lost.
func (s *stalls) since(start time.Time) (lost time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.late {
		if one.end.After(start) {
			lost += one.took
		}
	}
	return lost
}

package verdict

import (
	"cmp"
	"slices"
	"time"

	"check_pop3x/check/report"
)

// A Slow is a phase that took most of the time of a check.
type Slow struct {
	Phase string
	Time  time.Duration
}

// apart are the phases that are no part of the time of a check.
var apart = []string{"crl", "token", "ticket", "send", "quit"}

// IsApart reports whether a phase is no part of the time of a check.
func IsApart(phase string) bool { return slices.Contains(apart, phase) }

// slowest returns the phases that took half of the time, the slowest first: the
// fewest that it takes.
func slowest(all time.Duration, phases []report.Phase) (slow []Slow) {
	sorted := slices.Clone(phases)
	slices.SortStableFunc(sorted, func(a, b report.Phase) int { return cmp.Compare(b.Time, a.Time) })
	sum := time.Duration(0)
	for _, p := range sorted {
		if IsApart(p.Name) || p.Time <= 0 || sum >= all/2 {
			continue
		}
		slow, sum = append(slow, Slow{p.Name, p.Time}), sum+p.Time
	}
	return slow
}

// What to look at if something takes long, or no time at all.
const (
	slowResolver = "look at the DNS servers of this host, or name another by --resolver"
	slowNetwork  = "look for lost packets on the way, and at the load of the server"
	slowServer   = "look at the server's load, and at the network"
	slowMailbox  = "look at the disks and the load of the mail store; large mailboxes take their time"
	tooFast      = "find out with -v what answers there"
)

// slowPhases is what to look at if a phase takes long.
var slowPhases = []struct{ phase, look string }{
	{"srv", slowResolver},
	{"resolve", slowResolver},
	{"tlsa", slowResolver},
	{"connect", slowNetwork},
	{"proxy", "look at the load of the proxy, and at its way to the server"},
	{"tls", slowServer},
	{"greeting", "look at the server's load, and at this host's reverse DNS, which it asks"},
	{"capa", slowServer},
	{"stls", slowServer},
	{"crl", "look at the server of the authority's CRL and the way to it"},
	{"token", "look at the token server and the way to it"},
	{"ticket", "look at the KDC and the way to it"},
	{"login", "wrong passwords from this host, or a mailbox in use, delay logins: see the server's log"},
	{"stat", slowMailbox},
	{"list", slowMailbox},
	{"uidl", slowMailbox},
	{"top", slowMailbox},
	{"retr", "look at the network on the way, and at the disks of the mail store"},
	{"noop", slowServer},
	{"reset", slowMailbox},
	{"send", "look at the submission server's load, and at delays of its greeting"},
	{"delete", slowMailbox},
	{"quit", slowMailbox},
}

// LookAtSlow returns what to look at if a phase takes long.
func LookAtSlow(phase string) string {
	for _, p := range slowPhases {
		if p.phase == phase {
			return p.look
		}
	}
	return ""
}

// lookAtSlowest returns what to look at if the whole check takes too long: the phase
// that took half of the time, if there is one.
func lookAtSlowest(m Metric) string {
	if len(m.Slow) == 1 {
		return LookAtSlow(m.Slow[0].Phase)
	}
	return "it is slow step by step: " + slowServer
}

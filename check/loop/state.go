package loop

import (
	"slices"
	"time"
)

// A State is what is known of the probes of a mailbox.
type State struct {
	Version int       `json:"version"`
	Out     []Waiting `json:"out"`     // sent and not seen since, the oldest first
	Tried   time.Time `json:"tried"`   // when the last one was sent; zero: none was
	Last    *Arrival  `json:"last"`    // of those that arrived the one that was sent last; nil: none did
	Bounced []Bounce  `json:"bounced"` // that nothing newer has arrived since
	Looked  time.Time `json:"looked"`  // until when it is known what came into the mailbox
	Damaged bool      `json:"-"`       // what was kept could not be read, so that this begins again
}

// A Waiting is a probe that is out.
type Waiting struct {
	Probe
	Missed bool `json:"missed,omitempty"` // it may have come with mail whose headers nobody read
	Unsure bool `json:"unsure,omitempty"` // no server has confirmed that it took it
}

// An Arrival is a probe that has arrived.
type Arrival struct {
	Probe
	Arrived time.Time `json:"arrived"` // by the topmost Received, in whole seconds; zero if that tells none
}

// A Bounce is a probe that came back.
type Bounce struct {
	Probe
	Status string `json:"status"` // RFC 3463, "5.1.1"; "" if none is said
	Said   string `json:"said"`   // in the words of the server that refused it; "" if there are none
	By     string `json:"by"`     // which server that is; "" if it is not said
}

const stateVersion = 1

// The bounds of what is kept.
const (
	maxOut     = 500                 // probes, of which the oldest is always kept: it tells since when
	maxBounced = 10                  // the last ones
	maxSaid    = 400                 // octets of what a server said
	lostFor    = 24 * time.Hour      // how long a probe stays out that a later one has overtaken
	maxAhead   = time.Hour           // that clocks of hosts with one state directory differ
	outFor     = 30 * 24 * time.Hour // how long any other does
)

// isValid reports whether a state that was read can be the work of this version.
func (s *State) isValid() bool {
	return s.Version == stateVersion && len(s.Out) <= maxOut && len(s.Bounced) <= maxBounced
}

// IsNew reports whether nothing is known of any probe.
func (s *State) IsNew() bool { return len(s.Out) == 0 && s.Tried.IsZero() && s.Last == nil }

// Due reports whether it is time to send the next probe. If the clock was set back,
// it is.
func (s *State) Due(now time.Time, every time.Duration) bool {
	since := now.Sub(s.Tried)
	return s.Tried.IsZero() || since >= every || since < 0
}

// send adds a probe that is about to be sent.
func (s *State) send(p Probe) {
	if len(s.Out) >= maxOut {
		s.Out = slices.Delete(s.Out, 1, 2)
	}
	s.Out, s.Tried = append(s.Out, Waiting{Probe: p}), p.Sent
}

// takeBack removes a probe that was refused. The next run sends another one.
func (s *State) takeBack(p Probe) {
	s.remove(p.ID)
	s.Tried = time.Time{}
	if len(s.Out) > 0 {
		s.Tried = s.Out[len(s.Out)-1].Sent
	}
	if s.Last != nil && s.Last.Sent.After(s.Tried) {
		s.Tried = s.Last.Sent
	}
}

// remove reports whether a probe was out.
func (s *State) remove(id string) bool {
	before := len(s.Out)
	s.Out = slices.DeleteFunc(s.Out, func(p Waiting) bool { return p.ID == id })
	return len(s.Out) < before
}

// arrive notes a probe that is in the mailbox. It may be there twice, have been
// there before, or have bounced as well, as one of several copies.
func (s *State) arrive(a Arrival) {
	s.remove(a.ID)
	if s.Last == nil || a.Sent.After(s.Last.Sent) {
		s.Last = &a
	}
	s.Bounced = slices.DeleteFunc(s.Bounced, func(b Bounce) bool { return b.ID == a.ID || b.Sent.Before(a.Sent) })
}

// bounce notes a probe that came back, unless it was not out.
func (s *State) bounce(b Bounce) {
	if !s.remove(b.ID) || s.Last != nil && b.Sent.Before(s.Last.Sent) {
		return
	}
	b.Said = b.Said[:min(len(b.Said), maxSaid)]
	s.Bounced = append(s.Bounced, b)
	s.Bounced = s.Bounced[max(0, len(s.Bounced)-maxBounced):]
}

// miss marks the probes that may have come with mail that nobody has seen: its
// headers were read from that time on (zero: all of them), and those of what came
// before the last look.
func (s *State) miss(from, now time.Time) {
	for i := range s.Out {
		w := &s.Out[i]
		w.Missed = !from.IsZero() && (w.Missed || w.Sent.Before(from) && s.Looked.Before(from))
	}
	s.Looked = now
}

// doubt notes that nobody knows whether the submission server took a probe.
func (s *State) doubt(id string) {
	for i := range s.Out {
		s.Out[i].Unsure = s.Out[i].Unsure || s.Out[i].ID == id
	}
}

// isAhead reports whether a probe was sent by a clock that was wrong then, if it is
// right now.
func isAhead(p Probe, now time.Time) bool { return p.Sent.After(now.Add(maxAhead)) }

// forgetFuture forgets the probes of such a clock. Each later one would count as
// overtaken by them until then.
func (s *State) forgetFuture(now time.Time) {
	s.Out = slices.DeleteFunc(s.Out, func(w Waiting) bool { return isAhead(w.Probe, now) })
	s.Bounced = slices.DeleteFunc(s.Bounced, func(b Bounce) bool { return isAhead(b.Probe, now) })
	if s.Last != nil && isAhead(s.Last.Probe, now) {
		s.Last = nil
	}
}

// giveUp removes the probes that nobody waits for any longer. What no server took
// is not lost (RFC 5321, section 6.1), so a later one is enough to forget it.
func (s *State) giveUp(now time.Time) {
	s.Out = slices.DeleteFunc(s.Out, func(p Waiting) bool {
		age := now.Sub(p.Sent)
		return age > outFor || s.overtaken(p) && (p.Unsure || age > lostFor)
	})
}

// overtaken reports whether a probe has arrived that was sent later.
func (s *State) overtaken(p Waiting) bool { return s.Last != nil && p.Sent.Before(s.Last.Sent) }

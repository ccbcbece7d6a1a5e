package probe

import (
	"context"
	"math"

	"check_pop3x/check/fault"
)

// list reads the index (RFC 1939, section 5).
func (s *session) list(context.Context) error {
	t := s.index.begin("list")
	overflow := false
	err := s.pop.List(func(number, octets int64) {
		t.line(number)
		overflow = overflow || octets > math.MaxInt64-t.octets
		t.octets += octets
	})
	switch {
	case err != nil:
		return err
	case overflow:
		return fault.New(fault.Protocol, "the sizes have a sum of more than 2^63 octets")
	}
	s.numbering(t)
	if wants("uidl")(s) {
		return nil // its answer may be on the way already, and comes first
	}
	return s.agree()
}

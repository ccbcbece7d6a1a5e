package probe

import "context"

// noop measures a round trip (RFC 1939, section 5).
func (s *session) noop(context.Context) error { return s.pop.Noop() }

package probe

import "context"

// list reads the index (RFC 1939, section 5).
func (s *session) list(context.Context) error {
	t := s.index.Begin("list", true)
	err := s.pop.List(t.Add)
	if err != nil {
		return err
	}
	if err := t.Overflow(); err != nil {
		return err
	}
	s.numbering(t)
	if wants("uidl")(s) {
		return nil // its answer may be on the way already, and comes first
	}
	return s.agree()
}

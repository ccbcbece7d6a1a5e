package probe

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/transport"
)

// A phase that is silent until a second before its limit has one more connection
// opened beside the first, which finds out why. It sends no credential. The first
// one stays open, and its answer still counts.
const (
	lookTime   = time.Second
	leastLimit = 3 * time.Second // that is worth a look
)

// lookElsewhere is for a host that does not answer: it may do so on the other
// usual port.
func (l *link) lookElsewhere() *transport.Peek {
	addresses := l.addresses
	if address, err := netip.ParseAddr(l.plan.Host); err == nil {
		addresses = []netip.Addr{address.Unmap()}
	}
	if len(addresses) == 0 {
		return nil
	}
	return &transport.Peek{Route: l.plan.Route, Address: netip.AddrPortFrom(addresses[0], l.plan.OtherPort()), Way: transport.Knock}
}

// lookInPlain is for a server that does not answer in TLS: it may speak something
// else.
func (l *link) lookInPlain() *transport.Peek {
	return &transport.Peek{Route: l.plan.Route, Address: l.conn.Remote(), Way: transport.Listen}
}

// lookForTLS is for a server that does not greet in plain: it may wait for TLS.
func (l *link) lookForTLS() *transport.Peek {
	if l.plan.tlsFirst() {
		return nil
	}
	return &transport.Peek{Route: l.plan.Route, Address: l.conn.Remote(), Way: transport.Hello, Name: l.plan.TLS.ServerName}
}

// OtherPort is where else POP3 may be: the other one of its usual ports, or the
// usual one if the port is neither.
func (p *Plan) OtherPort() uint16 {
	const inPlain, withTLS = 110, 995
	if p.Port == inPlain || p.tlsFirst() && p.Port != withTLS {
		return withTLS
	}
	return inPlain
}

// A lookout looks at a phase that is silent.
type lookout struct {
	transport.Peek
	timer *time.Timer
	seen  chan *transport.Sight // nil if the phase was not silent
}

// lookOut begins to wait for the time to look. It returns nil if that never comes:
// the limit is too small or too near, or there is a second connection already.
func (s *session) lookOut(ctx context.Context, p phase) *lookout {
	if p.look == nil || s.plan.NoSecondLook || s.link.looked || s.link.refusal != nil {
		return nil
	}
	end, _ := ctx.Deadline()
	left, own := time.Until(end), p.budget(s.plan)
	look := p.look(s.link)
	if look == nil || left < 2*lookTime || s.plan.Budget < leastLimit || own > 0 && own < leastLimit {
		return nil
	}
	o := &lookout{Peek: *look, seen: make(chan *transport.Sight, 1)}
	conn := s.link.conn
	o.timer = time.AfterFunc(left-lookTime, func() { o.seen <- o.take(ctx, conn) })
	return o
}

// take looks, unless the server has begun to answer on conn.
func (o *lookout) take(ctx context.Context, conn *transport.Conn) *transport.Sight {
	if conn != nil && conn.Heard() {
		return nil
	}
	var seen transport.Sight
	if err := fault.Guard(func() error { seen = o.Take(ctx); return nil }); err != nil {
		seen.Err = err
	}
	return &seen
}

// anyAnswered reports whether an address answered, if only to refuse. Then what
// another port does tells nothing about the silence of the others.
func (s *session) anyAnswered() bool {
	return s.link.conn == nil && slices.ContainsFunc(s.link.attempts, func(a transport.Attempt) bool {
		f, ok := errors.AsType[*fault.Error](a.Err)
		return !isTimeout(a.Err) && !(ok && f.Within > 0)
	})
}

// lookBack ends the look of a phase that has ended with err, and records it. If the
// phase was silent to its end, the error that it returns tells what was seen,
// unless the connection itself has told what is behind the silence.
func (s *session) lookBack(o *lookout, err error) error {
	if o == nil || o.timer.Stop() {
		return err
	}
	seen := <-o.seen
	if seen == nil {
		return err
	}
	s.link.looked = true
	silence, ok := errors.AsType[*fault.Error](err)
	late := ok && silence.Within > 0
	s.record.look(o.Peek, *seen, late)
	problem, text, said := meaning(o.Peek, *seen)
	if !late || text == "" || silence.Problem != "" || s.anyAnswered() {
		return err
	}
	told := *silence
	told.Problem, told.Text, told.Said = problem, text, said
	return &told
}

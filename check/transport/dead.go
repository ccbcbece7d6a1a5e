package transport

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"check_pop3x/check/fault"
)

// patience is how long an address may take to answer when it is asked again that
// was silent while another one connected: longer than any way around the earth. It
// takes two lost packets in a row to be misjudged.
const patience = time.Second

// An inquiry finds out which addresses of a name do not work.
type inquiry struct {
	dial     dialer // nil: nobody is asked again
	isRouted func(netip.AddrPort) bool
	patience time.Duration
}

// Dead returns a fault of kind address that names the addresses which failed
// though another one connected; nil if there are none. Those that were silent may
// be merely slower, and are no failures; with askAgain they are asked once more,
// without a byte: who calls it has finished with the connection. A family of
// addresses to which this machine has no route at all is not worth a word.
//
// addrs are those of the name, of which attempts are those that were tried.
func (r Route) Dead(ctx context.Context, addrs []netip.Addr, attempts []Attempt, askAgain bool) error {
	q := inquiry{isRouted: isRouted, patience: patience}
	if askAgain {
		q.dial = r.dialTCP
	}
	return q.dead(ctx, addrs, attempts)
}

func (q inquiry) dead(ctx context.Context, addrs []netip.Addr, attempts []Attempt) error {
	used := slices.IndexFunc(attempts, func(a Attempt) bool { return a.Err == nil })
	if used < 0 {
		return nil
	}
	attempts = q.askAgain(ctx, attempts, attempts[used])
	var failed []Attempt
	for _, a := range attempts {
		if a.failed() && !q.isForeign(a, attempts) {
			failed = append(failed, a)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return deadFault(addrs, failed, attempts[used].Address.Addr())
}

// deadFault words it. That a whole family fails is worth more than its
// addresses.
func deadFault(addrs []netip.Addr, failed []Attempt, used netip.Addr) error {
	var all []string
	for _, a := range failed {
		all = append(all, a.failure())
	}
	ofFamily := func(a netip.Addr) bool { return a.Unmap().Is4() != used.Unmap().Is4() }
	others := 0
	for _, a := range addrs {
		if ofFamily(a) {
			others++
		}
	}
	isOther := func(a Attempt) bool { return ofFamily(a.Address.Addr()) }
	what := fault.JoinFirst(all)
	switch {
	case len(failed) != others || !isOther(failed[0]):
		return fault.New(fault.Address, "%s, %s works", what, used)
	case used.Unmap().Is4():
		return fault.New(fault.Address, "IPv6 fails from here (%s), IPv4 works", what).Because(fault.IPv6Fails)
	}
	return fault.New(fault.Address, "IPv4 fails from here (%s), IPv6 works", what).Because(fault.IPv4Fails)
}

// askAgain dials those addresses once more that were silent for so long that the
// next one was tried, and twice as long as the one that answered.
func (q inquiry) askAgain(ctx context.Context, attempts []Attempt, used Attempt) []Attempt {
	asked := slices.Clone(attempts)
	var all sync.WaitGroup
	for i, a := range asked {
		if q.dial != nil && a.Err == ErrLost && a.Time >= attemptDelay && a.Time >= 2*used.Time {
			all.Go(func() { asked[i].Err = q.ask(ctx, a.Address) })
		}
	}
	all.Wait()
	return asked
}

// ask returns why an address cannot be reached; ErrLost if it can, or if ctx ends
// before that is known.
func (q inquiry) ask(ctx context.Context, to netip.AddrPort) error {
	inner, cancel := context.WithTimeout(ctx, q.patience)
	defer cancel()
	conn, err := q.dial(inner, to)
	switch {
	case err == nil:
		conn.Close()
		return ErrLost
	case ctx.Err() != nil:
		return ErrLost
	case inner.Err() != nil:
		return &fault.Error{Kind: fault.Timeout, Within: q.patience}
	}
	return err
}

// isForeign reports whether this machine has no route to any address of the
// family.
func (q inquiry) isForeign(a Attempt, attempts []Attempt) bool {
	return !slices.ContainsFunc(attempts, func(b Attempt) bool {
		return b.Address.Addr().Is4() == a.Address.Addr().Is4() && (!b.isUnreachable() || q.isRouted(b.Address))
	})
}

// isRouted reports whether the system has a route to an address. Nothing is sent:
// to connect in UDP is to look for a route.
func isRouted(to netip.AddrPort) bool {
	conn, err := net.Dial("udp", to.String())
	if err == nil {
		conn.Close()
	}
	return err == nil
}

package transport

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"check_pop3x/check/fault"
)

const (
	// attemptDelay is the Connection Attempt Delay of RFC 8305, section 5.
	attemptDelay = 250 * time.Millisecond

	// maxAddresses bounds what a name can make us do. Addresses beyond it are
	// not tried.
	maxAddresses = 16
)

// ErrLost is the Err of an Attempt that was given up, or closed without a byte,
// because another address connected first.
var ErrLost = errors.New("another address connected first")

// An Attempt is what became of one address.
type Attempt struct {
	Address netip.AddrPort
	Time    time.Duration // from its own start to its end
	Err     error         // nil: the one that is used
}

// Dial connects to the first of the addresses that answers: tried in their
// order, the next one after 250 ms without an answer or at once after a failure
// (RFC 8305, section 5); at most 16 of them. The others are closed without a
// byte. The attempts are in the order of the addresses; one that was not begun
// is not among them.
//
// The error is the cause of ctx's end, or a *fault.Error. Its kind is Refused
// if every address refused, and otherwise what the attempts have in common;
// where they differ it is Timeout if one of them timed out, else Unreachable.
func Dial(ctx context.Context, addrs []netip.Addr, port uint16) (*Conn, []Attempt, error) {
	tcp, attempts, err := raceTo(ctx, targets(addrs, port), dialTCP, attemptDelay)
	if err != nil {
		return nil, attempts, err
	}
	return newConn(tcp.(*net.TCPConn)), attempts, nil
}

func targets(addrs []netip.Addr, port uint16) []netip.AddrPort {
	var out []netip.AddrPort
	for _, a := range addrs[:min(len(addrs), maxAddresses)] {
		out = append(out, netip.AddrPortFrom(a, port))
	}
	return out
}

// A dialer connects to one address.
type dialer func(context.Context, netip.AddrPort) (net.Conn, error)

// dialTCP leaves keep-alive alone: a check is over before the first probe.
func dialTCP(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: false}, KeepAlive: -1}
	conn, err := d.DialContext(ctx, "tcp", to.String())
	if end, ok := ctx.Deadline(); err != nil && ok && time.Until(end) <= 0 {
		<-ctx.Done() // the dialer looks at the clock and may be ahead of the context
	}
	return conn, err
}

// A race is the state of one Dial. Only the goroutine of run touches it.
type race struct {
	dial     dialer
	delay    time.Duration
	to       []netip.AddrPort
	begun    []time.Time
	attempts []Attempt
	results  chan result
}

type result struct {
	index int
	conn  net.Conn
	err   error
}

func raceTo(ctx context.Context, to []netip.AddrPort, dial dialer, delay time.Duration) (net.Conn, []Attempt, error) {
	if len(to) == 0 {
		return nil, nil, fault.New(fault.DNS, "no address to connect to")
	}
	if len(to) == 1 {
		return single(ctx, to[0], dial)
	}
	r := &race{dial: dial, delay: delay, to: to, results: make(chan result)}
	inner, cancel := context.WithCancel(ctx)
	defer cancel() // what is still under way ends, and closes what it got
	conn, err := r.run(inner)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	r.giveUp(err)
	return conn, r.attempts, err
}

// single is a race of one, which needs neither goroutine nor timer.
func single(ctx context.Context, to netip.AddrPort, dial dialer) (net.Conn, []Attempt, error) {
	start := time.Now()
	conn, err := dial(ctx, to)
	attempts := []Attempt{{Address: to, Time: time.Since(start), Err: err}}
	switch {
	case err == nil:
		return conn, attempts, nil
	case ctx.Err() != nil:
		attempts[0].Err = context.Cause(ctx)
		return nil, attempts, attempts[0].Err
	}
	return nil, attempts, dialFault(attempts)
}

// run begins one attempt after another and takes their results. ctx is the
// race's own.
func (r *race) run(ctx context.Context) (net.Conn, error) {
	timer := time.NewTimer(r.delay)
	defer timer.Stop()
	r.begin(ctx)
	for pending := 1; pending > 0; {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-timer.C:
		case got := <-r.results:
			r.end(got.index, got.err)
			if got.err == nil {
				return got.conn, nil
			}
			pending--
		}
		if len(r.begun) < len(r.to) {
			r.begin(ctx)
			timer.Reset(r.delay)
			pending++
		}
	}
	return nil, dialFault(r.attempts)
}

func (r *race) begin(ctx context.Context) {
	i := len(r.begun)
	r.begun = append(r.begun, time.Now())
	r.attempts = append(r.attempts, Attempt{Address: r.to[i], Err: ErrLost})
	go r.attempt(ctx, i)
}

// attempt dials and hands over the result, or closes it when nobody wants it
// any more.
func (r *race) attempt(ctx context.Context, i int) {
	got := result{index: i}
	got.err = fault.Guard(func() (err error) {
		got.conn, err = r.dial(ctx, r.to[i])
		return err
	})
	select {
	case r.results <- got:
	case <-ctx.Done():
		if got.err == nil {
			got.conn.Close()
		}
	}
}

func (r *race) end(i int, err error) {
	r.attempts[i].Time = time.Since(r.begun[i])
	r.attempts[i].Err = err
}

// giveUp ends the attempts without a result: another was faster, or err ended
// them all.
func (r *race) giveUp(err error) {
	for i, a := range r.attempts {
		if a.Err != ErrLost {
			continue
		}
		if err == nil {
			r.end(i, ErrLost)
		} else {
			r.end(i, err)
		}
	}
}

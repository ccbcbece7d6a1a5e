package transport

import (
	"context"
	"net"
	"net/netip"
	"time"

	"check_pop3x/check/fault"
)

// A race is the state of one Dial to several addresses. Only the goroutine of run
// touches it.
type race struct {
	dial     dialer
	delay    time.Duration // until the next attempt
	addrs    []netip.AddrPort
	starts   []time.Time // of the attempts
	attempts []Attempt
	results  chan result
}

type result struct {
	index int
	conn  net.Conn
	err   error
}

// dialFirst connects to the first of the addresses that answers.
func dialFirst(ctx context.Context, addrs []netip.AddrPort, dial dialer, delay time.Duration) (net.Conn, []Attempt, error) {
	if len(addrs) == 0 {
		return nil, nil, fault.New(fault.DNS, "no address to connect to")
	}
	if len(addrs) == 1 {
		return dialOne(ctx, addrs[0], dial)
	}
	r := &race{dial: dial, delay: delay, addrs: addrs, results: make(chan result)}
	inner, cancel := context.WithCancel(ctx)
	defer cancel() // attempts that are still running end, and close what they got
	conn, err := r.run(inner)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
		r.giveUp(err)
		return nil, r.attempts, silentFault(r.attempts, err)
	}
	r.giveUp(err)
	return conn, r.attempts, err
}

// run begins one attempt after another and takes their results. ctx is the
// race's own: its end ends them all.
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
			if got.err != nil && ctx.Err() != nil {
				return nil, ctx.Err() // it ended with all the others
			}
			r.end(got.index, got.err)
			if got.err == nil {
				return got.conn, nil
			}
			pending--
		}
		if len(r.starts) < len(r.addrs) {
			r.begin(ctx)
			timer.Reset(r.delay)
			pending++
		}
	}
	return nil, dialFault(r.attempts)
}

func (r *race) begin(ctx context.Context) {
	i := len(r.starts)
	r.starts = append(r.starts, time.Now())
	r.attempts = append(r.attempts, Attempt{Address: r.addrs[i], Err: ErrLost})
	go r.attempt(ctx, i)
}

// attempt dials and hands over the result, or closes it if the race is over.
func (r *race) attempt(ctx context.Context, i int) {
	got := result{index: i}
	got.err = fault.Guard(func() (err error) {
		got.conn, err = r.dial(ctx, r.addrs[i])
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
	r.attempts[i].Time = time.Since(r.starts[i])
	r.attempts[i].Err = err
}

// giveUp ends the attempts that have no result: another was faster, or err ended
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

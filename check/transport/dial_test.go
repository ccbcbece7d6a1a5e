package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

func TestDialRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := portOf(l)
	l.Close()
	_, attempts, err := Route{}.Dial(bounded(t), []netip.Addr{loopback}, port)
	wantFault(t, err, fault.Refused, fmt.Sprintf("connection refused by 127.0.0.1:%d", port))
	if len(attempts) != 1 || !errors.Is(attempts[0].Err, syscall.ECONNREFUSED) || attempts[0].Time <= 0 {
		t.Error(attempts)
	}
	three := []netip.Addr{loopback, netip.MustParseAddr("127.0.0.2"), netip.MustParseAddr("127.0.0.3")}
	_, attempts, err = Route{}.Dial(bounded(t), three, port)
	wantFault(t, err, fault.Refused, fmt.Sprintf("connection refused by 127.0.0.1:%d and 2 more", port))
	if len(attempts) != 3 {
		t.Error(attempts)
	}
}

func TestDialNoAddress(t *testing.T) {
	_, _, err := Route{}.Dial(t.Context(), nil, 110)
	wantFault(t, err, fault.DNS, "no address to connect to")
}

// The first address refuses, the second listens.
func TestDialNextAfterFailure(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, attempts, err := Route{}.Dial(bounded(t), []netip.Addr{netip.MustParseAddr("127.0.0.2"), loopback}, portOf(l))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if conn.Remote() != netip.AddrPortFrom(loopback, portOf(l)) {
		t.Error(conn.Remote())
	}
	if len(attempts) != 2 || !errors.Is(attempts[0].Err, syscall.ECONNREFUSED) || attempts[1].Err != nil {
		t.Error(attempts)
	}
}

func addrPorts(n int) (out []netip.AddrPort) {
	for i := range n {
		out = append(out, netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i + 1)}), 110))
	}
	return out
}

// hang is a dial that nobody answers.
func hang(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestRaceBeginsTheNextWhileTheFirstIsSilent(t *testing.T) {
	to := addrPorts(3)
	a, b := net.Pipe()
	defer b.Close()
	conn, attempts, err := dialFirst(bounded(t), to, func(ctx context.Context, ap netip.AddrPort) (net.Conn, error) {
		if ap == to[2] {
			return a, nil
		}
		return hang(ctx, ap)
	}, time.Millisecond)
	if err != nil || conn != a || len(attempts) != 3 {
		t.Fatal(conn, attempts, err)
	}
	defer conn.Close()
	for i, at := range attempts[:2] {
		if at.Err != ErrLost || at.Address != to[i] || at.Time < attempts[2].Time {
			t.Error(at)
		}
	}
	if attempts[2].Err != nil {
		t.Error(attempts[2])
	}
}

// The second would answer, but the first does so within the delay.
func TestRaceKeepsTheOrder(t *testing.T) {
	to := addrPorts(2)
	a, b := net.Pipe()
	defer b.Close()
	_, attempts, err := dialFirst(bounded(t), to, func(_ context.Context, ap netip.AddrPort) (net.Conn, error) {
		if ap == to[1] {
			t.Error("the second was dialed")
		}
		return a, nil
	}, time.Hour)
	if err != nil || len(attempts) != 1 {
		t.Fatal(attempts, err)
	}
}

// The first connects after the second has won: it is closed, with nothing sent.
func TestRaceClosesTheLateWinner(t *testing.T) {
	to := addrPorts(2)
	won, late := make(chan struct{}), make(chan struct{})
	first, far := net.Pipe()
	second, other := net.Pipe()
	defer other.Close()
	conn, _, err := dialFirst(bounded(t), to, func(ctx context.Context, ap netip.AddrPort) (net.Conn, error) {
		if ap == to[1] {
			return second, nil
		}
		defer close(late)
		<-won // heeds no context, like a connect that succeeds at that moment
		return first, nil
	}, time.Millisecond)
	if err != nil || conn != second {
		t.Fatal(conn, err)
	}
	close(won)
	<-late
	far.SetDeadline(time.Now().Add(2 * time.Minute))
	if got, err := io.ReadAll(far); len(got) > 0 || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestRaceEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	_, attempts, err := dialFirst(ctx, addrPorts(2), func(ctx context.Context, ap netip.AddrPort) (net.Conn, error) {
		cancel(why)
		return hang(ctx, ap)
	}, time.Hour)
	if err != why || len(attempts) != 1 || attempts[0].Err != why {
		t.Error(attempts, err)
	}
}

// A budget that runs out says who was silent, and what came of the others.
func TestSilentDial(t *testing.T) {
	late := &fault.Error{Kind: fault.Timeout, Within: time.Second}
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for _, c := range []struct {
		refuses []int
		who     string
		text    string
	}{
		{nil, "192.0.2.1:110 and 2 more", ""},
		{[]int{0}, "192.0.2.2:110 and 1 more", "connection refused by 192.0.2.1:110"},
		{[]int{0, 1}, "192.0.2.3:110", "connection refused by 192.0.2.1:110 and 1 more"},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		var silent sync.WaitGroup
		silent.Add(3 - len(c.refuses))
		go func() { silent.Wait(); cancel(late) }()
		to := addrPorts(3)
		_, _, err := dialFirst(ctx, to, func(ctx context.Context, ap netip.AddrPort) (net.Conn, error) {
			if slices.Contains(c.refuses, slices.Index(to, ap)) {
				return nil, refused
			}
			silent.Done()
			return hang(ctx, ap)
		}, time.Millisecond)
		if f := fault.Of(err); f.Kind != fault.Timeout || f.Within != time.Second || f.Who != c.who || f.Text != c.text {
			t.Errorf("%v: %v", c.refuses, err)
		}
	}
	_, _, err := dialOne(expired(late), addrPorts(1)[0], hang)
	if f := fault.Of(err); f.Who != "192.0.2.1:110" || f.Within != time.Second || f.Text != "" {
		t.Error(err)
	}
}

// expired is a context that has ended for that cause.
func expired(cause error) context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	return ctx
}

func TestRaceSurvivesAPanic(t *testing.T) {
	_, _, err := dialFirst(bounded(t), addrPorts(2), func(context.Context, netip.AddrPort) (net.Conn, error) {
		panic("oops")
	}, time.Hour)
	wantFault(t, err, fault.Internal, "panic: oops")
}

func TestDialBoundsItsAddresses(t *testing.T) {
	if got := targets(make([]netip.Addr, 100), 110); len(got) != maxAddresses {
		t.Error(len(got))
	}
}

func TestDialFault(t *testing.T) {
	const refused, unreachable, timeout = syscall.ECONNREFUSED, syscall.ENETUNREACH, syscall.ETIMEDOUT
	for _, c := range []struct {
		errs []error
		kind fault.Kind
		text string
	}{
		{[]error{refused}, fault.Refused, "connection refused by 192.0.2.1:110"},
		{[]error{timeout}, fault.Timeout, "no answer from 192.0.2.1:110"},
		{[]error{syscall.EHOSTUNREACH}, fault.Unreachable, "no route to 192.0.2.1:110"},
		{[]error{syscall.ECONNRESET}, fault.Closed, "192.0.2.1:110 accepted the connection and reset it at once"},
		{[]error{syscall.EPERM}, fault.Unreachable, "this machine's own firewall forbids connections to 192.0.2.1:110"},
		{[]error{syscall.ENOBUFS}, fault.Unreachable, "cannot connect to 192.0.2.1:110 (no buffer space available)"},
		{[]error{errors.New("x")}, fault.Unreachable, "cannot connect to 192.0.2.1:110"},
		{[]error{unreachable, refused}, fault.Unreachable, "no network to 192.0.2.1:110; connection refused by 192.0.2.2:110"},
		{[]error{refused, timeout, refused}, fault.Timeout, "connection refused by 192.0.2.1:110 and 1 more; no answer from 192.0.2.2:110"},
		{[]error{timeout, unreachable}, fault.Timeout, "no answer from 192.0.2.1:110; no network to 192.0.2.2:110"},
	} {
		var attempts []Attempt
		for i, ap := range addrPorts(len(c.errs)) {
			err := c.errs[i]
			if errno, ok := err.(syscall.Errno); ok {
				err = os.NewSyscallError("connect", errno)
			}
			attempts = append(attempts, Attempt{Address: ap, Err: &net.OpError{Op: "dial", Err: err}})
		}
		wantFault(t, dialFault(attempts), c.kind, c.text)
	}
}

// What fails on the connection of DialNet is a fault, as on a Conn.
func TestDialNet(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := Route{}.DialNet(bounded(t), []netip.Addr{loopback}, portOf(l))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if conn.RemoteAddr().String() != l.Addr().String() || conn.LocalAddr().String() != server.RemoteAddr().String() {
		t.Error(conn.RemoteAddr(), conn.LocalAddr())
	}
	if _, err := conn.Write([]byte("GET")); err != nil {
		t.Error(err)
	}
	server.(*net.TCPConn).SetLinger(0) // a reset
	server.Close()
	if _, err = conn.Read(make([]byte, 1)); fault.Of(err).Kind != fault.Closed {
		t.Error(err)
	}
}

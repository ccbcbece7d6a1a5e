package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

const (
	// attemptDelay is the Connection Attempt Delay of RFC 8305, section 5.
	attemptDelay = 250 * time.Millisecond

	// againAfter is when TCP asks for a connection again (RFC 6298, section 2).
	againAfter = time.Second

	// maxAddresses limits what a name can make us do. Addresses beyond it are
	// not tried.
	maxAddresses = 16
)

// Dial connects to the first of the addresses that answers: tried in their
// order, the next one after 250 ms without an answer or at once after a failure
// (RFC 8305, section 5); at most 16 of them. The others are closed without a
// byte. The attempts are in the order of the addresses, without those that were
// not begun; there are none to a Unix socket.
//
// The error is the cause of ctx's end, or a *fault.Error. Its kind is that of the
// attempts; if they differ, it is Timeout if one of them timed out, and otherwise
// Unreachable.
func (r Route) Dial(ctx context.Context, addrs []netip.Addr, port uint16) (*Conn, []Attempt, error) {
	if r.Socket != "" {
		conn, err := dialSocket(ctx, r.Socket)
		return conn, nil, err
	}
	tcp, attempts, err := dialFirst(ctx, targets(addrs, port), r.dialTCP, attemptDelay)
	if err != nil {
		return nil, attempts, err
	}
	conn := newConn(tcp)
	used := &attempts[slices.IndexFunc(attempts, func(a Attempt) bool { return a.Err == nil })]
	if used.Time >= againAfter {
		used.Tries = conn.tries()
	}
	return conn, attempts, nil
}

// DialNet is Dial, from Source, for a library that speaks another protocol to a
// server of its own. The connection has
// the errors of Conn.
func (r Route) DialNet(ctx context.Context, addrs []netip.Addr, port uint16) (net.Conn, error) {
	conn, _, err := Route{Source: r.Source, Confined: r.Confined}.Dial(ctx, addrs, port)
	if err != nil {
		return nil, err
	}
	return plainConn{conn.wire.socket, conn}, nil
}

// A plainConn is a connection without TLS as package net has it.
type plainConn struct {
	net.Conn
	conn *Conn
}

func (c plainConn) Read(p []byte) (int, error)  { return c.conn.Read(p) }
func (c plainConn) Write(p []byte) (int, error) { return c.conn.Write(p) }

func targets(addrs []netip.Addr, port uint16) []netip.AddrPort {
	var out []netip.AddrPort
	for _, a := range addrs[:min(len(addrs), maxAddresses)] {
		out = append(out, netip.AddrPortFrom(a, port))
	}
	return out
}

// A dialer connects to one address.
type dialer func(context.Context, netip.AddrPort) (net.Conn, error)

// dialWith dials, and asks the socket what ended a dial that failed.
func dialWith(ctx context.Context, d *net.Dialer, to netip.AddrPort) (net.Conn, error) {
	w := witnessOf(d)
	conn, err := d.DialContext(ctx, "tcp", to.String())
	err = w.testify(to, err)
	if end, ok := ctx.Deadline(); err != nil && ok && time.Until(end) <= 0 {
		<-ctx.Done() // the dialer looks at the clock and may be ahead of the context
	}
	return conn, err
}

// dialOne is a race of one, which needs neither goroutine nor timer.
func dialOne(ctx context.Context, to netip.AddrPort, dial dialer) (net.Conn, []Attempt, error) {
	start := time.Now()
	conn, err := dial(ctx, to)
	attempts := []Attempt{{Address: to, Time: time.Since(start), Err: err}}
	switch {
	case err == nil:
		return conn, attempts, nil
	case ctx.Err() != nil:
		attempts[0].Err = context.Cause(ctx)
		return nil, attempts, silentFault(attempts, attempts[0].Err)
	}
	return nil, attempts, dialFault(attempts)
}

// dialOutcome is why one attempt to connect failed.
func dialOutcome(err error) outcome {
	if isOfSource(err) {
		return outcome{fault.Usage, "", "the address of --source cannot be used to connect to %s" + inWords(err)}
	}
	if e, ok := errors.AsType[*explained](err); ok {
		return e.outcome
	}
	if o, known := knownOutcome(err); known {
		return o
	}
	return outcome{fault.Unreachable, "", "cannot connect to %s" + inWords(err)}
}

// inWords is what the system says of an error, in parentheses, for a format.
func inWords(err error) string {
	cause := systemError(err)
	if cause == nil {
		return ""
	}
	return " (" + strings.ReplaceAll(cause.Error(), "%", "%%") + ")"
}

// knownOutcome is outcomeOf for a dial. A reset of what is not connected yet is a
// refusal, so any other comes after the connection was accepted.
func knownOutcome(err error) (o outcome, known bool) {
	o, known = outcomeOf(err)
	if o.kind == fault.Closed {
		return outcome{o.kind, fault.ClosedAtOnce, "%s accepted the connection and reset it at once"}, true
	}
	return o, known
}

// dialFault is the error of a Dial whose attempts all failed.
func dialFault(attempts []Attempt) error {
	outcomes := make([]outcome, len(attempts))
	for i, a := range attempts {
		if f, ok := a.Err.(*fault.Error); ok {
			return f // a defect of the plugin
		}
		outcomes[i] = dialOutcome(a.Err)
	}
	return &fault.Error{Kind: commonKind(outcomes), Problem: commonProblem(outcomes), Text: dialText(attempts, outcomes), Err: attempts[0].Err}
}

// silentFault is the error of a Dial that ended with its context, for a cause: it
// says who was silent till then, and what came of the others.
func silentFault(attempts []Attempt, cause error) error {
	var silent, failed []Attempt
	var outcomes []outcome
	for _, a := range attempts {
		if a.Err == cause {
			silent = append(silent, a)
		} else {
			failed, outcomes = append(failed, a), append(outcomes, dialOutcome(a.Err))
		}
	}
	if len(silent) == 0 {
		return dialFault(attempts)
	}
	who := silent[0].Address.String()
	if more := len(silent) - 1; more > 0 {
		who += fmt.Sprintf(" and %d more", more)
	}
	err := fault.From(cause, who)
	if f, ok := errors.AsType[*fault.Error](err); ok && f != cause {
		f.Text = dialText(failed, outcomes)
	}
	return err
}

func commonKind(outcomes []outcome) fault.Kind {
	kind := outcomes[0].kind
	for _, o := range outcomes[1:] {
		switch {
		case o.kind == kind:
		case o.kind == fault.Timeout || kind == fault.Timeout:
			kind = fault.Timeout
		default:
			kind = fault.Unreachable
		}
	}
	return kind
}

// commonProblem is what is behind all of them, or "".
func commonProblem(outcomes []outcome) fault.Problem {
	for _, o := range outcomes[1:] {
		if o.problem != outcomes[0].problem {
			return ""
		}
	}
	return outcomes[0].problem
}

// dialText names the first address of each outcome and counts the others:
// "connection refused by 192.0.2.1:110 and 2 more; no route to …".
func dialText(attempts []Attempt, outcomes []outcome) string {
	count := make(map[string]int)
	for _, o := range outcomes {
		count[o.text]++
	}
	var parts []string
	for i, o := range outcomes {
		n := count[o.text]
		if n == 0 {
			continue
		}
		count[o.text] = 0
		part := fmt.Sprintf(o.text, attempts[i].Address)
		if n > 1 {
			part += fmt.Sprintf(" and %d more", n-1)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

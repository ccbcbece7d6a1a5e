package resolve

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"check_pop3x/check/fault"
)

// maxUDP is the size of an answer, in octets, that passes without fragments; DNS
// servers have agreed on it (DNS flag day 2020).
const maxUDP = 1232

// A reply is a DNS server's answer to a question.
type reply struct {
	message
	name string // what was asked for
	from netip.AddrPort
}

// ask queries the servers in turn with AD set, which asks whether the answer is
// authentic (RFC 6840, section 5.7), until one has a conclusive reply. Any other
// reply, SERVFAIL for example, ends the loop after one round. The error is the
// cause of ctx's end, or a *fault.Error of kind DNS if no server replies.
func (s servers) ask(ctx context.Context, name string, kind dnsmessage.Type) (*reply, error) {
	q, err := newQuery(dnsmessage.Header{AuthenticData: true}, name, kind)
	if err != nil {
		return nil, fault.Wrap(fault.DNS, err)
	}
	for range s.attempts {
		var last *reply
		for _, addr := range s.addrs {
			var answer message
			answer, err = s.exchange(ctx, addr, q)
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			if err != nil {
				continue
			}
			last = &reply{answer, name, addr}
			if last.isConclusive() {
				return last, nil
			}
		}
		if last != nil {
			return last, nil
		}
	}
	return nil, unanswered(s.addrs, name, err)
}

// isConclusive reports whether the server knows the answer, even if it is that
// there is nothing.
func (r *reply) isConclusive() bool {
	return r.RCode == dnsmessage.RCodeSuccess || r.RCode == dnsmessage.RCodeNameError
}

// exchange asks one server, by TCP if the answer does not fit into UDP (RFC
// 7766).
func (s servers) exchange(ctx context.Context, addr netip.AddrPort, q query) (message, error) {
	answer, err := s.exchangeOver(ctx, "udp", addr, q)
	if err == nil && answer.Truncated {
		answer, err = s.exchangeOver(ctx, "tcp", addr, q)
	}
	return answer, err
}

// errNoAnswer is the error of a server that sent something else.
var errNoAnswer = errors.New("what it sent is no answer")

func (s servers) exchangeOver(ctx context.Context, network string, addr netip.AddrPort, q query) (message, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, network, addr.String())
	if err != nil {
		return message{}, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := send(conn, network == "tcp", q); err != nil {
		return message{}, err
	}
	return await(conn, network == "tcp", q)
}

// send writes a query; by TCP its length comes first (RFC 1035, section 4.2.2).
func send(conn net.Conn, tcp bool, q query) error {
	wire := q.wire
	if tcp {
		wire = append(binary.BigEndian.AppendUint16(nil, uint16(len(wire))), wire...)
	}
	_, err := conn.Write(wire)
	return err
}

// receive reads one message.
func receive(conn net.Conn, tcp bool) ([]byte, error) {
	if !tcp {
		wire := make([]byte, maxUDP)
		n, err := conn.Read(wire)
		return wire[:n], err
	}
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	wire := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(conn, wire)
	return wire, err
}

// await reads until the answer to the query comes. Anything else that arrives by
// UDP, such as a late answer or a forged one, is ignored (RFC 5452, section 9).
func await(conn net.Conn, tcp bool, q query) (message, error) {
	var stray error
	for {
		wire, err := receive(conn, tcp)
		if err != nil {
			return message{}, errors.Join(stray, err)
		}
		answer, err := parse(wire)
		if answer.answers(q) && (err == nil || answer.Truncated) && !(tcp && answer.Truncated) {
			return answer, nil
		}
		if stray = errNoAnswer; tcp {
			return message{}, stray
		}
	}
}

// unanswered is the fault of servers that gave no answer about a name. err is the
// last one's.
func unanswered(addrs []netip.AddrPort, name string, err error) *fault.Error {
	f := &fault.Error{Kind: fault.DNS, Problem: fault.NoResolver, Err: err}
	who, about := serverNames(addrs), " about "+withoutDot(name)
	switch why := ofSystem(err); {
	case why != nil:
		f.Text = who + " cannot be asked" + about + ": " + why.Error()
	case errors.Is(err, errNoAnswer):
		f.Text = who + " sent something that is no answer" + about
	default:
		f.Text = who + " did not answer" + about
	}
	return f
}

// refusal is the fault of a server that knows no answer, and says so. One that
// failed is asked again with CD set: if it has an answer then, the zone's
// signatures are bad.
func (s servers) refusal(ctx context.Context, r *reply, kind dnsmessage.Type) *fault.Error {
	who, name := serverNames([]netip.AddrPort{r.from}), withoutDot(r.name)
	f := fault.New(fault.DNS, "%s says %s for %s%s", who, r.rcodeName(), name, r.reason())
	switch {
	case r.RCode == dnsmessage.RCodeServerFailure && s.answersUnvalidated(ctx, r, kind):
		return fault.New(fault.DNS, "the DNSSEC of %s is broken%s, says %s", name, r.reason(), who).Because(fault.Bogus)
	case r.RCode == dnsmessage.RCodeServerFailure:
		return f.Because(fault.LookupFailed)
	case r.RCode == dnsmessage.RCodeSuccess:
		f.Text = who + " only refers to other servers for " + name
	}
	return f.Because(fault.LookupRefused)
}

// answersUnvalidated reports whether the server has an answer if it does not
// validate it (RFC 4035, section 3.2.2).
func (s servers) answersUnvalidated(ctx context.Context, r *reply, kind dnsmessage.Type) bool {
	q, err := newQuery(dnsmessage.Header{CheckingDisabled: true}, r.name, kind)
	if err != nil {
		return false
	}
	raw, err := s.exchange(ctx, r.from, q)
	return err == nil && (&reply{message: raw}).isConclusive()
}

// withDot is a name as DNS has it.
func withDot(name string) string { return withoutDot(name) + "." }

// withoutDot is a name as people write it.
func withoutDot(name string) string { return strings.TrimSuffix(name, ".") }

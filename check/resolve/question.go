package resolve

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/miekg/dns"

	"check_pop3x/check/fault"
)

// maxUDP is the size of an answer, in octets, that passes without fragments; DNS
// servers have agreed on it (DNS flag day 2020).
const maxUDP = 1232

// A reply is a DNS server's answer to a question.
type reply struct {
	*dns.Msg
	name string // what was asked for
	from netip.AddrPort
}

// ask queries the servers in turn with AD set, which asks whether the answer is
// authentic (RFC 6840, section 5.7), until one has a conclusive reply. Any other
// reply, SERVFAIL for example, ends the loop after one round. The error is the
// cause of ctx's end, or a *fault.Error of kind DNS if no server replies.
func (s servers) ask(ctx context.Context, name string, kind uint16) (*reply, error) {
	query := new(dns.Msg).SetQuestion(name, kind).SetEdns0(maxUDP, true)
	query.AuthenticatedData = true
	var err error
	for range s.attempts {
		var last *reply
		for _, addr := range s.addrs {
			var answer *dns.Msg
			answer, err = s.exchange(ctx, addr, query)
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
	return nil, s.unanswered(name, err)
}

// isConclusive reports whether the server knows the answer, even if it is that
// there is nothing.
func (r *reply) isConclusive() bool {
	return r.Rcode == dns.RcodeSuccess || r.Rcode == dns.RcodeNameError
}

// exchange asks one server, by TCP if the answer does not fit into UDP (RFC
// 7766).
func (s servers) exchange(ctx context.Context, addr netip.AddrPort, query *dns.Msg) (*dns.Msg, error) {
	answer, err := s.exchangeOver(ctx, "udp", addr, query)
	if err == nil && answer.Truncated {
		answer, err = s.exchangeOver(ctx, "tcp", addr, query)
	}
	return answer, err
}

// errNoAnswer is the error of a server that sent something else.
var errNoAnswer = errors.New("what it sent is no answer")

func (s servers) exchangeOver(ctx context.Context, network string, addr netip.AddrPort, query *dns.Msg) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, network, addr.String())
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	session := &dns.Conn{Conn: conn, UDPSize: maxUDP}
	if err := session.WriteMsg(query); err != nil {
		return nil, err
	}
	return await(session, network == "tcp", query)
}

// await reads until the answer to the query comes. Anything else that arrives by
// UDP, such as a late answer or a forged one, is ignored (RFC 5452, section 9).
func await(session *dns.Conn, tcp bool, query *dns.Msg) (*dns.Msg, error) {
	var stray error
	for {
		answer, err := session.ReadMsg()
		if isNetworkError(err) {
			return nil, errors.Join(stray, err)
		}
		if answer != nil && isAnswer(answer, query) && (err == nil || answer.Truncated) && !(tcp && answer.Truncated) {
			return answer, nil
		}
		if stray = errNoAnswer; tcp {
			return nil, stray
		}
	}
}

// isNetworkError reports whether an error is the connection's, not a message's.
func isNetworkError(err error) bool {
	_, network := errors.AsType[net.Error](err)
	return network || err == io.EOF || err == io.ErrUnexpectedEOF
}

// isAnswer reports whether a message is an answer to the query. A server that
// does not understand it may leave the question out.
func isAnswer(m, query *dns.Msg) bool {
	if !m.Response || m.Id != query.Id || m.Opcode != dns.OpcodeQuery {
		return false
	}
	if len(m.Question) != 1 {
		return len(m.Question) == 0 && (m.Rcode == dns.RcodeFormatError || m.Rcode == dns.RcodeNotImplemented)
	}
	asked, q := query.Question[0], m.Question[0]
	return strings.EqualFold(q.Name, asked.Name) && q.Qtype == asked.Qtype && q.Qclass == asked.Qclass
}

func (s servers) unanswered(name string, err error) error {
	f := &fault.Error{Kind: fault.DNS, Problem: fault.NoResolver, Err: err}
	switch name = withoutDot(name); {
	case len(s.addrs) > 1:
		f.Text = "no DNS server answered for " + name
	case errors.Is(err, errNoAnswer):
		f.Text = "DNS server " + s.addrs[0].String() + " answers for " + name + " with something that is no answer"
	default:
		f.Text = "DNS server " + s.addrs[0].String() + " did not answer for " + name
		if e, ok := errors.AsType[*os.SyscallError](err); ok {
			f.Text += ": " + e.Err.Error()
		}
	}
	return f
}

// withoutDot is a name as people write it.
func withoutDot(name string) string { return strings.TrimSuffix(name, ".") }

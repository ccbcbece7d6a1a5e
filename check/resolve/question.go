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

// maxUDP is the size of an answer that gets through without fragments, on which
// DNS servers have agreed (DNS flag day 2020).
const maxUDP = 1232

// A reply is a DNS server's answer to a question.
type reply struct {
	*dns.Msg
	name string // what was asked for
	from netip.AddrPort
}

// ask asks whether DNSSEC vouches for an answer (RFC 6840, section 5.7), one
// server after the other. A reply may have any code: those that answer but do
// not know are only asked once. The error is the cause of ctx's end, or a
// *fault.Error of kind DNS where no server answers.
func (s servers) ask(ctx context.Context, name string, kind uint16) (*reply, error) {
	query := new(dns.Msg).SetQuestion(name, kind).SetEdns0(maxUDP, true)
	query.AuthenticatedData = true
	var err error
	for range s.attempts {
		var last *reply
		for _, at := range s.at {
			var answer *dns.Msg
			answer, err = s.exchange(ctx, at, query)
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			if err != nil {
				continue
			}
			last = &reply{answer, name, at}
			if last.knows() {
				return last, nil
			}
		}
		if last != nil {
			return last, nil
		}
	}
	return nil, s.unanswered(name, err)
}

// knows says whether it is an answer, be it that there is nothing.
func (r *reply) knows() bool {
	return r.Rcode == dns.RcodeSuccess || r.Rcode == dns.RcodeNameError
}

// exchange asks one server, by TCP where the answer does not fit into UDP (RFC
// 7766).
func (s servers) exchange(ctx context.Context, at netip.AddrPort, query *dns.Msg) (*dns.Msg, error) {
	answer, err := s.over(ctx, "udp", at, query)
	if err == nil && answer.Truncated {
		answer, err = s.over(ctx, "tcp", at, query)
	}
	return answer, err
}

// errNoAnswer is what a server sent that did not answer the question.
var errNoAnswer = errors.New("what it sent is no answer")

func (s servers) over(ctx context.Context, network string, at netip.AddrPort, query *dns.Msg) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, network, at.String())
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

// await reads until the answer to the query comes. What else arrives by UDP, a
// late answer or a forged one, is passed over (RFC 5452, section 9).
func await(session *dns.Conn, tcp bool, query *dns.Msg) (*dns.Msg, error) {
	var junk error
	for {
		answer, err := session.ReadMsg()
		if ended(err) {
			return nil, errors.Join(junk, err)
		}
		if answer != nil && answers(answer, query) && (err == nil || answer.Truncated) && !(tcp && answer.Truncated) {
			return answer, nil
		}
		if junk = errNoAnswer; tcp {
			return nil, junk
		}
	}
}

// ended says whether an error is the connection's, and not that of a message.
func ended(err error) bool {
	_, network := errors.AsType[net.Error](err)
	return network || err == io.EOF || err == io.ErrUnexpectedEOF
}

// answers says whether a message is an answer to the query. A server that does
// not understand it may leave the question out.
func answers(m, query *dns.Msg) bool {
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
	switch name = shown(name); {
	case len(s.at) > 1:
		f.Text = "no DNS server answered for " + name
	case errors.Is(err, errNoAnswer):
		f.Text = "DNS server " + s.at[0].String() + " answers for " + name + " with something that is no answer"
	default:
		f.Text = "DNS server " + s.at[0].String() + " did not answer for " + name
		if e, ok := errors.AsType[*os.SyscallError](err); ok {
			f.Text += ": " + e.Err.Error()
		}
	}
	return f
}

// shown is a name as people write it.
func shown(name string) string { return strings.TrimSuffix(name, ".") }

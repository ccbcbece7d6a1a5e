package probe

import (
	"context"

	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/transport"
)

// maxTranscript bounds the lines of the dialogue that are kept, and maxKept the
// octets of each: memory does not grow with what the server sends.
const (
	maxTranscript = 1000
	maxKept       = 1024
)

func (s *session) byName() bool { return !resolve.IsAddress(s.plan.Host) }

func (s *session) resolve(ctx context.Context) (err error) {
	s.addrs, err = resolve.Resolve(ctx, s.plan.Resolver, s.plan.Host, s.plan.Family)
	return err
}

func (s *session) connect(ctx context.Context) error {
	if !s.byName() {
		if err := s.resolve(ctx); err != nil {
			return err
		}
	}
	conn, attempts, err := transport.Dial(ctx, s.addrs, s.plan.Port)
	for _, a := range attempts {
		s.report.Attempts = append(s.report.Attempts, attempt(a))
	}
	if err != nil {
		return err
	}
	s.report.Address = conn.Remote().String()
	s.use(conn)
	return nil
}

// attempt is what is to be told of a connection that was tried.
func attempt(a transport.Attempt) report.Attempt {
	tried := report.Attempt{Address: a.Address.String(), Time: a.Time}
	if a.Err != nil {
		tried.Error = report.Clean(a.Err.Error())
	}
	return tried
}

// use begins a session on the connection; nothing of an earlier one remains.
func (s *session) use(conn *transport.Conn) {
	s.conn, s.pop, s.capas = conn, pop3.New(conn, s.record), nil
}

// record keeps a line of the dialogue, without secrets and within bounds.
func (s *session) record(sent bool, line string) {
	switch n := len(s.report.Transcript); {
	case n > maxTranscript:
		return
	case n == maxTranscript:
		s.report.Transcript = append(s.report.Transcript, report.Line{From: report.FromServer, Text: new("(the rest is not shown)")})
		return
	}
	kept := s.hide.Keep(line)
	if len(kept) > maxKept {
		kept = kept[:maxKept]
	}
	from := report.FromServer
	if sent {
		from = report.FromClient
	}
	s.report.Transcript = append(s.report.Transcript, report.Line{From: from, Text: &kept})
}

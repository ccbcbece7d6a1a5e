package probe

import (
	"context"
	"errors"

	"check_pop3x/check/maildrop"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

// window is how many commands may be on the way at once: some round trips'
// worth, and not so much that both sides could wait for the other to read
// (RFC 2449, section 6.8).
const window = 128

func (s *session) wantsHeaders() bool {
	return s.hasUser() && (wants("top")(s) || s.plan.Mailbox.Headers) && !s.empty()
}

// top reads headers (RFC 1939, section 7): the newest message's for the step,
// more of them for ages and matches.
func (s *session) top(context.Context) error {
	numbers := maildrop.NewScan(s.plan.Mailbox, s.newest())
	reading := maildrop.NewReading(s.plan.Mailbox, s.report.Start)
	for i := range numbers.Len() {
		if err := s.topAhead(numbers, i); err != nil {
			return err
		}
		header := reading.Header()
		err := s.pop.Top(numbers.Number(i), 0, header.Add)
		if i == 0 && s.hasNoTop(err) {
			s.report.Mailbox.Headers = &report.Headers{}
			return nil
		}
		if err != nil {
			return err
		}
		if f := header.Fault(); f != nil && wants("top")(s) && numbers.Number(i) == s.newest() {
			s.find("top", f)
		}
		reading.Add(numbers.Number(i), header)
	}
	if s.plan.Mailbox.Headers {
		s.report.Mailbox.Headers = reading.Result()
		if f := reading.Fault(); f != nil {
			s.find("top", f)
		}
	}
	return nil
}

// topAhead keeps up to a window of commands on the way before the i-th.
func (s *session) topAhead(numbers maildrop.Scan, i int64) error {
	out := int64(s.pop.Pending())
	if !s.pipelining() || !s.capas.Has("TOP") || out > window/2 {
		return nil
	}
	var commands []pop3.Command
	for next := i + out; next < min(i+window, numbers.Len()); next++ {
		commands = append(commands, pop3.TOP(numbers.Number(next), 0))
	}
	if len(commands) == 0 || out == 0 && len(commands) == 1 {
		return nil
	}
	return s.pop.Pipeline(commands...)
}

// hasNoTop says whether err is the refusal of a server without TOP, which is an
// optional command. For the step it is a fault. RETR is never the way out.
func (s *session) hasNoTop(err error) bool {
	refused, ok := errors.AsType[*pop3.Error](err)
	return ok && !refused.Unsolicited && refused.Code == "" && !s.capas.Has("TOP") && !wants("top")(s)
}

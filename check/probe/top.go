package probe

import (
	"context"
	"errors"

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
	numbers := s.scan()
	reading := newReading(s.plan.Mailbox, s.report.Start)
	for i := range numbers.count {
		if err := s.topAhead(numbers, i); err != nil {
			return err
		}
		header := reading.header()
		err := s.pop.Top(numbers.at(i), 0, header.line)
		if i == 0 && s.hasNoTop(err) {
			s.report.Mailbox.Headers = &report.Headers{Missing: true}
			return nil
		}
		if err != nil {
			return err
		}
		if f := header.fault(); f != nil && wants("top")(s) && numbers.at(i) == s.newest() {
			s.find("top", f)
		}
		reading.add(numbers.at(i), header)
	}
	if s.plan.Mailbox.Headers {
		s.report.Mailbox.Headers = reading.result()
		s.undated(reading)
	}
	return nil
}

// topAhead keeps up to a window of commands on the way before the i-th.
func (s *session) topAhead(numbers scan, i int64) error {
	out := int64(s.pop.Outstanding())
	if !s.pipelining() || !s.capas.Has("TOP") || out > window/2 {
		return nil
	}
	var commands []string
	for next := i + out; next < min(i+window, numbers.count); next++ {
		commands = append(commands, pop3.TopCommand(numbers.at(next), 0))
	}
	if len(commands) == 0 || out == 0 && len(commands) == 1 {
		return nil
	}
	return s.pop.Ahead(commands...)
}

// hasNoTop says whether err is the refusal of a server without TOP, which is an
// optional command. For the step it is a fault. RETR is never the way out.
func (s *session) hasNoTop(err error) bool {
	refused, ok := errors.AsType[*pop3.Error](err)
	return ok && !refused.Unasked && refused.Code == "" && !s.capas.Has("TOP") && !wants("top")(s)
}

// undated says once which messages had no date to be trusted.
func (s *session) undated(r *reading) {
	switch {
	case r.undated == 1:
		s.find("top", r.first)
	case r.undated > 1:
		r.first.Text += r.others()
		s.find("top", r.first)
	}
}

// A scan is the numbers of the messages whose header is read.
type scan struct{ messages, count int64 }

// scan is the newest message for the step alone; for ages the first and the
// last ones, since servers number messages by arrival.
func (s *session) scan() scan {
	n := s.newest()
	switch wanted := s.plan.Mailbox.Scan; {
	case !s.plan.Mailbox.Headers:
		return scan{n, 1}
	case wanted == 0 || wanted > n:
		return scan{n, n}
	default:
		return scan{n, wanted}
	}
}

// at is the i-th number.
func (c scan) at(i int64) int64 {
	if i == 0 && c.count > 1 {
		return 1
	}
	return c.messages - c.count + 1 + i
}

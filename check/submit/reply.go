package submit

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"

	"check_pop3x/check/fault"
)

const (
	// maxReply limits an answer, in octets. RFC 5321, section 4.5.3.1.5 has 512 for
	// each of its lines, and nobody a limit for their number.
	maxReply = 64 << 10

	// maxSaid limits what is shown of a line that is no answer.
	maxSaid = 512
)

// A reply is an answer: its code, and its lines without the code (RFC 5321, section
// 4.2).
type reply struct {
	code  int
	lines []string
}

func (r reply) refuses() bool { return r.code/100 == 4 || r.code/100 == 5 }

// answer reads the answer to the last command, whose code has to have that first
// digit: the others may differ (RFC 5321, section 4.2), as in 251 to RCPT. A refusal
// is a *Refusal, any other code breaks the protocol.
func (s *Session) answer(digit int) (reply, error) {
	r, err := s.read()
	switch {
	case err != nil:
		return r, err
	case r.code/100 == digit:
		return r, nil
	case r.refuses():
		return r, s.refusal(r)
	}
	return r, s.broken("the submission server gives an answer that does not fit "+s.Asked(), strconv.Itoa(r.code)+" "+r.text())
}

func (r reply) text() string { return strings.TrimSpace(strings.Join(r.lines, " ")) }

// read reads an answer. All of its lines have the same code, and a blank behind it
// in the last, a dash in the others.
func (s *Session) read() (r reply, err error) {
	for left := maxReply; ; {
		line, err := s.readLine(left)
		if err != nil {
			return r, err
		}
		left -= len(line) + 2
		s.trace(false, line)
		code, text, last, ok := parseLine(line)
		if !ok || r.code != 0 && code != r.code {
			return r, s.notSMTP(line)
		}
		r.code, r.lines = code, append(r.lines, text)
		if last {
			return r, nil
		}
	}
}

// parseLine splits a line of an answer. The text, and the blank in front of it, may
// be missing.
func parseLine(line string) (code int, text string, last, ok bool) {
	if len(line) < 3 || len(line) > 3 && line[3] != ' ' && line[3] != '-' {
		return 0, "", false, false
	}
	n, err := strconv.ParseUint(line[:3], 10, 16)
	if err != nil || n < 200 || n > 599 {
		return 0, "", false, false
	}
	if len(line) == 3 {
		return int(n), "", true, true
	}
	return int(n), line[4:], line[3] == ' ', true
}

// readLine reads a line of at most that many octets, without its end.
func (s *Session) readLine(limit int) (string, error) {
	var line []byte
	for {
		part, err := s.lines.ReadSlice('\n')
		if line = append(line, part...); len(line) > limit {
			return "", s.broken("the submission server sent an answer of more than 64 KiB", "")
		}
		switch {
		case err == nil:
			return strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			if len(line) > 0 {
				s.trace(false, string(line[:min(len(line), maxSaid)]))
				s.trace(false, "(the line did not end)")
			}
			return "", s.ended(err)
		}
	}
}

// ended returns a fault if the connection ended. Other errors stay as they are.
func (s *Session) ended(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || ok && f.Kind == fault.Closed {
		when := "without an answer to " + s.asked
		if s.asked == "" {
			when = "before the greeting"
		}
		return &fault.Error{Kind: fault.Send, Problem: fault.SendClosed, Text: "the submission server closed the connection " + when, Err: err}
	}
	return err
}

// notSMTP is the fault of a line that is no answer.
func (s *Session) notSMTP(line string) error {
	if s.asked == "" {
		return s.broken("the submission server does not speak SMTP", line)
	}
	return s.broken("the submission server gives an answer to "+s.asked+" that is not SMTP", line)
}

// broken is the fault of a server that breaks the protocol: another one than of
// SMTP, unless it has greeted.
func (s *Session) broken(text, said string) error {
	f := &fault.Error{Kind: fault.Send, Problem: fault.SendBroken, Text: text, Said: said}
	if s.asked == "" {
		f.Problem = fault.NotSMTP
	}
	return f
}

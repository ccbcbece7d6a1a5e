package submit

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"strings"

	"check_pop3x/check/fault"
)

// A Session is one SMTP session. It is not safe for concurrent use. After an error
// that is not a *Refusal it must be cut.
type Session struct {
	conn   io.ReadWriter
	lines  *bufio.Reader
	trace  func(sent bool, line string)
	offers []string // what the server offers: the keywords of EHLO with their parameters
	asked  string   // the last command; "" before the first
	over   bool     // nothing more is said: it would not be understood as a command
}

// New returns a session on a connection, of which nothing was read yet. It calls
// trace for each line, without the line end, where secrets are replaced by
// Redacted.
func New(conn io.ReadWriter, trace func(sent bool, line string)) *Session {
	return &Session{conn: conn, lines: bufio.NewReader(conn), trace: trace}
}

// Redacted stands for a secret in the trace.
const Redacted = "***"

// Greet reads the greeting (RFC 5321, section 3.1).
func (s *Session) Greet() error {
	_, err := s.answer(2)
	return err
}

// Greeting is what a server that was not asked anything owes.
const Greeting = "the greeting"

// Asked is what the server answers, or still has to: Greeting or a command.
func (s *Session) Asked() string { return cmp.Or(s.asked, Greeting) }

// Hello says who we are, a host name or an address literal, and learns what the
// server offers. A server that does not know EHLO gets HELO, and offers nothing (RFC
// 5321, section 3.2).
func (s *Session) Hello(name string) error {
	r, err := s.command(2, "EHLO", name)
	if refusal, ok := errors.AsType[*Refusal](err); ok && refusal.unknown() {
		r, err = s.command(2, "HELO", name)
		r.lines = r.lines[:min(1, len(r.lines))]
	}
	if err == nil {
		s.offers = r.lines[1:]
	}
	return err
}

// parameters returns those of a keyword that the server offers, which may be none.
func (s *Session) parameters(keyword string) (parameters []string, offered bool) {
	for _, line := range s.offers {
		// AUTH=PLAIN is how servers wrote it before RFC 4954.
		words := strings.Fields(strings.Replace(strings.ToUpper(line), "AUTH=", "AUTH ", 1))
		if len(words) > 0 && words[0] == keyword {
			parameters, offered = append(parameters, words[1:]...), true
		}
	}
	return parameters, offered
}

// Offers reports whether the server offers an extension, as of the last Hello.
func (s *Session) Offers(keyword string) bool {
	_, offered := s.parameters(keyword)
	return offered
}

// Mechanisms lists those of AUTH that the server offers, in upper case.
func (s *Session) Mechanisms() []string {
	names, _ := s.parameters("AUTH")
	return names
}

// StartTLS asks for TLS (RFC 3207). Then the handshake follows, and UnderTLS. Text
// behind the answer is somebody's who wants it to be read as the server's, under
// TLS.
func (s *Session) StartTLS() error {
	if !s.Offers("STARTTLS") {
		return fault.New(fault.Send, "the submission server does not offer STARTTLS").Because(fault.SendNoTLS)
	}
	if _, err := s.command(2, "STARTTLS"); err != nil {
		return err
	}
	if said := s.waiting(); said != "" {
		s.trace(false, said)
		return &fault.Error{Kind: fault.Send, Problem: fault.SendInjected, Text: "text was injected behind the answer to STARTTLS", Said: said}
	}
	return nil
}

// UnderTLS begins again on the connection, which now has TLS. What the server
// offered before does not count any more (RFC 3207, section 4.2).
func (s *Session) UnderTLS(name string) error {
	s.lines.Reset(s.conn)
	s.offers = nil
	return s.Hello(name)
}

// Quit says goodbye, unless that could be taken for something else, and does not wait
// for an answer.
func (s *Session) Quit() {
	if !s.over && s.lines.Buffered() == 0 {
		_ = s.write("QUIT", "QUIT", "QUIT")
	}
}

// command sends a command and reads its answer, whose code has to begin with that
// digit.
func (s *Session) command(digit int, words ...string) (reply, error) {
	line := strings.Join(words, " ")
	if err := s.write(words[0], line, line); err != nil {
		return reply{}, err
	}
	return s.answer(digit)
}

// write sends a line, of which shown is traced, unless the server has spoken out of
// turn.
func (s *Session) write(command, line, shown string) error {
	if strings.ContainsAny(line, "\r\n\x00") {
		return fault.New(fault.Usage, "CR, LF and NUL cannot be sent in a command")
	}
	if s.lines.Buffered() > 0 {
		return s.outOfTurn()
	}
	s.asked = command
	s.trace(true, shown)
	_, err := io.WriteString(s.conn, line+"\r\n")
	return s.ended(err)
}

// outOfTurn is what a server says that was not asked: a refusal is its last word
// (RFC 5321, section 3.8), anything else breaks the protocol.
func (s *Session) outOfTurn() error {
	said := s.waiting()
	s.over = true
	if r, err := s.read(); err == nil && r.refuses() {
		return s.refusal(r)
	}
	return s.broken("the submission server speaks before it is asked", said)
}

// waiting returns the line, or the beginning of it, that was read already and not
// asked for; "" is none.
func (s *Session) waiting() string {
	begin, _ := s.lines.Peek(min(s.lines.Buffered(), maxSaid))
	line, _, _ := strings.Cut(string(begin), "\n")
	return strings.TrimSuffix(line, "\r")
}

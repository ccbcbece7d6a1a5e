package submit

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/sasl"
)

const (
	// maxRounds bounds the challenges of one AUTH.
	maxRounds = 10

	// maxAuth is how long a line of AUTH may be, with its end (RFC 4954, section 4).
	maxAuth = 12288
)

// Auth logs in by a mechanism (RFC 4954). The initial response is sent with the
// command if it fits, else it answers the first challenge. If the mechanism fails,
// the exchange is canceled with "*". A success counts only once the mechanism is
// complete.
func (s *Session) Auth(name string, x sasl.Client) error {
	err := s.exchange(name, x)
	if refusal, ok := errors.AsType[*Refusal](err); ok && x.Refusal() != "" {
		refusal.Text += " (" + x.Refusal() + ")"
	}
	if err == nil && !x.Proven() {
		return fault.New(fault.Send, "the submission server accepted the login before it was complete").Because(fault.Unproven)
	}
	return err
}

func (s *Session) exchange(name string, x sasl.Client) error {
	initial := x.Initial()
	line, shown := "AUTH "+name, "AUTH "+name
	if full := line + " " + encodeInitial(initial); initial != nil && len(full)+2 <= maxAuth {
		line, shown, initial = full, shown+" "+Redacted, nil
	}
	if err := s.write("AUTH", line, shown); err != nil {
		return err
	}
	for range maxRounds {
		challenge, more, err := s.challenge(x)
		if err != nil || !more {
			return err
		}
		response := initial
		if initial = nil; response == nil {
			if response, err = x.Next(challenge); err != nil {
				_ = s.write("AUTH", "*", "*")
				return err
			}
		}
		if err := s.write("AUTH", base64.StdEncoding.EncodeToString(response), Redacted); err != nil {
			return err
		}
	}
	return s.broken("the submission server sent too many challenges in one AUTH", "")
}

// encodeInitial encodes an initial response; an empty one is "=".
func encodeInitial(initial []byte) string {
	if len(initial) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(initial)
}

// challenge reads the answer to a step of AUTH. It reports false if the exchange is
// over.
func (s *Session) challenge(x sasl.Client) (challenge []byte, more bool, err error) {
	trace := s.trace
	defer func() { s.trace = trace }()
	s.trace = func(sent bool, line string) { trace(sent, hidden(line, x)) }
	r, err := s.read()
	switch {
	case err != nil:
		return nil, false, err
	case r.code == 235:
		return nil, false, nil
	case r.refuses():
		return nil, false, s.refusal(r)
	case r.code != 334 || len(r.lines) > 1:
		return nil, false, s.broken("the submission server gives an answer that does not fit AUTH", strconv.Itoa(r.code)+" "+r.text())
	}
	if challenge, err = base64.StdEncoding.DecodeString(r.text()); err != nil {
		return nil, false, s.broken("the submission server sent a challenge that is not base64", "")
	}
	return challenge, true, nil
}

// hidden is a line of an answer as it may be shown: without a challenge that a
// secret can be computed from.
func hidden(line string, x sasl.Client) string {
	text, ok := strings.CutPrefix(line, "334")
	if !ok {
		return line
	}
	challenge, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || x.Hides(challenge) {
		return "334 " + Redacted
	}
	return line
}

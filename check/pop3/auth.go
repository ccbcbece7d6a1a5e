package pop3

import (
	"encoding/base64"
	"strings"

	"check_pop3x/check/fault"
)

// maxRounds bounds the challenges of one AUTH.
const maxRounds = 10

// An Exchange is the client's side of a mechanism.
type Exchange interface {
	// Initial returns the initial response, or nil where the mechanism has none.
	Initial() []byte
	// Next answers a challenge. Its error cancels the exchange.
	Next(challenge []byte) ([]byte, error)
	// Hides says whether nobody may see the challenge that comes now, as far as it
	// could be decoded.
	Hides(challenge []byte) bool
}

// Auth runs a SASL exchange (RFC 5034, section 4). The initial response goes
// along with the command where both fit into MaxCommand, else it answers the
// first challenge. An error of Next cancels the exchange with "*" and is
// returned.
func (c *Conn) Auth(mechanism string, x Exchange) error {
	line, shown := "AUTH "+mechanism, "AUTH "+mechanism
	answer, initial := x.Next, x.Initial()
	if full := line + " " + encode(initial); initial != nil && len(full)+2 <= MaxCommand {
		line, shown = full, shown+" "+Redacted
	} else if initial != nil {
		answer = func(challenge []byte) ([]byte, error) {
			answer = x.Next
			if len(challenge) > 0 { // the client is to speak first
				return nil, fault.New(fault.Protocol, "a challenge before the initial response")
			}
			return initial, nil
		}
	}
	if err := c.send("AUTH", line, shown); err != nil {
		return err
	}
	for round := 0; ; round++ {
		challenge, more, err := c.challenge(x)
		if err != nil || !more {
			return err
		}
		if round == maxRounds {
			return c.cancel(fault.New(fault.Protocol, "more than %d challenges in one AUTH", maxRounds))
		}
		response, err := answer(challenge)
		if err != nil {
			return c.cancel(err)
		}
		if err := c.send("AUTH", base64.StdEncoding.EncodeToString(response), Redacted); err != nil {
			return err
		}
	}
}

// encode writes an initial response; an empty one is "=" (RFC 5034, section 4).
func encode(initial []byte) string {
	if len(initial) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(initial)
}

// challenge reads what answers a step of AUTH: more is false once it is over.
func (c *Conn) challenge(x Exchange) (challenge []byte, more bool, err error) {
	line, err := c.lines.next()
	if err != nil {
		return nil, false, received(err)
	}
	ok, text, known := status(line)
	if !known {
		return c.decode(x, line)
	}
	c.trace(false, line)
	if !ok {
		err = refusal("AUTH", text)
	}
	return nil, false, err
}

// decode reads a line that can only be a challenge.
func (c *Conn) decode(x Exchange, line string) (challenge []byte, more bool, err error) {
	word, text, _ := strings.Cut(line, " ")
	challenge, err = base64.StdEncoding.DecodeString(text)
	if strings.HasPrefix(line, "+") && x.Hides(challenge) {
		line = "+ " + Redacted
	}
	c.trace(false, line)
	if word != "+" || err != nil || strings.Contains(text, "\r") { // which the decoder passes over
		return nil, false, &fault.Error{Kind: fault.Protocol, Text: "neither +OK, -ERR nor a challenge in base64", Said: line}
	}
	return challenge, true, nil
}

// A givenUp exchange is asked nothing any more: its mechanism may still compute.
type givenUp struct{ Exchange }

func (givenUp) Hides([]byte) bool { return true }

// cancel ends an exchange that the client does not want to go on with, for the
// reason given (RFC 5034, section 4).
func (c *Conn) cancel(reason error) error {
	if err := c.send("AUTH", "*", "*"); err != nil {
		return reason
	}
	_, _, _ = c.challenge(givenUp{})
	return reason
}

package pop3

import (
	"encoding/base64"
	"errors"
	"strings"

	"check_pop3x/check/fault"
)

// maxRounds bounds the challenges of one AUTH.
const maxRounds = 10

// An Exchange is the client's side of a mechanism.
type Exchange interface {
	// Initial returns the initial response, or nil if the mechanism has none.
	Initial() []byte
	// Next answers a challenge. Its error cancels the exchange.
	Next(challenge []byte) ([]byte, error)
	// Refusal returns why the server refuses, if it said so inside the exchange.
	Refusal() string
	// Hides reports whether the challenge must not be shown. It may be decoded only
	// in part.
	Hides(challenge []byte) bool
}

// Auth runs a SASL exchange (RFC 5034, section 4). The initial response is sent
// with the command if both fit into MaxCommand and TwoSteps is not set, else it
// answers the first challenge. If Next fails, Auth cancels the exchange with "*"
// and returns that error. A server that has said inside the exchange why it
// refuses has refused the credentials, even if it does not wait for the answer or
// hangs up.
func (c *Conn) Auth(mechanism string, x Exchange) error {
	err := c.exchange(mechanism, x)
	if refusal, ok := errors.AsType[*Error](err); ok {
		refusal.Reason = x.Refusal()
		refusal.Unsolicited = refusal.Unsolicited && refusal.Reason == ""
		return refusal
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Closed && x.Refusal() != "" {
		return &fault.Error{Kind: fault.Auth, Said: x.Refusal(), Text: "the server refused the login and hung up", Err: err}
	}
	return err
}

func (c *Conn) exchange(mechanism string, x Exchange) error {
	initial := x.Initial()
	inline, err := c.begin(mechanism, initial)
	if err == nil && initial != nil && !inline {
		err = c.answerFirst(mechanism, initial)
	}
	if err != nil {
		return err
	}
	for round := 0; ; round++ {
		challenge, more, err := c.challenge(x)
		if refusal, ok := errors.AsType[*Error](err); ok {
			refusal.Inline = inline && round == 0
		}
		if err != nil || !more {
			return err
		}
		if round == maxRounds {
			return c.cancel(fault.New(fault.Protocol, "the server sent more than %d challenges in one AUTH", maxRounds))
		}
		response, err := x.Next(challenge)
		if err != nil {
			return c.cancel(err)
		}
		if err := c.respond(response); err != nil {
			return err
		}
	}
}

// begin sends the command and reports whether the initial response is in it; nil
// is none.
func (c *Conn) begin(mechanism string, initial []byte) (inline bool, err error) {
	line := "AUTH " + mechanism
	full := line + " " + encodeInitial(initial)
	if initial == nil || c.TwoSteps || len(full)+2 > MaxCommand {
		return false, c.send("AUTH", line, line)
	}
	return true, c.send("AUTH", full, line+" "+Redacted)
}

// answerFirst sends the initial response as the answer to the first challenge.
// That has to be empty, but some servers put words for people into it ("+ go
// ahead"), and Exchange 2003 says +OK to AUTH NTLM (jstedfast/MailKit#391).
func (c *Conn) answerFirst(mechanism string, initial []byte) error {
	line, err := c.next(answer{command: "AUTH"})
	if err != nil {
		return err
	}
	c.trace(false, line)
	switch ok, text, known := status(line); {
	case known && !ok:
		return refusal("AUTH", text)
	case known && mechanism != "NTLM":
		return fault.New(fault.Protocol, "the server said +OK before the login was sent")
	case !strings.HasPrefix(line, "+"):
		return notChallenge(line)
	}
	return c.respond(initial)
}

func (c *Conn) respond(response []byte) error {
	return c.send("AUTH", base64.StdEncoding.EncodeToString(response), Redacted)
}

func notChallenge(line string) error {
	return &fault.Error{Kind: fault.Protocol, Text: "the answer to AUTH is neither +OK, -ERR nor base64", Said: line}
}

// encodeInitial encodes an initial response; an empty one is "=" (RFC 5034,
// section 4).
func encodeInitial(initial []byte) string {
	if len(initial) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(initial)
}

// challenge reads the reply to a step of AUTH. It reports false if the exchange
// is over.
func (c *Conn) challenge(x Exchange) (challenge []byte, more bool, err error) {
	line, err := c.next(answer{command: "AUTH"})
	if err != nil {
		return nil, false, err
	}
	ok, text, known := status(line)
	if !known {
		return c.decodeChallenge(x, line)
	}
	c.trace(false, line)
	c.last = ""
	if !ok {
		err = refusal("AUTH", text)
	}
	return nil, false, err
}

// decodeChallenge decodes a line that can only be a challenge.
func (c *Conn) decodeChallenge(x Exchange, line string) (challenge []byte, more bool, err error) {
	word, text, _ := strings.Cut(line, " ")
	challenge, err = base64.StdEncoding.DecodeString(text)
	if strings.HasPrefix(line, "+") && x.Hides(challenge) {
		line = "+ " + Redacted
	}
	c.trace(false, line)
	if word != "+" || err != nil || strings.Contains(text, "\r") { // which the decoder ignores
		return nil, false, notChallenge(line)
	}
	return challenge, true, nil
}

// canceled stands for an exchange that failed: its mechanism may still be
// computing and must not be called.
type canceled struct{ Exchange }

func (canceled) Hides([]byte) bool { return true }

// cancel ends an exchange (RFC 5034, section 4) and returns the reason.
func (c *Conn) cancel(reason error) error {
	if err := c.send("AUTH", "*", "*"); err != nil {
		return reason
	}
	_, _, _ = c.challenge(canceled{})
	return reason
}

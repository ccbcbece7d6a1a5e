package pop3

import (
	"errors"
	"math"
	"strings"

	"check_pop3x/check/fault"
)

// MaxCommand bounds a command that is sent, CR LF included, in octets
// (RFC 2449, section 4).
const MaxCommand = 255

// capaLimit is far above what any server lists.
var capaLimit = listLimit{lines: 500, octets: 32 << 10, shown: 500}

// Capabilities is the reply to CAPA: each element is a capability with its
// arguments.
type Capabilities []string

// Get returns the arguments of a capability. It reports false if the server does
// not have it. Case does not matter (RFC 2449, section 3).
func (c Capabilities) Get(name string) (args []string, found bool) {
	for _, line := range c {
		words := strings.Fields(line)
		if len(words) > 0 && strings.EqualFold(words[0], name) {
			args, found = append(args, words[1:]...), true
		}
	}
	return args, found
}

// Has reports whether the server has a capability, and with it all of the given
// arguments.
func (c Capabilities) Has(name string, arg ...string) bool {
	args, found := c.Get(name)
	for _, want := range arg {
		found = found && containsFold(args, want)
	}
	return found
}

func containsFold(words []string, want string) bool {
	for _, w := range words {
		if strings.EqualFold(w, want) {
			return true
		}
	}
	return false
}

// Capa asks for the server's capabilities (RFC 2449, section 5). A server without
// CAPA refuses with an *Error.
func (c *Conn) Capa() (Capabilities, error) {
	before := c.last
	if _, err := c.command("CAPA"); err != nil {
		return nil, err
	}
	capabilities := Capabilities{}
	err := c.list("CAPA", capaLimit, func(line []byte, _ int) error {
		if _, _, reply := status(string(line)); reply && before == greeting && len(capabilities) == 0 {
			return &fault.Error{Kind: fault.Protocol, Text: "the server answered twice, at the greeting or at CAPA", Said: string(line)}
		}
		capabilities = append(capabilities, string(line))
		return nil
	})
	return capabilities, err
}

// STLS asks for TLS (RFC 2595, section 4). After it has returned nil, the caller
// does the handshake and begins a new session on the same transport: everything
// learned before has to be forgotten. Text after the +OK is a fault of kind stls,
// as it is neither TLS nor the reply to a command sent under TLS.
func (c *Conn) STLS() error {
	if _, err := c.command("STLS"); err != nil {
		return err
	}
	said, found, err := c.lines.waiting()
	if err != nil {
		return ended(err, "after its answer to STLS")
	}
	if found {
		c.trace(false, said)
		return &fault.Error{Kind: fault.STLS, Text: "text was injected behind the answer to STLS", Problem: fault.Injected, Said: said}
	}
	return nil
}

// UTF8 asks for messages and names in UTF-8 (RFC 6856, section 2). It is sent
// before login, and at once, or if the server has the capability PIPELINING in one
// write with the next command, whose method reads both replies. A server may
// refuse it, which is not an error.
func (c *Conn) UTF8(pipelining bool) error {
	const utf8 = "UTF8"
	if pipelining {
		c.held = utf8
		return nil
	}
	return unlessRefused(c.command(utf8))
}

// unlessRefused returns err, or nil if the server has refused the command.
func unlessRefused(_ string, err error) error {
	if refusal, ok := errors.AsType[*Error](err); ok && !refusal.Unsolicited {
		return nil
	}
	return err
}

// User names the mailbox (RFC 1939, section 7).
func (c *Conn) User(name string) error {
	_, err := c.command("USER", name)
	return err
}

// Pass sends the password of the mailbox (RFC 1939, section 7).
func (c *Conn) Pass(secret string) error {
	_, err := c.secretCommand("PASS "+secret, "PASS "+Redacted)
	return err
}

// Stat asks how many messages there are and how many octets they have
// (RFC 1939, section 5).
func (c *Conn) Stat() (messages, octets int64, err error) {
	text, err := c.command(string(STAT))
	if err != nil {
		return 0, 0, err
	}
	messages, octets, ok := parseListing(text)
	if !ok {
		return 0, 0, malformed("+OK "+text, "the answer to STAT is not two numbers")
	}
	return messages, octets, nil
}

// cutNumber parses the number that a line begins with, and returns what follows the
// blank after it. A number is digits and nothing else, as RFC 1939 writes them.
func cutNumber[T string | []byte](line T) (n int64, rest T, ok bool) {
	const limit = math.MaxInt64 / 10
	for i := range len(line) {
		d := line[i] - '0'
		if d > 9 {
			return n, line[i+1:], i > 0 && line[i] == ' '
		}
		if n >= limit && (n > limit || d > math.MaxInt64%10) {
			return 0, line, false
		}
		n = n*10 + int64(d)
	}
	return n, line[len(line):], len(line) > 0
}

// Quit ends the session and reads the reply (RFC 1939, sections 4 and 6).
func (c *Conn) Quit() error {
	_, err := c.command("QUIT")
	return err
}

// SendQuit sends QUIT and reads nothing. After a refused login some servers have
// hung up already, and one sends replies out of turn.
func (c *Conn) SendQuit() {
	c.trace(true, "QUIT")
	_, _ = c.w.Write([]byte("QUIT\r\n"))
}

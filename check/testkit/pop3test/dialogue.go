// Package pop3test has what the tests, the demo and the benchmarks need of a POP3 server: a player of
// written dialogues, a small real server, certificates made in memory, and a delaying relay. It is
// never linked into the shipped binary.
//
// A dialogue is written as it would be seen on the wire, one line after the other:
//
//	# the server demands TLS before login
//	S: +OK ready
//	C: USER alice
//	S: -ERR Command is not valid in this state.
//	C?: QUIT
//
// What the server does:
//
//	S: TEXT           says TEXT and CRLF; S lines that follow each other go out in one write
//	S- "TEXT"         says exactly these bytes, a quoted Go string, without CRLF
//	S* N "TEXT"       says them N times, in bounded memory; a client that hangs up ends the dialogue well
//	drip 300ms "TEXT" says them byte for byte with that pause; hanging up ends the dialogue well
//	flush             what was said until here goes out as a packet of its own
//	pause 2s          says nothing for that long; hanging up ends the dialogue well
//	silence           says nothing until the client is gone, which must be within the limit
//	tls               does the server's side of a TLS handshake; as the first line: TLS from the first byte
//	close             closes (TLS first), cut closes TCP without TLS's farewell, reset sends an RST
//	half-close        closes its own direction and goes on listening
//
// What the client must do:
//
//	C: TEXT           sends exactly TEXT and CRLF
//	C~ REGEXP         sends a line that REGEXP matches as a whole
//	C?: TEXT          sends TEXT, or hangs up, which ends the dialogue well
//	client-hello      sends a TLS handshake record, which is read and not answered: TLS to a plain port
//	pipelined         from here on it may send commands ahead of the answers
//	nobody            as the only line: does not even connect
//
// Two C lines without an S between them may come in one write. Otherwise the client keeps lock-step:
// whatever it sends before the greeting, or before the answer to its command, is a failure. At its end
// the server hangs up, and the client must do so as well without another byte. A client that hangs up
// while the server speaks does wrong only if a C line is still to come. Lines that are blank or start
// with # do not count.
package pop3test

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Dialogue is what a server says and what it expects, in order.
type Dialogue struct {
	steps  []step
	nobody bool
}

// step is one action and the line of the text that it stands in.
type step struct {
	line int
	action
}

// action is what the server does at one point of the dialogue.
type action interface {
	play(*talk) error
}

// prefixes are the kinds of line that begin with S or C.
var prefixes = []struct {
	prefix string
	parse  func(rest string) (action, error)
}{
	{"S:", func(rest string) (action, error) { return say(plain(rest) + "\r\n"), nil }},
	{"S-", func(rest string) (action, error) { text, err := quoted(rest); return say(text), err }},
	{"S*", parseRepeat},
	{"C:", func(rest string) (action, error) { return expect{want: plain(rest)}, nil }},
	{"C?:", func(rest string) (action, error) { return expect{want: plain(rest), optional: true}, nil }},
	{"C~", parseMatch},
}

// directives are the lines that are a word.
var directives = map[string]func(rest string) (action, error){
	"drip":         parseDrip,
	"pause":        parsePause,
	"flush":        bare(flush{}),
	"silence":      bare(silence{}),
	"tls":          bare(startTLS{}),
	"client-hello": bare(clientHello{}),
	"pipelined":    bare(pipelined{}),
	"half-close":   bare(halfClose{}),
	"close":        bare(hangUp{(*talk).closeAll}),
	"cut":          bare(hangUp{(*talk).closeRaw}),
	"reset":        bare(hangUp{(*talk).reset}),
	"nobody":       bare(nobody{}),
}

// Parse reads a dialogue. An error names the line.
func Parse(text string) (*Dialogue, error) {
	d := &Dialogue{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		a, err := parseLine(line)
		if err == nil {
			err = d.add(i+1, a)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if len(d.steps) == 0 && !d.nobody {
		return nil, errors.New("the dialogue is empty")
	}
	return d, nil
}

// parseLine finds what kind of line it is in the two tables.
func parseLine(line string) (action, error) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(line, p.prefix); ok {
			return p.parse(rest)
		}
	}
	word, rest, _ := strings.Cut(line, " ")
	parse, ok := directives[word]
	if !ok {
		return nil, fmt.Errorf("neither S: nor C: nor a directive: %q", line)
	}
	return parse(strings.TrimSpace(rest))
}

// add appends an action; texts that follow each other become one, so that they go out in one write.
func (d *Dialogue) add(line int, a action) error {
	if _, ok := a.(nobody); ok || d.nobody {
		if len(d.steps) > 0 || d.nobody {
			return errors.New("nobody stands alone")
		}
		d.nobody = true
		return nil
	}
	if len(d.steps) == 0 {
		d.steps = append(d.steps, step{line, a})
		return nil
	}
	last := &d.steps[len(d.steps)-1]
	switch before := last.action.(type) {
	case hangUp, silence:
		return errors.New("the dialogue has ended already")
	case say:
		if more, ok := a.(say); ok {
			last.action = before + more
			return nil
		}
	}
	d.steps = append(d.steps, step{line, a})
	return nil
}

// plain takes the one blank behind the prefix away, and no other.
func plain(rest string) string {
	return strings.TrimPrefix(rest, " ")
}

// quoted reads a Go string literal.
func quoted(s string) (string, error) {
	text, err := strconv.Unquote(strings.TrimSpace(s))
	if err != nil {
		return "", fmt.Errorf("not a quoted Go string: %s", strings.TrimSpace(s))
	}
	return text, nil
}

func parseRepeat(rest string) (action, error) {
	count, literal, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 {
		return nil, fmt.Errorf("not a count and a quoted string behind S*: %q", rest)
	}
	text, err := quoted(literal)
	if err == nil && text == "" {
		err = errors.New("nothing to say behind S*")
	}
	return repeat{n, text}, err
}

func parseMatch(rest string) (action, error) {
	re, err := regexp.Compile(`^(?:` + plain(rest) + `)$`)
	return expect{want: plain(rest), match: re}, err
}

func parseDrip(rest string) (action, error) {
	pause, literal, _ := strings.Cut(rest, " ")
	d, err := duration(pause)
	if err != nil {
		return nil, err
	}
	text, err := quoted(literal)
	return drip{d, text}, err
}

func parsePause(rest string) (action, error) {
	d, err := duration(rest)
	return pause(d), err
}

func duration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("not a duration: %q", s)
	}
	return d, nil
}

// bare is a directive that takes no argument.
func bare(a action) func(string) (action, error) {
	return func(rest string) (action, error) {
		if rest != "" {
			return nil, fmt.Errorf("takes no argument: %q", rest)
		}
		return a, nil
	}
}

package pop3test

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Dialogue is what a server sends and expects, in order.
type Dialogue struct {
	steps  []step
	nobody bool
	next   *Dialogue // of the connection after this one; nil: the same again
}

// A step is one action and its line in the text.
type step struct {
	line int
	action
}

// An action is what the server does in one step.
type action interface {
	play(*talk) error
}

// prefixes are the lines that begin with S or C.
var prefixes = []struct {
	prefix string
	parse  func(rest string) (action, error)
}{
	{"S:", func(rest string) (action, error) { return say(textOf(rest) + "\r\n"), nil }},
	{"S-", func(rest string) (action, error) { text, err := quoted(rest); return say(text), err }},
	{"S*", parseRepeat},
	{"C:", func(rest string) (action, error) { return expect{want: textOf(rest)}, nil }},
	{"C?:", func(rest string) (action, error) { return expect{want: textOf(rest), optional: true}, nil }},
	{"C~", parseMatch},
}

// directives are the lines that begin with another word.
var directives = map[string]func(rest string) (action, error){
	"drip":         parseDrip,
	"pause":        parsePause,
	"flush":        noArgument(flush{}),
	"silence":      noArgument(silence{}),
	"tls":          noArgument(startTLS{}),
	"client-hello": noArgument(clientHello{}),
	"await-next":   noArgument(awaitNext{}),
	"pipelined":    noArgument(pipelined{}),
	"half-close":   noArgument(halfClose{}),
	"close":        noArgument(hangUp{(*talk).closeAll}),
	"cut":          noArgument(hangUp{(*talk).closeRaw}),
	"reset":        noArgument(hangUp{(*talk).reset}),
	"nobody":       noArgument(nobody{}),
}

// Parse reads a dialogue. An error names the line.
func Parse(text string) (*Dialogue, error) {
	first := &Dialogue{}
	d := first
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if line == "next" && !d.empty() {
			d.next = &Dialogue{}
			d = d.next
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
	if d.empty() {
		return nil, errors.New("the dialogue is empty")
	}
	return first, nil
}

func (d *Dialogue) empty() bool { return len(d.steps) == 0 && !d.nobody }

// connections is how many connections have a dialogue of their own.
func (d *Dialogue) connections() (n int) {
	for ; d != nil; d = d.next {
		n++
	}
	return n
}

// of returns the dialogue of the n-th connection.
func (d *Dialogue) of(n int) *Dialogue {
	for ; n > 1 && d.next != nil; n-- {
		d = d.next
	}
	return d
}

// parseLine looks up a line in the two tables.
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

// add appends an action. Consecutive texts become one, so that they are one
// write.
func (d *Dialogue) add(line int, a action) error {
	if _, ok := a.(nobody); ok || d.nobody {
		if len(d.steps) > 0 || d.nobody {
			return errors.New("nobody has to be the only line")
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

// textOf returns a line without its prefix and the blank after that.
func textOf(rest string) string {
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
		return nil, fmt.Errorf("action S* needs a count and a quoted string: %q", rest)
	}
	text, err := quoted(literal)
	if err == nil && text == "" {
		err = errors.New("action S* needs a text")
	}
	return repeat{n, text}, err
}

func parseMatch(rest string) (action, error) {
	re, err := regexp.Compile(`^(?:` + textOf(rest) + `)$`)
	return expect{want: textOf(rest), match: re}, err
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

// noArgument parses a directive that takes no argument.
func noArgument(a action) func(string) (action, error) {
	return func(rest string) (action, error) {
		if rest != "" {
			return nil, fmt.Errorf("takes no argument: %q", rest)
		}
		return a, nil
	}
}

package loop

import (
	"bytes"
	"crypto/hmac"
	"slices"
	"strings"
)

// sealed are the fields that the seal vouches for, in lower case. Each of them is
// there once. Servers on the way add others on top.
var sealed = []string{"date", "from", "message-id", "subject", "to"}

// The bounds of a probe.
const (
	MaxBody  = 40       // lines of its body
	maxLines = 1000     // of a message that may be one
	maxSize  = 64 << 10 // octets of such a message
)

// Sign returns a message with the field of the probe on top. The message has CR LF
// at the end of each line, each of the sealed fields, at most MaxBody lines behind
// the header, and only ASCII, so that servers do not encode it again.
func (k Key) Sign(p Probe, message []byte) []byte {
	var m Message
	for line := range bytes.SplitSeq(bytes.TrimSuffix(message, []byte("\r\n")), []byte("\r\n")) {
		m.Add(line)
	}
	field := strings.Join([]string{Field + ": " + p.text(), k.code("probe", p.text()), k.seal(p, &m)}, "\r\n ")
	return append([]byte(field+"\r\n"), message...)
}

// seal returns the code of what was written.
func (k Key) seal(p Probe, m *Message) string { return k.code("seal", p.text(), m.canonical()) }

// A Message is one of a mailbox that may be a probe, and is read line by line, with
// all lines of its body.
type Message struct {
	fields  []string // unfolded, "name:value"
	body    []string
	inBody  bool
	lines   int
	octets  int
	tooMuch bool
}

// Add takes the next line, without its end.
func (m *Message) Add(line []byte) {
	m.lines++
	m.octets += len(line) + 2
	if m.tooMuch = m.tooMuch || m.lines > maxLines || m.octets > maxSize; m.tooMuch {
		return
	}
	text := string(line)
	switch {
	case m.inBody:
		m.body = append(m.body, strings.TrimRight(text, " \t"))
	case text == "":
		m.inBody = true
	case len(m.fields) > 0 && (text[0] == ' ' || text[0] == '\t'):
		m.fields[len(m.fields)-1] += text
	default:
		m.fields = append(m.fields, text)
	}
}

// Size returns how many octets and lines the message has.
func (m *Message) Size() (octets, lines int64) { return int64(m.octets), int64(m.lines) }

// values returns the values of the fields of a name, with single blanks.
func (m *Message) values(name string) (all []string) {
	for _, field := range m.fields {
		before, value, found := strings.Cut(field, ":")
		if found && strings.EqualFold(strings.TrimRight(before, " \t"), name) {
			all = append(all, strings.Join(strings.Fields(value), " "))
		}
	}
	return all
}

// canonical returns what the seal is for, without what servers change on the way:
// folding, blanks at the ends of lines, and empty lines at the end (as in RFC 6376,
// section 3.4).
func (m *Message) canonical() string {
	var text strings.Builder
	for _, name := range sealed {
		text.WriteString(name + ":" + strings.Join(m.values(name), "\n"+name+":") + "\n")
	}
	body := m.body
	for len(body) > 0 && body[len(body)-1] == "" {
		body = body[:len(body)-1]
	}
	return text.String() + "\n" + strings.Join(body, "\n")
}

// Wrote returns the probe that a message is. It reports false unless all of the
// message is as it was written with this key, except for fields that servers added.
func (k Key) Wrote(m *Message) (Probe, bool) {
	own := m.values(Field)
	once := !slices.ContainsFunc(sealed, func(name string) bool { return len(m.values(name)) != 1 })
	if m.tooMuch || !m.inBody || !once || len(own) != 1 {
		return Probe{}, false
	}
	p, ok := k.Verify(own[0])
	words := strings.Fields(own[0])
	return p, ok && len(words) == 5 && hmac.Equal([]byte(words[4]), []byte(k.seal(p, m)))
}

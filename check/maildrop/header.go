package maildrop

import (
	"bytes"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

// The bounds of what is kept of one header.
const (
	maxValue  = 16 << 10 // octets of a field
	maxValues = 64       // fields of one name
	maxShown  = 1024     // octets of a line that is malformed
)

// fields are names of header fields, in lower case.
type fields map[string]bool

// A Header keeps the wanted fields of a header that is read line by line
// (RFC 5322, section 2.2).
type Header struct {
	wanted    fields
	kept      map[string][]string // by name in lower case, unfolded, in their order
	current   string              // the field that a folded line continues; "" if it is not kept
	lines     int
	malformed string    // the first line that belongs to no header
	cut       fields    // those of which not all was kept
	heights   []int     // how many Received fields are above each Authentication-Results
	ended     bool      // the blank line was read
	sent      time.Time // if that is known from elsewhere
}

// SentAt tells when this program has sent the message.
func (h *Header) SentAt(when time.Time) { h.sent = when }

// Add takes the next line. Lines after the blank one are ignored: some servers
// send more than was asked for.
func (h *Header) Add(line []byte) {
	switch {
	case h.ended:
		return
	case len(line) == 0:
		h.ended = true
		return
	}
	h.lines++
	if line[0] == ' ' || line[0] == '\t' {
		h.unfold(line)
		return
	}
	name, value, found := bytes.Cut(line, []byte(":"))
	name = bytes.TrimRight(name, " \t") // RFC 5322, section 4.5
	if !found || !isFieldName(name) {
		h.reject(line)
		return
	}
	h.begin(strings.ToLower(string(name)), value)
}

// isFieldName reports whether name may be the name of a field (RFC 5322,
// section 2.2).
func isFieldName(name []byte) bool {
	for _, c := range name {
		if c <= ' ' || c > '~' || c == ':' {
			return false
		}
	}
	return len(name) > 0
}

// begin starts a field.
func (h *Header) begin(name string, value []byte) {
	if h.current = ""; !h.wanted[name] {
		return
	}
	if h.kept == nil {
		h.kept, h.cut = map[string][]string{}, fields{}
	}
	if len(h.kept[name]) >= maxValues {
		h.cut[name] = true
		return
	}
	h.cut[name] = h.cut[name] || len(value) > maxValue
	h.current = name
	if name == authResults {
		h.heights = append(h.heights, len(h.kept["received"]))
	}
	h.kept[name] = append(h.kept[name], string(bytes.TrimSpace(value[:min(len(value), maxValue)])))
}

// unfold appends a folded line to its field (RFC 5322, section 2.2.3).
func (h *Header) unfold(line []byte) {
	if h.lines == 1 {
		h.reject(line)
	}
	if h.current == "" {
		return
	}
	values := h.kept[h.current]
	last := &values[len(values)-1]
	if len(*last)+len(line) > maxValue {
		h.cut[h.current] = true
		return
	}
	*last += " " + string(bytes.TrimSpace(line))
}

// reject remembers the first line that belongs to no header.
func (h *Header) reject(line []byte) {
	if h.current = ""; h.malformed == "" {
		h.malformed = string(line[:min(len(line), maxShown)])
	}
}

// Fault returns what is wrong with the header of the newest message as a whole,
// or nil.
func (h *Header) Fault() error {
	switch {
	case h.malformed != "":
		return &fault.Error{Kind: fault.Consistency, Problem: fault.HeaderDamaged, Said: h.malformed, Text: "the newest message has a line in its header that is not a field"}
	case h.lines == 0:
		return fault.New(fault.Consistency, "the newest message has no header").Because(fault.HeaderDamaged)
	}
	return nil
}

// Values returns the fields of a name in lower case, if they are wanted, unfolded
// and in their order.
func (h *Header) Values(name string) []string { return h.kept[name] }

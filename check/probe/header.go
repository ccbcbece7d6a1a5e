package probe

import (
	"bytes"
	"strings"

	"check_pop3x/check/fault"
)

// The bounds of what is kept of one header.
const (
	maxValue  = 16 << 10 // octets of a field
	maxValues = 64       // fields of one name
)

// fields are names of header fields, in lower case.
type fields map[string]bool

// A header takes the lines of one and keeps the wanted fields (RFC 5322,
// section 2.2). Of the others nothing is kept.
type header struct {
	wanted fields
	kept   map[string][]string // by name in lower case, unfolded, in their order
	name   string              // of the field that goes on; "" where it is not kept
	lines  int
	wrong  string // the first line that belongs to no header
	body   bool   // the blank line was there
}

// line takes the next one. Servers that send more than was asked for are let
// do so.
func (h *header) line(b []byte) {
	switch {
	case h.body:
		return
	case len(b) == 0:
		h.body = true
		return
	}
	h.lines++
	if b[0] == ' ' || b[0] == '\t' {
		h.goesOn(b)
		return
	}
	name, value, found := bytes.Cut(b, []byte(":"))
	name = bytes.TrimRight(name, " \t") // RFC 5322, section 4.5
	if !found || !isName(name) {
		h.refuse(b)
		return
	}
	h.begins(strings.ToLower(string(name)), value)
}

// isName says whether it may be the name of a field (RFC 5322, section 2.2).
func isName(name []byte) bool {
	for _, c := range name {
		if c <= ' ' || c > '~' || c == ':' {
			return false
		}
	}
	return len(name) > 0
}

func (h *header) begins(name string, value []byte) {
	if h.name = ""; !h.wanted[name] || len(h.kept[name]) >= maxValues {
		return
	}
	if h.kept == nil {
		h.kept = map[string][]string{}
	}
	h.name = name
	h.kept[name] = append(h.kept[name], string(bytes.TrimSpace(value[:min(len(value), maxValue)])))
}

// goesOn unfolds (RFC 5322, section 2.2.3).
func (h *header) goesOn(b []byte) {
	if h.lines == 1 {
		h.refuse(b)
	}
	if h.name == "" {
		return
	}
	values := h.kept[h.name]
	if last := &values[len(values)-1]; len(*last)+len(b) <= maxValue {
		*last += " " + string(bytes.TrimSpace(b))
	}
}

func (h *header) refuse(b []byte) {
	if h.name = ""; h.wrong == "" {
		h.wrong = string(b[:min(len(b), maxKept)])
	}
}

// fault says that what was read is no header, or nil.
func (h *header) fault() *fault.Error {
	switch {
	case h.wrong != "":
		return &fault.Error{Kind: fault.Consistency, Said: h.wrong, Text: "is no line of a header"}
	case h.lines == 0:
		return fault.New(fault.Consistency, "the newest message has no header")
	}
	return nil
}

package loop

import (
	"regexp"
	"strings"
)

// MaxNotice bounds what is read of a message that may be a notice: lines of its
// body.
const MaxNotice = 400

// A Notice is a message that may say that a probe could not be delivered
// (multipart/report, RFC 6522; RFC 3464). Its body is read line by line, without
// regard to its parts: what tells is a group of fields with a failed action, and
// the field of a probe in the header that was returned.
type Notice struct {
	group  map[string]string // fields since the last empty line, by name in lower case
	failed map[string]string // the first group of a recipient that could not be reached; nil: there is none
	name   string            // of the field that a folded line continues
	own    []string          // fields of probes
}

// Add takes the next line of the message, without its end.
func (n *Notice) Add(line []byte) {
	text := string(line)
	name, value, found := strings.Cut(text, ":")
	switch {
	case text == "":
		n.endGroup()
	case text[0] == ' ' || text[0] == '\t':
		n.set(n.name, n.group[n.name]+" "+strings.TrimSpace(text))
	case found:
		n.set(strings.ToLower(strings.TrimRight(name, " \t")), strings.TrimSpace(value))
	default:
		n.name = ""
	}
}

// set sets a field, unless it tells nothing.
func (n *Notice) set(name, value string) {
	n.name = ""
	switch name {
	case "action", "status", "diagnostic-code", "remote-mta", strings.ToLower(Field):
		if n.group == nil {
			n.group = map[string]string{}
		}
		n.name, n.group[name] = name, value[:min(len(value), maxSaid)]
	}
}

func (n *Notice) endGroup() {
	if n.failed == nil && strings.EqualFold(n.group["action"], "failed") {
		n.failed = n.group
	}
	if own := n.group[strings.ToLower(Field)]; own != "" && len(n.own) < maxBounced {
		n.own = append(n.own, own)
	}
	n.group, n.name = nil, ""
}

// Bounce returns the probe that came back. It reports false if the message does not
// say so of a probe with this key.
func (k Key) Bounce(n *Notice) (Bounce, bool) {
	n.endGroup()
	if n.failed == nil {
		return Bounce{}, false
	}
	for _, own := range n.own {
		if p, ok := k.Verify(own); ok {
			return Bounce{p, statusOf(n.failed["status"]), typed(n.failed["diagnostic-code"]), typed(n.failed["remote-mta"])}, true
		}
	}
	return Bounce{}, false
}

// statusOf returns the status that a value begins with (RFC 3463, section 2); "" if
// it does not.
func statusOf(value string) string {
	return regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`).FindString(value)
}

// typed returns a value without its type (RFC 3464, section 2.1.2): "550 no such
// user" of "smtp; 550 no such user".
func typed(value string) string {
	if _, rest, found := strings.Cut(value, ";"); found {
		value = rest
	}
	return strings.TrimSpace(value)
}

// Package verdict judges a Report: which state each finding has, which limits
// were passed, what the whole comes to. It is pure: no clock, no connection, no
// wording.
package verdict

import (
	"strings"

	"github.com/olorin/nagiosplugin"
)

// A Status is the state of a check; its value is the exit code.
type Status int

// The four states of the plugin guidelines.
const (
	OK       = Status(nagiosplugin.OK)
	Warning  = Status(nagiosplugin.WARNING)
	Critical = Status(nagiosplugin.CRITICAL)
	Unknown  = Status(nagiosplugin.UNKNOWN)
)

// severity is the order of the states: UNKNOWN means "could not be judged", so
// a CRITICAL that was seen is never hidden by it.
var severity = [...]int{OK: 0, Unknown: 1, Warning: 2, Critical: 3}

func (s Status) String() string { return nagiosplugin.Status(s).String() }

// Worse says whether s is more severe than other.
func (s Status) Worse(other Status) bool { return severity[s] > severity[other] }

// ParseStatus reads a state by its name, the first letters of it or its number.
func ParseStatus(text string) (Status, bool) {
	for _, s := range []Status{OK, Warning, Critical, Unknown} {
		if text != "" && strings.HasPrefix(strings.ToLower(s.String()), strings.ToLower(text)) {
			return s, true
		}
	}
	if len(text) == 1 && '0' <= text[0] && text[0] <= '3' {
		return Status(text[0] - '0'), true
	}
	return Unknown, false
}

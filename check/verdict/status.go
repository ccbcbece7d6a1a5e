package verdict

import (
	"strings"

	"github.com/olorin/nagiosplugin"
)

// A Status is the state of a check; its value is the exit code.
type Status = nagiosplugin.Status

// The four states of the plugin guidelines.
const (
	OK       = nagiosplugin.OK
	Warning  = nagiosplugin.WARNING
	Critical = nagiosplugin.CRITICAL
	Unknown  = nagiosplugin.UNKNOWN
)

// severity is the order of the states: UNKNOWN means "could not be judged", so
// a CRITICAL that was seen is never hidden by it.
var severity = [...]int{OK: 0, Unknown: 1, Warning: 2, Critical: 3}

// worse reports whether s is more severe than other.
func worse(s, other Status) bool { return severity[s] > severity[other] }

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

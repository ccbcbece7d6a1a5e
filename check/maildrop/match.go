package maildrop

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Match is a pattern that a field of a header has to match.
type Match struct {
	Header  string // the name of the field
	Pattern *regexp.Regexp
}

// ParseMatch parses HEADER=REGEXP.
func ParseMatch(text string) (Match, error) {
	name, pattern, both := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	if !both || !isFieldName([]byte(name)) {
		return Match{}, fmt.Errorf("%q does not begin with the name of a header field and =", text)
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return Match{}, fmt.Errorf("%q is not a regular expression: %w", pattern, err)
	}
	return Match{name, re}, nil
}

func (m Match) field() string { return strings.ToLower(m.Header) }

// matches reports whether one of the fields with that name matches, after its
// encoded words are decoded. doubt is why nobody knows if none does; "" is a sure
// answer.
func (m Match) matches(h *Header) (found bool, doubt string) {
	values := h.kept[m.field()]
	for _, value := range values {
		texts, err := decode(value)
		if slices.ContainsFunc(texts, m.Pattern.MatchString) {
			return true, ""
		}
		if err != nil && doubt == "" {
			doubt = m.Header + " cannot be decoded: " + err.Error()
		}
	}
	if h.cut[m.field()] && doubt == "" {
		doubt = fmt.Sprintf("%s has more than %d KiB or %d fields", m.Header, maxValue>>10, maxValues)
	}
	if len(values) == 0 && (h.malformed != "" || h.lines == 0) {
		doubt = "the header cannot be read"
	}
	return false, doubt
}

package probe

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"regexp"
	"strings"
)

// A Match is what a message has to have in a field of its header.
type Match struct {
	Header  string
	Pattern *regexp.Regexp
}

// ParseMatch reads HEADER=REGEXP.
func ParseMatch(text string) (Match, error) {
	name, pattern, both := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	if !both || !isName([]byte(name)) {
		return Match{}, fmt.Errorf("%q does not begin with the name of a header field and =", text)
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return Match{}, fmt.Errorf("%q is not a regular expression: %w", pattern, err)
	}
	return Match{name, re}, nil
}

func (m Match) field() string { return strings.ToLower(m.Header) }

// fits says whether one of the fields of that name matches, with its encoded
// words decoded.
func (m Match) fits(h *header) bool {
	for _, value := range h.kept[m.field()] {
		if m.Pattern.MatchString(decoded(value)) {
			return true
		}
	}
	return false
}

// words decodes RFC 2047. The standard library knows UTF-8, ISO 8859-1 and
// ASCII. github.com/emersion/go-message knows all charsets, at the price of
// golang.org/x/text's tables in a plugin that starts thousands of times an hour;
// what people look for in a subject is nearly always ASCII, which all but a few
// charsets contain.
var words = mime.WordDecoder{CharsetReader: asciiOnly}

// decoded is a header field for people; one that cannot be decoded is as it came.
func decoded(value string) string {
	if text, err := words.DecodeHeader(value); err == nil {
		return text
	}
	return value
}

// asciiOnly keeps of a charset that is not known what is ASCII in it.
func asciiOnly(_ string, input io.Reader) (io.Reader, error) {
	text, err := io.ReadAll(io.LimitReader(input, maxValue))
	return bytes.NewReader(bytes.Map(func(r rune) rune {
		if r > '~' {
			return '\uFFFD'
		}
		return r
	}, text)), err
}

package maildrop

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"regexp"
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
// encoded words (RFC 2047) are decoded.
func (m Match) matches(h *Header) bool {
	for _, value := range h.kept[m.field()] {
		if m.Pattern.MatchString(decode(value)) {
			return true
		}
	}
	return false
}

// decoder decodes RFC 2047. The standard library knows UTF-8, ISO 8859-1 and
// ASCII. github.com/emersion/go-message knows all charsets, but links the tables
// of golang.org/x/text into a plugin that starts thousands of times an hour;
// what people look for in a subject is nearly always ASCII, which all but a few
// charsets contain.
var decoder = mime.WordDecoder{CharsetReader: onlyASCII}

// decode returns a field as people read it, or unchanged if it cannot be
// decoded.
func decode(value string) string {
	if text, err := decoder.DecodeHeader(value); err == nil {
		return text
	}
	return value
}

// onlyASCII replaces what is not ASCII in a charset that is not known.
func onlyASCII(_ string, input io.Reader) (io.Reader, error) {
	text, err := io.ReadAll(io.LimitReader(input, maxValue))
	return bytes.NewReader(bytes.Map(func(r rune) rune {
		if r > '~' {
			return '\uFFFD'
		}
		return r
	}, text)), err
}

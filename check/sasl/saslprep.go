package sasl

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// saslprep prepares a name or a password with SASLprep (RFC 4013), so that it is
// the same octets however it is typed. It reports false if text holds a prohibited
// character, or nothing is left of it. In one thing it follows RFC 8265, the
// successor: characters newer than Unicode 3.2 are allowed.
func saslprep(text string) (prepared string, ok bool) {
	if !strings.ContainsFunc(text, isNotPrintableASCII) {
		return text, true
	}
	prepared = norm.NFKC.String(strings.Map(mapCharacter, text))
	return prepared, prepared != "" && !strings.ContainsFunc(prepared, isProhibited) && hasOneDirection(prepared)
}

func isNotPrintableASCII(r rune) bool { return r < ' ' || r > '~' }

// removed are the characters that are mapped to nothing (RFC 3454, table B.1): they
// are not visible.
const removed = "\u00ad\u034f\u1806\u180b\u180c\u180d\u200b\u200c\u200d\u2060\ufeff" +
	"\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"

// mapCharacter maps a character (RFC 4013, section 2.1): to -1 if it is removed.
func mapCharacter(r rune) rune {
	switch {
	case strings.ContainsRune(removed, r):
		return -1
	case unicode.Is(unicode.Zs, r):
		return ' '
	}
	return r
}

// isProhibited reports whether a character is prohibited (RFC 4013, sections 2.3
// and 2.5): controls, formatting, private use, surrogates, what is no character,
// and those symbols that stand for something else (RFC 3454, tables C.6 and C.7).
func isProhibited(r rune) bool {
	return !unicode.IsGraphic(r) || r >= 0xFFF9 && r <= 0xFFFD || r >= 0x2FF0 && r <= 0x2FFB
}

// hasOneDirection reports whether text that is read from right to left, at least in
// part, is so as a whole (RFC 3454, section 6).
func hasOneDirection(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	return !strings.ContainsFunc(text, isRightToLeft) ||
		!strings.ContainsFunc(text, isLeftToRight) && isRightToLeft(first) && isRightToLeft(last)
}

func isRightToLeft(r rune) bool { c := class(r); return c == bidi.R || c == bidi.AL }

func isLeftToRight(r rune) bool { return class(r) == bidi.L }

// class is the direction of a character.
func class(r rune) bidi.Class {
	properties, _ := bidi.LookupRune(r)
	return properties.Class()
}

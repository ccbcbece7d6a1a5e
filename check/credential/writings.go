package credential

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible returns the characters of s that a reader sees, without bars, which are
// shown as blanks.
func visible(s string) string { return strings.Map(ifVisible, s) }

// legible is visible without octets that are no characters. Most of what text
// means in a code by chance is such octets.
func legible(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError {
			return -1
		}
		return ifVisible(r)
	}, s)
}

// ifVisible returns a character that a reader sees, and else -1.
func ifVisible(r rune) rune {
	switch {
	case r > ' ' && r < unicode.MaxASCII && r != '|':
		return r
	case r <= unicode.MaxASCII || unicode.IsSpace(r) || !unicode.IsPrint(r):
		return -1
	}
	return r
}

// squeeze returns the visible characters of s in lower case.
func squeeze(s string) string { return strings.ToLower(visible(s)) }

// decoded lists what visible text may mean in the usual writings.
func decoded(seen string) []string {
	all := make([]string, 0, 7)
	add := func(text string) {
		if text != "" {
			all = append(all, text)
		}
	}
	if text := unescape(seen); text != seen {
		add(text)
	}
	inHex := runs(withoutSeparators(seen), isHexDigit)
	for offset := range 2 {
		add(decodeRuns(inHex, func(octets []byte, run string) []byte {
			run = run[offset:]
			octets, _ = hex.AppendDecode(octets, []byte(run[:len(run)/2*2]))
			return octets
		}))
	}
	inBase64 := runs(strings.Map(standardDigit, seen), isBase64Digit)
	for offset := range 4 {
		add(decodeRuns(inBase64, func(octets []byte, run string) []byte {
			run = run[offset:]
			if len(run)%4 == 1 {
				run = run[:len(run)-1]
			}
			octets, _ = base64.RawStdEncoding.AppendDecode(octets, []byte(run))
			return octets
		}))
	}
	return all
}

// standardDigit returns a digit of base64 for one of base64 in URLs (RFC 4648,
// section 5).
func standardDigit(r rune) rune {
	switch r {
	case '-':
		return '+'
	case '_':
		return '/'
	}
	return r
}

// urlDigit is the opposite of standardDigit.
func urlDigit(r rune) rune {
	switch r {
	case '+':
		return '-'
	case '/':
		return '_'
	}
	return r
}

// withoutSeparators removes what stands between octets in hex: 63:6f, 0x63,0x6f.
func withoutSeparators(text string) string {
	if !strings.ContainsAny(text, `:-.,;xX`) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); i++ {
		switch two := text[i:min(i+2, len(text))]; {
		case two == "0x" || two == "0X" || two == `\x`:
			i++
		case strings.IndexByte(":-.,;", text[i]) < 0:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// minRun is how many digits in a row may be encoded text: of fewer not even half
// of a short secret is left.
const minRun = 6

// runs lists where text has only digits of a code.
func runs(text string, isDigit func(byte) bool) (all []string) {
	for i := 0; i < len(text); i++ {
		start := i
		for i < len(text) && isDigit(text[i]) {
			i++
		}
		if i-start >= minRun {
			all = append(all, text[start:i])
		}
	}
	return all
}

// decodeRuns joins what runs of digits mean, which decode appends.
func decodeRuns(runs []string, decode func(octets []byte, run string) []byte) string {
	var octets []byte
	for _, run := range runs {
		octets = decode(octets, run)
	}
	return string(octets)
}

func isHexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func isBase64Digit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '+' || c == '/'
}

// An escape is a way to write a character by its number: what it begins with, in
// lower case, how many digits it has at least and at most, their base, and
// whether the number is an octet.
type escape struct {
	begin       string
	least, most int
	base        int
	octet       bool
	end         string // may follow
}

var escapes = []escape{
	{"%u", 4, 4, 16, false, ""}, {"%", 2, 2, 16, true, ""}, // RFC 3986, section 2.1
	{"=", 2, 2, 16, true, ""},                                   // RFC 2045, section 6.7
	{"&#x", 1, 8, 16, false, ";"}, {"&#", 1, 8, 10, false, ";"}, // HTML
	{`\u{`, 1, 8, 16, false, "}"}, {`\u`, 8, 8, 16, false, ""}, {`\u`, 4, 4, 16, false, ""}, // RFC 8259, section 7
	{`\x{`, 1, 8, 16, false, "}"}, {`\x`, 2, 2, 16, true, ""}, {`\`, 3, 3, 8, true, ""},
	{"u+", 4, 4, 16, false, ""},
}

// unescape decodes characters that are written by their number or name.
func unescape(text string) string {
	if !strings.ContainsAny(text, `%=&\+`) {
		return text
	}
	if strings.Contains(text, "&") { // the characters of HTML that have to be written by name
		text = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'").Replace(text)
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		character, size := unescapeOne(text[i:])
		b.WriteString(character)
		i += size
	}
	return b.String()
}

// unescapeOne returns the first character of text and how many octets it has.
func unescapeOne(text string) (character string, size int) {
	if !strings.ContainsRune(`%=&\uU`, rune(text[0])) {
		return text[:1], 1
	}
	for _, e := range escapes {
		if character, size = e.decode(text); size > 0 {
			return character, size
		}
	}
	if strings.HasPrefix(text, "==") { // a soft line break before an escape
		return "", 1
	}
	if text[0] == '\\' && len(text) > 1 && !isBase64Digit(text[1]) {
		return text[1:2], 2
	}
	return text[:1], 1
}

// decode returns size 0 if text does not begin with the escape.
func (e escape) decode(text string) (character string, size int) {
	if len(text) < len(e.begin) || strings.ToLower(text[:len(e.begin)]) != e.begin {
		return "", 0
	}
	digits := text[len(e.begin):]
	n := 0
	for n < len(digits) && n < e.most && isHexDigit(digits[n]) && (e.base == 16 || digits[n] <= '9') {
		n++
	}
	number, err := strconv.ParseUint(digits[:n], e.base, 32)
	if n < e.least || err != nil || number > unicode.MaxRune || e.octet && number > 0xff {
		return "", 0
	}
	size = len(e.begin) + n
	if strings.HasPrefix(text[size:], e.end) {
		size += len(e.end)
	}
	if e.octet {
		return string([]byte{byte(number)}), size
	}
	return string(utf8.AppendRune(nil, rune(number))), size
}

package credential

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// visibleRunes returns the characters of s that a reader sees.
func visibleRunes(s string) []rune {
	var seen []rune
	for _, r := range s {
		if unicode.IsPrint(r) && r != ' ' && r != '|' {
			seen = append(seen, r)
		}
	}
	return seen
}

func reversedRunes(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// encode repeats a secret as a server may, between other text.
func encode(secret, before, after string, how uint8) string {
	whole := []byte(before + secret + after)
	seen := visibleRunes(secret)
	switch how % writings {
	case 1:
		return before + reversedRunes(secret) + after
	case 2:
		return before + hex.EncodeToString([]byte(secret)) + after
	case 3:
		return hex.EncodeToString(whole)
	case 4:
		return base64.StdEncoding.EncodeToString(whole)
	case 5:
		return base64.URLEncoding.EncodeToString(whole)
	case 6:
		return before + base64.RawStdEncoding.EncodeToString([]byte(secret)) + after
	case 7:
		return before + base64.URLEncoding.EncodeToString([]byte(secret)) + after
	case 8: // in part
		enough := min(len(seen), max(leastPart(len(seen)), (len(seen)+1)/2))
		from := int(how) * len(before) % (len(seen) - enough + 1)
		return before + string(seen[from:from+enough]) + after
	case 9:
		return before + eachOctet("%%%02x", secret) + after
	case 10:
		return before + eachOctet("=%02X", secret) + after
	case 11:
		return before + eachRune("&#%d;", secret) + after
	case 12:
		return before + eachRune("&#x%x;", secret) + after
	case 13:
		return before + eachRune(`\u{%x}`, secret) + after
	case 14:
		return before + eachOctet("%02x:", secret) + after
	case 15:
		return before + hex.EncodeToString([]byte(reversedRunes(secret))) + after
	case 16:
		return base64.StdEncoding.EncodeToString([]byte(before + base64.StdEncoding.EncodeToString(whole) + after))
	}
	return before + secret + after
}

// writings is the number of ways that encode knows; those from cased on are
// lost if the case of their letters changes.
const (
	writings = 17
	cased    = 16
)

func eachOctet(format, text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

func eachRune(format, text string) string {
	var b strings.Builder
	for _, c := range text {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

// inCase changes the case of text.
func inCase(text string, how uint8) string {
	switch how / writings % 3 {
	case 1:
		return strings.ToUpper(text)
	case 2:
		return strings.ToLower(text)
	}
	return text
}

// invisible are texts that a reader does not see.
var invisible = []string{" ", "\t", "\x00", "\x1b", "\r", "\u00a0", "\u200b", "\u0085", "  ", "|"}

// scatter inserts an invisible text after each character whose bit is set.
func scatter(text string, where uint64) string {
	var b strings.Builder
	for i, r := range []rune(text) {
		b.WriteRune(r)
		if where>>(i%64)&1 == 1 {
			b.WriteString(invisible[i%len(invisible)])
		}
	}
	return b.String()
}

// breakUp inserts a character that no form contains after each three.
func breakUp(text string) string {
	var b strings.Builder
	for i, r := range []rune(text) {
		b.WriteRune(r)
		if i%3 == 2 {
			b.WriteString("§")
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// A text that contains the secret is replaced, in whatever form and case, and
// with invisible texts anywhere. A text that cannot contain it stays as it is.
func FuzzRedact(f *testing.F) {
	for i, secret := range []string{"hunter2!", "Correct+Horse/Battery", "100% geheim", "aaaaaa", "abcabcabc", `"quoted\"`, "~~~???>>>", "123456"} {
		for how := range uint8(3 * writings) {
			f.Add(secret, "-ERR ", " is wrong", how, uint64(i)*0x5555555555555555)
		}
	}
	f.Fuzz(func(t *testing.T, secret, before, after string, how uint8, where uint64) {
		if !utf8.ValidString(secret) || len(visibleRunes(secret)) < 6 {
			return
		}
		changed := how/writings%3 != 0
		if changed && how%writings >= cased || !isASCII(secret) && how/writings%3 == 1 {
			return // some letters cannot be recovered from another case
		}
		r := NewRedactor(secret)
		text := inCase(encode(secret, before, after, how), how)
		if utf8.ValidString(text) {
			text = scatter(text, where)
		}
		if got := r.Keep(text); got != Hidden {
			t.Errorf("the secret %q is shown by %q", secret, text)
		}
		if harmless := breakUp(before + after); isASCII(secret) && r.Keep(harmless) != harmless {
			t.Errorf("the secret %q hides %q", secret, harmless)
		}
	})
}

// pieces is a reader that returns at most size octets at a time.
type pieces struct {
	text []byte
	size int
	read int
}

func (r *pieces) Read(p []byte) (int, error) {
	if r.read == len(r.text) {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), r.size)], r.text[r.read:])
	r.read += n
	return n, nil
}

// The password is the first line without its line end. What cannot be sent is
// refused. The size of the reads does not matter, and no more is read than
// needed.
func FuzzFirstLine(f *testing.F) {
	for _, s := range contents {
		f.Add([]byte(s.content), uint16(1))
		f.Add([]byte(s.content), uint16(4096))
	}
	f.Add(bytes.Repeat([]byte("x"), 5000), uint16(4095))
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		f.Add([]byte(mark), uint16(2))
		f.Add([]byte(mark+"secret\n"), uint16(1))
	}
	f.Fuzz(func(t *testing.T, text []byte, size uint16) {
		line, _, ended := bytes.Cut(text, []byte("\n"))
		if ended && bytes.HasSuffix(line, []byte("\r")) {
			line = line[:len(line)-1]
		}
		if len(line) >= files.MaxSize {
			return
		}
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		wide := bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) // UTF-16
		good := !wide && len(line) > 0 && !bytes.ContainsAny(line, "\r\n\x00")
		r := &pieces{text: text, size: max(int(size), 1)}
		got, err := Stdin(r).Read(t.Context())
		switch {
		case good && (err != nil || got != string(line)):
			t.Errorf("%q: %q, %v", text, got, err)
		case !good && (err == nil || fault.Of(err).Kind != fault.Usage):
			t.Errorf("%q: read the password %q: %v", text, got, err)
		case err != nil && len(line) > 20 && strings.Contains(err.Error(), string(line)):
			t.Errorf("%q: the secret is in %v", text, err)
		case r.read > len(line)+2+max(r.size, 4096):
			t.Errorf("%d octets read for a line of %d", r.read, len(line))
		}
	})
}

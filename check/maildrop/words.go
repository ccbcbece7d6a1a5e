package maildrop

import (
	"bytes"
	"io"
	"mime"
	"strings"

	"check_pop3x/check/charset"
)

// decode lists what a field may say to people who read it: one text, or one for
// each charset that raw octets may be in. The error is the first encoded word
// (RFC 2047) that could not be decoded, or not all of it.
func decode(value string) (texts []string, err error) {
	readings := charset.Readings(value)
	if readings == nil {
		readings = []string{value}
	}
	for _, text := range readings {
		text, err = decodeWords(text)
		texts = append(texts, text)
	}
	return texts, err
}

// decodeWords decodes the encoded words of a field. Mail programs split words
// between the octets of a character, so that words in one charset are joined
// first; the blanks between two words do not count (RFC 2047, section 6.2).
func decodeWords(text string) (decoded string, err error) {
	var out strings.Builder
	var before word // the words so far that no other text has followed
	flush := func() {
		plain, wrong := before.decode()
		if out.WriteString(plain); err == nil {
			err = wrong
		}
		before = word{}
	}
	for {
		plain, w, rest, found := cutEncoded(text)
		if !found {
			flush()
			out.WriteString(text)
			return out.String(), err
		}
		if before.charset == "" || strings.TrimSpace(plain) != "" {
			flush()
			out.WriteString(plain)
		} else if !strings.EqualFold(before.charset, w.charset) {
			flush()
		}
		before.charset, before.octets = w.charset, append(before.octets, w.octets...)
		text = rest
	}
}

// A word is a text with the name of its charset.
type word struct {
	charset string
	octets  []byte
}

// decode returns the word as UTF-8.
func (w word) decode() (string, error) {
	if len(w.octets) == 0 {
		return "", nil
	}
	return charset.Decode(w.charset, string(w.octets))
}

// cutEncoded splits text around its first encoded word, =?charset?encoding?text?=.
func cutEncoded(text string) (before string, w word, after string, found bool) {
	for at := 0; ; at += 2 {
		next := strings.Index(text[at:], "=?")
		if next < 0 {
			return text, word{}, "", false
		}
		at += next
		name, rest, _ := strings.Cut(text[at+2:], "?")
		encoding, rest, _ := strings.Cut(rest, "?")
		encoded, rest, whole := strings.Cut(rest, "?=")
		if !whole || name == "" || strings.ContainsAny(name, " \t") {
			continue
		}
		if octets, err := octetsOf(encoding, encoded); err == nil {
			return text[:at], word{name, octets}, rest, true
		}
	}
}

// octetsOf undoes the encoding B or Q. Some programs leave out the padding of B.
func octetsOf(encoding, encoded string) (octets []byte, err error) {
	if strings.EqualFold(encoding, "B") {
		encoded = strings.TrimRight(strings.TrimSpace(encoded), "=")
		encoded += strings.Repeat("=", -len(encoded)&3)
	}
	decoder := mime.WordDecoder{CharsetReader: func(_ string, input io.Reader) (_ io.Reader, err error) {
		octets, err = io.ReadAll(input)
		return bytes.NewReader(nil), err
	}}
	_, err = decoder.Decode("=?octets?" + encoding + "?" + encoded + "?=")
	return octets, err
}

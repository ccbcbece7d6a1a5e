package charset

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// A row is a charset and what mail calls it, in lower case. Mail programs mean by
// a name what browsers mean (https://encoding.spec.whatwg.org): ISO 8859-1 is
// windows-1252, GB2312 is GB18030.
type row struct {
	names    string
	encoding encoding.Encoding
}

// rows are the charsets. They are made when they are needed, which is in few
// runs.
func rows() []row { return append(alphabets(), ideographs()...) }

// alphabets are the charsets with an octet for each character.
func alphabets() []row {
	return []row{
		{"windows-1252 cp1252 iso-8859-1 latin1 l1 ansi", charmap.Windows1252},
		{"windows-1250 cp1250", charmap.Windows1250},
		{"windows-1251 cp1251", charmap.Windows1251},
		{"windows-1253 cp1253", charmap.Windows1253},
		{"windows-1254 cp1254 iso-8859-9 latin5 l5", charmap.Windows1254},
		{"windows-1255 cp1255", charmap.Windows1255},
		{"windows-1256 cp1256", charmap.Windows1256},
		{"windows-1257 cp1257", charmap.Windows1257},
		{"windows-1258 cp1258", charmap.Windows1258},
		{"windows-874 cp874 tis-620 iso-8859-11", charmap.Windows874},
		{"iso-8859-2 latin2 l2", charmap.ISO8859_2},
		{"iso-8859-3 latin3 l3", charmap.ISO8859_3},
		{"iso-8859-4 latin4 l4", charmap.ISO8859_4},
		{"iso-8859-5 cyrillic", charmap.ISO8859_5},
		{"iso-8859-6 iso-8859-6-e iso-8859-6-i arabic", charmap.ISO8859_6},
		{"iso-8859-7 greek", charmap.ISO8859_7},
		{"iso-8859-8 iso-8859-8-e iso-8859-8-i hebrew", charmap.ISO8859_8},
		{"iso-8859-10 latin6 l6", charmap.ISO8859_10},
		{"iso-8859-13 latin7", charmap.ISO8859_13},
		{"iso-8859-14 latin8", charmap.ISO8859_14},
		{"iso-8859-15 latin9", charmap.ISO8859_15},
		{"iso-8859-16 latin10", charmap.ISO8859_16},
		{"koi8-r koi8 koi", charmap.KOI8R},
		{"koi8-u koi8-ru", charmap.KOI8U},
		{"macintosh mac macroman", charmap.Macintosh},
		{"mac-cyrillic", charmap.MacintoshCyrillic},
		{"ibm437 cp437 437", charmap.CodePage437},
		{"ibm850 cp850 850", charmap.CodePage850},
		{"ibm852 cp852 852", charmap.CodePage852},
		{"ibm866 cp866 866", charmap.CodePage866},
	}
}

// ideographs are the charsets of East Asia. Except for the last two, each is
// ASCII with pairs of octets between.
func ideographs() []row {
	return []row{
		{"gb18030 gbk gb2312 gb-2312-80 euc-cn cp936 ms936 windows-936", simplifiedchinese.GB18030},
		{"big5 big5-hkscs cn-big5 cp950 windows-950", traditionalchinese.Big5},
		{"shift-jis sjis ms-kanji cp932 windows-31j", japanese.ShiftJIS},
		{"euc-jp", japanese.EUCJP},
		{"euc-kr ks-c-5601-1987 ks-c-5601 cp949 windows-949 uhc", korean.EUCKR},
		{"iso-2022-jp iso-2022-jp-1 iso-2022-jp-ms cp50220 cp50221", japanese.ISO2022JP},
		{"hz-gb-2312", simplifiedchinese.HZGB2312},
	}
}

// Decode returns text in a charset as UTF-8. Beside an error the text is the best
// guess: what could be decoded, with U+FFFD for the rest, or windows-1252 where
// UTF-8 was said, or nothing.
func Decode(name, text string) (string, error) {
	plain := normal(name)
	switch plain {
	case "utf8", "usascii", "ascii", "unknown8bit", "":
		if utf8.ValidString(text) {
			return text, nil
		}
		guess, _ := rows()[0].decode(text)
		return guess, malformed(name)
	}
	for _, r := range rows() {
		if !slices.Contains(strings.Fields(strings.ReplaceAll(r.names, "-", "")), plain) {
			continue
		}
		decoded, ok := r.decode(text)
		if !ok {
			return decoded, malformed(name)
		}
		return decoded, nil
	}
	return onlyASCII(text), fmt.Errorf("charset %s is not known", name)
}

// malformed is the error for octets that a charset does not have.
func malformed(name string) error { return fmt.Errorf("not all octets are in %s", name) }

// normal returns the name of a charset without what people write in different
// ways. RFC 2231, section 5, lets a language follow it.
func normal(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), "*")
	return strings.NewReplacer("-", "", "_", "").Replace(strings.TrimPrefix(name, "x-"))
}

// decode reports false if some of the text is not in the charset.
func (r row) decode(text string) (decoded string, ok bool) {
	decoded, err := r.encoding.NewDecoder().String(text)
	return decoded, err == nil && !strings.ContainsRune(decoded, '\uFFFD')
}

// onlyASCII replaces all other octets by U+FFFD.
func onlyASCII(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if text[i] < utf8.RuneSelf {
			b.WriteByte(text[i])
		} else {
			b.WriteRune(utf8.RuneError)
		}
	}
	return b.String()
}

// Readings lists what text without the name of a charset may mean, in each
// charset that has all of its octets. It is empty for UTF-8.
func Readings(text string) []string {
	if utf8.ValidString(text) && !strings.Contains(text, "\x1b$") { // which begins Japanese in ISO-2022-JP
		return nil
	}
	var all []string
	for _, r := range rows() {
		if decoded, ok := r.decode(text); ok && decoded != text && !slices.Contains(all, decoded) {
			all = append(all, decoded)
		}
	}
	return all
}

// Escaped lists text in each charset that has all of its characters, with escapes
// as Show has them. It is empty for ASCII.
func Escaped(text string) []string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return nil
	}
	var all []string
	for _, r := range rows() {
		if encoded, err := r.encoding.NewEncoder().String(text); err == nil {
			all = append(all, escape(encoded))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

package credential

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/testkit/measured"
)

const secret = "Correct+Horse/Battery"

// How servers repeat a password, by accident or on purpose.
func TestForms(t *testing.T) {
	std, url := base64.StdEncoding, base64.URLEncoding
	for name, text := range map[string]string{
		"plain":            secret,
		"alone in a line":  "-ERR " + secret,
		"overlong line":    "PASS " + strings.Repeat("p", 500) + secret + "-ERR [AUTH] Bad login",
		"upper case":       "-ERR CORRECT+HORSE/BATTERY",
		"lower case":       "-ERR correct+horse/battery",
		"in a word":        "x" + secret + "x",
		"with blanks":      "C o r r e c t + H o r s e / B a t t e r y",
		"with tabs":        "Correct\t+\tHorse\t/\tBattery",
		"with NUL":         strings.Join(strings.Split(secret, ""), "\x00"),
		"with ESC":         "Corr\x1bect+Horse/Batt\x1bery",
		"with CR":          "Correct+Hor\rse/Battery",
		"with zero width":  "Correct+\u200bHorse/\u00adBat\u2060tery",
		"with wide blanks": "Correct+Horse/\u3000Bat\u00a0tery",
		"reversed":         "-ERR yrettaB/esroH+tcerroC",
		"reversed, blanks": "y r e t t a B / e s r o H + t c e r r o C",
		"hex":              hex.EncodeToString([]byte(secret)),
		"HEX":              strings.ToUpper(hex.EncodeToString([]byte("x" + secret + "x"))),
		"hex with blanks":  "43 6f 72 72 65 63 74 2b 48 6f 72 73 65 2f 42 61 74 74 65 72 79",
		"base64":           std.EncodeToString([]byte(secret)),
		"base64, AUTH":     "AUTH PLAIN " + std.EncodeToString([]byte("\x00alice\x00"+secret)),
		"base64, two":      std.EncodeToString([]byte("xx" + secret)),
		"base64, followed": std.EncodeToString([]byte("x" + secret + "\r\n")),
		"base64, in case":  strings.ToLower(std.EncodeToString([]byte("xx" + secret + "yy"))),
		"base64, no pad":   base64.RawStdEncoding.EncodeToString([]byte(secret)),
		"base64 URL":       url.EncodeToString([]byte("\x00" + secret + "??>")),
		"base64 URL, two":  url.EncodeToString([]byte("xx" + secret)),
		"base64 in pieces": strings.Join(strings.Split(std.EncodeToString([]byte(secret)), ""), "\r\n "),
		"twice":            secret + secret,
		"in two forms":     "yrettaB/esroH+tcerroC " + hex.EncodeToString([]byte(secret)),
	} {
		if got := NewRedactor(secret).Keep(text); got != Hidden {
			t.Errorf("%s: %q is shown", name, got)
		}
	}
	if strings.Contains(strings.ToLower(Hidden), "correct") {
		t.Error("Hidden contains the secret")
	}
}

func TestOrdinaryText(t *testing.T) {
	r := NewRedactor(secret, "")
	for _, text := range []string{
		"", "+OK Dovecot ready.", "-ERR [AUTH] Authentication failed.", "Correct", "+horse", "\x00\x1b|\xff", "AUTH PLAIN ***",
		"+OK <1896.697170952@dbc.mtview.ca.us>", base64.StdEncoding.EncodeToString([]byte("Correct")), "* * *", Hidden,
	} {
		if got := r.Keep(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestNothingToHide(t *testing.T) {
	for _, r := range []*Redactor{NewRedactor(), NewRedactor(""), NewRedactor("", "")} {
		if got := r.Keep("anything"); got != "anything" {
			t.Error(got)
		}
	}
}

func TestSeveralSecrets(t *testing.T) {
	r := NewRedactor("first-secret", "second-secret")
	for _, text := range []string{"a first-secret", "terces-dnoces", hex.EncodeToString([]byte("second-secret"))} {
		if got := r.Keep(text); got != Hidden {
			t.Error(got)
		}
	}
}

// How servers may write a password so that it does not look like one.
func TestWritings(t *testing.T) {
	octets, _ := reversed(secret)
	code := base64.StdEncoding.EncodeToString
	each := func(format string) string {
		var b strings.Builder
		for i := range len(secret) {
			fmt.Fprintf(&b, format, secret[i])
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"percent":             each("%%%02X"),
		"percent, twice":      strings.ReplaceAll(each("%%%02x"), "%", "%25"),
		"percent, some":       strings.NewReplacer("o", "%6f", "t", "%74", "+", "%2B").Replace(secret),
		"quoted-printable":    each("=%02X"),
		"QP, soft line break": strings.ReplaceAll(each("=%02X"), "=72", "=72=\r\n"),
		"HTML":                each("&#%d;"),
		"HTML, zeros":         each("&#%04d;"),
		"HTML, hex":           each("&#x%x;"),
		"HTML, bare":          each("&#%d"),
		"JSON":                each(`\u%04x`),
		"JSON, slash":         strings.ReplaceAll(secret, "/", `\/`),
		"JSON, escaped":       each(`\\u%04x`),
		"C":                   each(`\x%02x`),
		"C, octal":            each(`\%03o`),
		"Python":              each(`\U%08x`),
		"Perl":                each(`\x{%x}`),
		"Unicode":             each("U+%04X "),
		"colons":              each("%02x:"),
		"dashes":              "x" + each("%02X-"),
		"0x":                  each("0x%02x, "),
		"base64 of base64":    code([]byte("is " + code([]byte("it is "+secret)))),
		"base64, three times": code([]byte(code([]byte(code([]byte(secret)))))),
		"hex of reverse":      hex.EncodeToString([]byte(octets)),
		"base64 of reverse":   code([]byte(octets)),
		"base64 of hex":       code([]byte(hex.EncodeToString([]byte(secret)))),
		"hex of base64":       hex.EncodeToString([]byte(code([]byte(secret)))),
		"percent of base64":   strings.ReplaceAll(code([]byte("xx"+secret)), "=", "%3D"),
		"half in percent":     each("%%%02X")[:len(secret)/2*3+3],
		"half in base64":      code([]byte(secret[5:17])),
	} {
		for _, line := range []string{text, "-ERR " + text + " is wrong", "a" + text} {
			if got := NewRedactor(secret).Keep(line); got != Hidden {
				t.Errorf("%s: %q is shown", name, got)
			}
		}
	}
}

// Half of a short secret is hidden, but no three characters, and of the shortest
// only all of it: else too many lines would be hidden.
func TestPartsOfAShortSecret(t *testing.T) {
	for _, c := range []struct{ secret, hidden, shown string }{
		{"x7Kq", "x7kq", "x7K"},
		{"x7Kq2", "is x7Kq2", "is x7Kq"},
		{"x7Kq2m", "7kq2", "x7K-2m"},
		{"x7Kq2m9", "m2qk", "7Kq"},
		{"x7Kq2m9B", "a q2m9 b", "7Kq-2x7"},
		{"x7Kq2m9Bt", "q2m9bt", "2m9bt"},
		{"x7Kq2m9BtW4z", "7kq2m9bt", "9btw4z"},
		{"x7Kq2m9BtW4z0pQ9vR1s", "7kq2m9btw4", "7kq2m9btw"},
		{"correct horse", "my correct h", "Incorrect state"},
	} {
		r := NewRedactor(c.secret)
		if got := r.Keep("-ERR " + c.hidden); got != Hidden {
			t.Errorf("%s: %q is shown", c.secret, got)
		}
		if got := r.Keep("-ERR " + c.shown); got == Hidden {
			t.Errorf("%s: %q is hidden", c.secret, c.shown)
		}
	}
}

// The longest secret and the longest lines cost little: half a mebibyte takes about
// half a second.
func TestCost(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func(digits string) string {
		b := make([]byte, 64<<10)
		for i := range b {
			b[i] = digits[random.IntN(len(digits))]
		}
		return string(b)
	}
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := NewRedactor(text(letters))
	r.Keep("something")
	runtime.GC()
	runtime.ReadMemStats(&after)
	if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > 16<<20 {
		t.Errorf("%d octets are kept for a secret", used)
	}
	lines := []string{
		text(letters), text("0123456789abcdef"), strings.Repeat("%41", 21845), strings.Repeat("&#65;", 13107),
		strings.Repeat(`\`, 64<<10), text("%=&\\#x0123456789"), text(" |.:-,0x"), text("\xff\xfe\xe4\xfcab"),
	}
	allowed := 15 * time.Second // the race detector takes ten times as long
	began := measured.CPUTime()
	for i, line := range lines {
		if r.Keep(line) == Hidden {
			t.Errorf("line %d is hidden", i)
		}
	}
	if took := measured.CPUTime() - began; took > allowed {
		t.Errorf("half a mebibyte of lines took %v", took)
	}
	runtime.KeepAlive(r)
}

// A short secret is hidden too, even if that hides other text.
func TestShortSecrets(t *testing.T) {
	for _, secret := range []string{"a", "ab", "abc", "ü", "12345", "a b"} {
		for _, text := range []string{secret, "-ERR " + secret + "!", strings.ToUpper(secret), hex.EncodeToString([]byte(secret))} {
			if got := NewRedactor(secret).Keep(text); got != Hidden {
				t.Errorf("%q: %q is shown", secret, got)
			}
		}
	}
}

// A secret outside of ASCII may be reversed by characters.
func TestReversedCharacters(t *testing.T) {
	for secret, text := range map[string]string{
		"pässwörd": "-ERR dröwssäp", "größe123": "321eßörg", "пароль12": "21ьлорап", "naïve 1234": "4321 evïan",
	} {
		if got := NewRedactor(secret).Keep(text); got != Hidden {
			t.Errorf("%q: %q is shown", secret, got)
		}
	}
}

// A secret that is not UTF-8 is hidden as well.
func TestInvalidUTF8(t *testing.T) {
	const secret = "h\xfcnter2\xe4"
	for _, text := range []string{"-ERR " + secret + " is wrong", "\xe42retn\xfch", hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte("x" + secret))} {
		if got := NewRedactor(secret).Keep(text); got != Hidden {
			t.Errorf("%q is shown", got)
		}
	}
}

// A digest is hidden in hex and base64. Eight characters of it are enough to
// test guesses.
func TestDigests(t *testing.T) {
	const digest = "b913a602c7eda7a495b4e6e7334d3890"
	raw, err := hex.DecodeString(digest)
	if err != nil {
		t.Fatal(err)
	}
	r := NewRedactor()
	r.AddDigests(nil, raw)
	for text, hidden := range map[string]bool{
		digest: true, "it begins with " + digest[:8]: true, "it has " + digest[11:19]: true, base64.StdEncoding.EncodeToString(raw): true,
		base64.StdEncoding.EncodeToString([]byte("tim " + digest)): true, digest[:7]: false, "+OK": false, "": false,
	} {
		if got := r.Keep(text); (got == Hidden) != hidden {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// Secrets may be added later.
func TestAdd(t *testing.T) {
	r := NewRedactor("correct horse")
	r.Add("", "b913a602c7eda7a495b4e6e7334d3890")
	for text, hidden := range map[string]bool{
		"CORRECT HORSE": true, "tim b913a602c7eda7a495b4e6e7334d3890": true, "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw": true, "+OK": false, "": false,
	} {
		if got := r.Keep(text); (got == Hidden) != hidden {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// A part of a long secret, such as an access token, is found wherever it
// begins.
func TestPartsOfALongSecret(t *testing.T) {
	var secret strings.Builder
	for i := 0; secret.Len() < 1100; i++ {
		fmt.Fprintf(&secret, "%xQz", i*i*7919)
	}
	r := NewRedactor(secret.String())
	for i := 0; i+maxPart <= secret.Len(); i++ {
		if part := secret.String()[i : i+maxPart]; r.Keep("it is "+part) != Hidden {
			t.Errorf("%d octets from %d on are shown", maxPart, i)
		}
	}
	if kept := r.Keep("it is " + secret.String()[100:100+maxPart/2-1]); kept == Hidden {
		t.Error("a short part is hidden")
	}
}

package credential

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
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
	for i := 0; i+maxPart <= maxForm; i++ {
		if part := secret.String()[i : i+maxPart]; r.Keep("it is "+part) != Hidden {
			t.Errorf("%d octets from %d on are shown", maxPart, i)
		}
	}
	if kept := r.Keep("it is " + secret.String()[100:100+maxPart/2-1]); kept == Hidden {
		t.Error("a short part is hidden")
	}
}

package credential

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"check_pop3x/check/charset"
)

// Hidden replaces a line that held a secret.
const Hidden = "(hidden: the secret was in this line)"

// A Redactor hides text that contains a secret. Servers repeat secrets: some
// echo long lines, and a hostile one does so on purpose, encoded or in part.
type Redactor struct {
	parts   parts
	foreign bool // a secret is not ASCII, so its charset matters
}

// NewRedactor returns a Redactor for the secrets, except for empty ones.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{}
	r.Add(secrets...)
	return r
}

// Add hides more secrets, except for empty ones.
func (r *Redactor) Add(secrets ...string) {
	for _, s := range secrets {
		for _, form := range plainForms(s) {
			r.parts.add(form, partLength(form, leastPart(utf8.RuneCountInString(form)), maxPart))
		}
		r.addEncoded(maxPart, encodedForms(s))
		r.foreign = r.foreign || strings.ContainsFunc(s, func(c rune) bool { return c >= utf8.RuneSelf })
	}
}

// AddDigests hides what was computed from a secret, in the encodings that
// servers use. A short part of it is enough to tell whether a guess is right.
func (r *Redactor) AddDigests(digests ...[]byte) {
	for _, d := range digests {
		for _, digest := range []string{hex.EncodeToString(d), base64.StdEncoding.EncodeToString(d)} {
			r.addEncoded(minEncoded, append(plainForms(digest), encodedForms(digest)...))
		}
	}
}

func (r *Redactor) addEncoded(longest int, forms []string) {
	for _, form := range forms {
		r.parts.add(form, partLength(form, min(len(form), minEncoded), longest))
	}
}

// Keep returns text as it is, or Hidden if it contains half of a secret or
// more: as typed, reversed, in the usual encodings or in several of them, in any
// case, with blanks and control characters anywhere in between. Of a short secret
// it is more than half, see leastPart.
func (r *Redactor) Keep(text string) string {
	if r.parts.empty() {
		return text
	}
	limit := maxGrowth*len(text) + 4096
	readings := []string{text}
	for depth := 0; len(readings) > 0; depth++ {
		var next []string
		for _, reading := range readings {
			see := visible
			if depth > 0 {
				see = legible
			}
			seen := see(reading)
			if depth > 0 && !r.foreign && len(seen) < r.parts.shortest {
				continue // decoded once more it is even shorter
			}
			if limit -= len(seen); limit < 0 || r.finds(reading, seen, depth == 0) {
				return Hidden
			}
			if depth < maxDepth {
				next = append(next, decoded(seen)...)
			}
		}
		readings = next
	}
	return text
}

// The bounds of decoding: encodings within each other, and how often a text may
// be as long when it is decoded. What is longer is hidden unread.
const (
	maxDepth  = 3
	maxGrowth = 16
)

// finds looks for parts of secrets in one reading of a text. Secrets of less
// than four octets are found in anything that was decoded.
func (r *Redactor) finds(reading, seen string, asSent bool) bool {
	if r.parts.in(strings.ToLower(seen), asSent) {
		return true
	}
	if asSent || !r.foreign || utf8.ValidString(reading) {
		return false
	}
	return r.parts.in(squeeze(charset.Show(reading)), false)
}

// The parts of a secret that are looked for have at most maxPart octets, and in
// hex or base64 at least minEncoded.
const (
	minEncoded = 8
	maxPart    = 24
)

// leastPart returns how many of a secret's characters give it away at least. Half
// of a short one is in many innocent lines: the password "correct horse" must not
// hide "Incorrect state".
func leastPart(characters int) int {
	switch {
	case characters < 6:
		return characters
	case characters <= 8:
		return 4
	case characters < 12:
		return 6
	}
	return 8
}

// partLength returns how many octets of a form give the secret away: no more
// than any half of its characters has, if that is at least shortest characters.
func partLength(form string, shortest, longest int) int {
	n := utf8.RuneCountInString(form)
	if shortest >= n {
		return len(form)
	}
	half := max(shortest, (n+1)/2)
	if n == len(form) {
		return min(half, longest)
	}
	starts := make([]int, 0, n+1) // of characters
	for i := range form {
		starts = append(starts, i)
	}
	starts = append(starts, len(form))
	least := longest
	for i := half; i <= n && half <= longest; i++ {
		least = min(least, starts[i]-starts[i-half])
	}
	return least
}

// plainForms lists a secret as it is read, forwards and backwards, squeezed. A
// server may speak another charset, too.
func plainForms(secret string) []string {
	octets, characters := reversed(secret)
	return distinct(append(charset.Escaped(secret), secret, charset.Show(secret), octets, characters))
}

// encodedForms lists a secret in hex and base64, squeezed, as text in another
// case cannot be decoded.
func encodedForms(secret string) []string {
	if secret == "" {
		return nil
	}
	octets, _ := reversed(secret)
	all := []string{hex.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(octets))}
	for shift := range 3 {
		code := base64Core(secret, shift)
		all = append(all, code, strings.Map(urlDigit, code))
	}
	return distinct(all)
}

// distinct squeezes forms and leaves out what is empty or there twice.
func distinct(forms []string) []string {
	for i, form := range forms {
		forms[i] = squeeze(form)
	}
	slices.Sort(forms)
	forms = slices.Compact(forms)
	return slices.DeleteFunc(forms, func(form string) bool { return form == "" })
}

// base64Core encodes a secret that stands in the middle of other text, shift
// octets into a group of three, without the characters that depend on its
// neighbours. It returns "" if too few are left.
func base64Core(secret string, shift int) string {
	code := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
	if shift > 0 {
		code = code[shift+1:]
	}
	if (shift+len(secret))%3 != 0 {
		code = code[:len(code)-1]
	}
	if len(code) < 4 {
		return ""
	}
	return code
}

// reversed returns s backwards, by octets and by characters.
func reversed(s string) (octets, characters string) {
	b, r := []byte(s), []rune(s)
	slices.Reverse(b)
	slices.Reverse(r)
	return string(b), string(r)
}

package credential

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"check_pop3x/check/charset"
)

// Hidden replaces a line that held a secret.
const Hidden = "(hidden: the secret was in this line)"

// A Redactor hides text that contains a secret. Servers repeat secrets: some
// echo long lines, and a hostile one does so on purpose, encoded or in part.
type Redactor struct{ patterns []pattern }

// A pattern is one form of a secret: its parts of one length, each of which
// gives it away.
type pattern struct {
	length int
	parts  map[string]bool
}

// NewRedactor returns a Redactor for the secrets, except for empty ones.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{}
	r.Add(secrets...)
	return r
}

// Add hides more secrets, except for empty ones.
func (r *Redactor) Add(secrets ...string) { r.add(maxPart, secrets) }

// AddDigests hides what was computed from a secret, in the encodings that
// servers use. A short part of it is enough to tell whether a guess is right.
func (r *Redactor) AddDigests(digests ...[]byte) {
	for _, d := range digests {
		r.add(minPart, []string{hex.EncodeToString(d), base64.StdEncoding.EncodeToString(d)})
	}
}

// add hides secrets that are given away by parts of at most that length.
func (r *Redactor) add(longest int, secrets []string) {
	for _, s := range secrets {
		if s == "" {
			continue
		}
		for _, form := range forms(s) {
			r.patterns = append(r.patterns, newPattern(form, longest))
		}
	}
}

// Keep returns text as it is, or Hidden if it contains half of a secret or
// more: as typed, reversed, in hex or in base64, in any case, with blanks and
// control characters anywhere in between.
func (r *Redactor) Keep(text string) string {
	if len(r.patterns) == 0 {
		return text
	}
	visible := squeeze(text)
	for _, p := range r.patterns {
		if p.matches(visible) {
			return Hidden
		}
	}
	return text
}

// The parts of a secret that are looked for, in octets: half of it, but at
// least minPart and at most maxPart. A secret shorter than minPart is looked
// for as a whole.
const (
	minPart = 8
	maxPart = 24
	maxForm = 1024 // a secret as long as a file would fill the memory
)

func newPattern(form string, longest int) pattern {
	form = form[:min(len(form), maxForm)]
	half := (utf8.RuneCountInString(form) + 1) / 2
	p := pattern{length: min(len(form), max(minPart, min(half, longest))), parts: map[string]bool{}}
	step := 1
	if p.length == maxPart { // a part that long contains one of these, wherever it begins
		p.length, step = maxPart/2, maxPart/2
	}
	for i := 0; i+p.length <= len(form); i += step {
		p.parts[form[i:i+p.length]] = true
	}
	return p
}

func (p pattern) matches(visible string) bool {
	for i := 0; i+p.length <= len(visible); i++ {
		if p.parts[visible[i:i+p.length]] {
			return true
		}
	}
	return false
}

// forms lists what to look for, squeezed: a server may speak another charset.
func forms(secret string) []string {
	octets, characters := reversed(secret)
	all := []string{secret, octets, characters, hex.EncodeToString([]byte(secret))}
	for shift := range 3 {
		all = append(all, base64Core(secret, shift))
	}
	all = append(all, charset.Escaped(secret)...)
	for i, form := range all {
		all[i] = squeeze(form)
	}
	for _, form := range all {
		all = append(all, strings.NewReplacer("+", "-", "/", "_").Replace(form))
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.DeleteFunc(all, func(form string) bool { return form == "" })
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

// squeeze returns the visible characters of s, in lower case, without bars,
// which are shown as blanks.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '|' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

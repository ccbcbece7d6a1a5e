package credential

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

// Hidden replaces a line that held a secret.
const Hidden = "(hidden: the secret was in this line)"

// A Redactor hides what holds a secret. Servers throw secrets back: one echoes
// long lines, a hostile one does it on purpose and in disguise.
type Redactor struct{ forms []string }

// NewRedactor returns a Redactor for the secrets, of which empty ones do not
// count.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{}
	for _, s := range secrets {
		if s != "" {
			r.forms = append(r.forms, disguises(s)...)
		}
	}
	return r
}

// Keep returns text as it is, or Hidden where a secret is in it: as typed, in
// reverse, in hex or in base64, whatever the case and whatever blanks and
// control characters are strewn in.
func (r *Redactor) Keep(text string) string {
	if len(r.forms) == 0 {
		return text
	}
	bare := squeeze(text)
	for _, form := range r.forms {
		if strings.Contains(bare, form) {
			return Hidden
		}
	}
	return text
}

// disguises lists what to look for, squeezed.
func disguises(secret string) []string {
	all := []string{secret, reverse(secret), hex.EncodeToString([]byte(secret))}
	for shift := range 3 {
		all = append(all, base64Core(secret, shift))
	}
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

// base64Core is what base64 makes of secret in the middle of other text, shift
// octets into a group of three, without the characters that depend on its
// neighbours. It is "" where that leaves too little to tell.
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

func reverse(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// squeeze leaves what can be seen, in lower case.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

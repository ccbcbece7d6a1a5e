package credential

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Hidden replaces a line that held a secret.
const Hidden = "(hidden: the secret was in this line)"

// A Redactor hides what holds a secret. Servers throw secrets back: one echoes
// long lines, a hostile one does it on purpose, in disguise or in part.
type Redactor struct{ forms []form }

// A form is a way in which a secret may appear: the runs of its characters of
// one length, any of which gives it away.
type form struct {
	length int
	runs   map[string]bool
}

// NewRedactor returns a Redactor for the secrets, of which empty ones do not
// count.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{}
	r.Add(secrets...)
	return r
}

// Add hides more secrets, of which empty ones do not count.
func (r *Redactor) Add(secrets ...string) { r.add(maxRun, secrets) }

// AddDigests hides what was computed from a secret, in the encodings that servers
// write it in. A small part of it is enough to tell a right guess from wrong ones.
func (r *Redactor) AddDigests(digests ...[]byte) {
	for _, d := range digests {
		r.add(minRun, []string{hex.EncodeToString(d), base64.StdEncoding.EncodeToString(d)})
	}
}

// add hides secrets that a run of the length longest gives away, or a shorter one.
func (r *Redactor) add(longest int, secrets []string) {
	for _, s := range secrets {
		if s == "" {
			continue
		}
		for _, disguise := range disguises(s) {
			r.forms = append(r.forms, newForm(disguise, longest))
		}
	}
}

// Keep returns text as it is, or Hidden where a secret is in it: as typed, in
// reverse, in hex or in base64, half of it or more, whatever the case and
// whatever blanks and control characters are strewn in.
func (r *Redactor) Keep(text string) string {
	if len(r.forms) == 0 {
		return text
	}
	bare := squeeze(text)
	for _, f := range r.forms {
		if f.in(bare) {
			return Hidden
		}
	}
	return text
}

// The parts of a secret that are looked for: half of it, but no shorter than
// minRun, and no longer than maxRun, which is plenty. A secret shorter than
// minRun is looked for as a whole.
const (
	minRun    = 8
	maxRun    = 24
	maxSought = 1024 // octets of a disguise: a secret as long as a file would fill the memory
)

func newForm(disguise string, longest int) form {
	disguise = disguise[:min(len(disguise), maxSought)]
	half := (utf8.RuneCountInString(disguise) + 1) / 2
	f := form{length: min(len(disguise), max(minRun, min(half, longest))), runs: map[string]bool{}}
	step := 1
	if f.length == maxRun { // a run that long has one of these within it, wherever it begins
		f.length, step = maxRun/2, maxRun/2
	}
	for i := 0; i+f.length <= len(disguise); i += step {
		f.runs[disguise[i:i+f.length]] = true
	}
	return f
}

func (f form) in(bare string) bool {
	for i := 0; i+f.length <= len(bare); i++ {
		if f.runs[bare[i:i+f.length]] {
			return true
		}
	}
	return false
}

// disguises lists what to look for, squeezed.
func disguises(secret string) []string {
	octets, characters := reversed(secret)
	all := []string{secret, octets, characters, hex.EncodeToString([]byte(secret))}
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

// reversed is s backwards, by octets and by characters.
func reversed(s string) (octets, characters string) {
	b, r := []byte(s), []rune(s)
	slices.Reverse(b)
	slices.Reverse(r)
	return string(b), string(r)
}

// squeeze leaves what can be seen, in lower case, without the bars that are
// shown as blanks.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '|' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

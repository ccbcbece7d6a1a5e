package credential

import (
	"cmp"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"slices"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// A refusalFile is the entry of a login, opened under its lock.
type refusalFile struct {
	store  *files.Store
	name   string
	unlock func()
	refusalEntry
}

// A refusalEntry has the refused secrets of a login, the last one at the end. It
// says nothing about them: from the digest a secret can only be guessed, and
// each guess is expensive.
type refusalEntry struct {
	Version int              `json:"version"`
	Salt    []byte           `json:"salt"`
	Secrets []*refusedSecret `json:"secrets"`
}

// A refusedSecret is what is kept of a secret. Times are in seconds since 1970.
type refusedSecret struct {
	Digest  []byte        `json:"digest"`
	Count   int           `json:"count"`
	Last    int64         `json:"last"`  // when it was refused
	Tried   int64         `json:"tried"` // when a login with it began or was refused
	Problem fault.Problem `json:"problem,omitempty"`
	Text    string        `json:"text,omitempty"`
	Said    string        `json:"said,omitempty"`
}

const (
	refusalVersion = 1      // of the format; others are not read
	saltSize       = 16     // octets (RFC 8018, section 4.1: at least 8)
	rounds         = 100000 // of PBKDF2: about 40 ms
	maxSecrets     = 8      // that are kept of a login
	maxWords       = 200    // characters that are kept of what a server said
)

// openRefusals opens the entry of a login, or an empty one, and waits for its
// lock. On a file system without locks two runs at once may count as one.
func openRefusals(dir, name string) (*refusalFile, error) {
	store, err := files.OpenStore(dir)
	if err != nil {
		return nil, err
	}
	file := &refusalFile{store: store, name: name}
	if file.unlock, err = store.Lock(name); err != nil {
		file.unlock = func() {}
	}
	text, err := store.Read(name)
	if err != nil || json.Unmarshal(text, &file.refusalEntry) != nil || !file.isValid() {
		file.refusalEntry = refusalEntry{Version: refusalVersion, Salt: make([]byte, saltSize)}
		rand.Read(file.Salt) // never fails
	}
	return file, nil
}

func (e refusalEntry) isValid() bool {
	broken := func(s *refusedSecret) bool { return s == nil || len(s.Digest) != sha256.Size || s.Count < 1 }
	return e.Version == refusalVersion && len(e.Salt) == saltSize && len(e.Secrets) <= maxSecrets && !slices.ContainsFunc(e.Secrets, broken)
}

// digest is not to be computed where nothing was refused.
func (e refusalEntry) digest(secret string) ([]byte, error) {
	return pbkdf2.Key(sha256.New, secret, e.Salt, rounds, sha256.Size)
}

// find returns what is kept of a secret, or nil.
func (e refusalEntry) find(secret string) (*refusedSecret, error) {
	if len(e.Secrets) == 0 {
		return nil, nil
	}
	digest, err := e.digest(secret)
	for _, s := range e.Secrets {
		if err == nil && subtle.ConstantTimeCompare(s.Digest, digest) == 1 {
			return s, nil
		}
	}
	return nil, err
}

// add adds a secret, in place of the one that was tried least recently if there
// are too many.
func (e *refusalEntry) add(secret string) (*refusedSecret, error) {
	digest, err := e.digest(secret)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(e.Secrets, func(a, b *refusedSecret) int { return cmp.Compare(a.Tried, b.Tried) })
	e.Secrets = append(e.Secrets, &refusedSecret{Digest: digest})
	e.Secrets = e.Secrets[max(0, len(e.Secrets)-maxSecrets):]
	return e.Secrets[len(e.Secrets)-1], nil
}

func (f *refusalFile) write(now time.Time) error {
	text, err := json.Marshal(f.refusalEntry)
	if err != nil {
		return err
	}
	return f.store.Write(f.name, string(text), now)
}

// refuse counts a refusal.
func (s *refusedSecret) refuse(f *fault.Error, now time.Time) {
	s.Count++
	s.Last, s.Tried = now.Unix(), now.Unix()
	s.Problem, s.Text, s.Said = f.Problem, f.Text, fault.Shorten(f.Said, maxWords)
}

// left returns what is left of the pause since the last try. Once the clock was
// set back, a try may seem to lie ahead; then nothing is left.
func (s *refusedSecret) left(now time.Time, pause time.Duration) time.Duration {
	since := now.Sub(time.Unix(s.Tried, 0))
	if s.Count < maxRefusals || since < 0 {
		return 0
	}
	return max(pause-since, 0)
}

func (s *refusedSecret) known(next time.Time, held bool) Refused {
	return Refused{
		Count: s.Count, Last: time.Unix(s.Last, 0), Next: next, Held: held,
		Fault: &fault.Error{Kind: fault.Auth, Problem: s.Problem, Text: s.Text, Said: s.Said},
	}
}

package loop

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// Field is the name of the header field of a probe:
//
//	X-Check-Pop3x: v1 ID TIME CODE SEAL
//
// TIME is that of RFC 3339 in UTC. CODE and SEAL are HMACs (RFC 2104) with SHA-256
// in base64url (RFC 4648, section 5): of what is before them, and of the message.
const Field = "X-Check-Pop3x"

// Fields are the header fields that tell of probes and of those that came back, in
// lower case.
func Fields() []string { return []string{strings.ToLower(Field), "content-type"} }

const version = "v1"

// A Probe is a mail that a run has sent, or is about to send.
type Probe struct {
	ID   string    `json:"id"`
	Sent time.Time `json:"sent"` // in whole seconds, in UTC, as Received fields have them
}

// NewProbe returns a probe with an ID that no other one has.
func NewProbe(now time.Time) Probe { return Probe{rand.Text(), now.UTC().Truncate(time.Second)} }

// A Key vouches for the probes of one mailbox.
type Key struct{ secret []byte }

// keyEntry is the name of the secret in the state directory, from which the keys of
// all mailboxes follow. Unlike that of other entries it has no digest, so that it
// is never removed as unused.
const keyEntry = "loop-key"

// keyFile is the entry of the secret.
type keyFile struct {
	Version int    `json:"version"`
	Secret  []byte `json:"secret"`
}

// openKey returns the key of a mailbox. The secret is made if there is none, or
// none that can be read as one.
func openKey(ctx context.Context, dir, mailbox string) (Key, error) {
	return fault.Await(ctx, func() (Key, error) {
		store, err := files.OpenStore(dir)
		if err != nil {
			return Key{}, err
		}
		secret := readSecret(store)
		if secret == nil {
			secret, err = makeSecret(store)
		}
		return Key{sum(secret, "mailbox", mailbox)}, err
	})
}

// readSecret returns the secret; nil if there is none that can be used.
func readSecret(store *files.Store) []byte {
	text, err := store.Read(keyEntry)
	var kept keyFile
	if err != nil || json.Unmarshal(text, &kept) != nil || kept.Version != 1 || len(kept.Secret) != sha256.Size {
		return nil
	}
	return kept.Secret
}

// makeSecret makes the secret, unless another run did so just now. On a file system
// without locks the last one counts.
func makeSecret(store *files.Store) ([]byte, error) {
	if unlock, err := store.Lock(keyEntry); err == nil {
		defer unlock()
	}
	if secret := readSecret(store); secret != nil {
		return secret, nil
	}
	secret := make([]byte, sha256.Size)
	rand.Read(secret) // never fails
	text, err := json.Marshal(keyFile{1, secret})
	if err != nil {
		return nil, err
	}
	if err := store.Write(keyEntry, string(text), time.Now()); err != nil {
		return nil, err
	}
	if kept := readSecret(store); kept != nil {
		secret = kept
	}
	return secret, nil
}

// sum returns the code of texts, none of which has a NUL.
func sum(secret []byte, texts ...string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(strings.Join(texts, "\x00")))
	return mac.Sum(nil)
}

// code is sum as a word of the field.
func (k Key) code(purpose string, texts ...string) string {
	return base64.RawURLEncoding.EncodeToString(sum(k.secret, append([]string{purpose}, texts...)...))
}

// Header returns the value of a probe's field without the seal. It is enough to
// know the probe by, and not to delete it: that is what Sign is for.
func (k Key) Header(p Probe) string {
	text := p.text()
	return text + " " + k.code("probe", text)
}

func (p Probe) text() string { return version + " " + p.ID + " " + p.Sent.UTC().Format(time.RFC3339) }

// Verify returns the probe that a field is of, folded or not. It reports false
// unless the field has a code by this key.
func (k Key) Verify(value string) (Probe, bool) {
	words := strings.Fields(value)
	if len(words) < 4 || len(words) > 5 || words[0] != version {
		return Probe{}, false
	}
	sent, err := time.Parse(time.RFC3339, words[2])
	p := Probe{words[1], sent.UTC()}
	known := hmac.Equal([]byte(k.Header(p)), []byte(strings.Join(words[:4], " ")))
	return p, err == nil && known
}

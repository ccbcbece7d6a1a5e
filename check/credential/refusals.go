package credential

import (
	"context"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// maxRefusals is how often a secret may be refused before its login is held
// back. Few servers lock an account or an address so soon.
const maxRefusals = 3

// Refusals count between runs how often a server has refused the same secret,
// so that a stale password neither locks the account nor gets this machine
// banned. From the third refusal on, the login is held back until a pause has
// passed since the last try. Another secret is tried at once and counts by
// itself; a login that succeeds forgets them all.
type Refusals struct {
	Dir        string        // of the files.Store, in which each login has an entry
	Pause      time.Duration // between two tries
	AtTerminal func() bool   // a person waits, so nothing is held back; nil: nobody does
	Verify     bool          // find out whether the store can be used, even if that is not needed

	name   string // of the entry
	found  bool   // there was an entry when it was looked for
	secret string
}

// NewRefusals returns the refusals of a login. What is passed tells it from
// others: the server, the user and so on. No file is touched.
func NewRefusals(dir string, pause time.Duration, login ...string) *Refusals {
	return &Refusals{Dir: dir, Pause: pause, name: files.EntryName("login", login...)}
}

// A Refused is what is known of the refusals of a secret. The zero value is that
// there are none.
type Refused struct {
	Count int
	Last  time.Time
	Next  time.Time    // from when on the login is tried again; zero: at once
	Held  bool         // the login is held back in this run
	Fault *fault.Error // the last refusal, as it was reported
}

// Recall returns what is known of the secret that this run is about to use. If
// nothing is, that costs one look for a file. If a pause is over, the next one
// begins, so that of several runs at once only one tries.
func (r *Refusals) Recall(ctx context.Context, secret string, now time.Time) (Refused, error) {
	r.secret = secret
	return fault.Await(ctx, func() (Refused, error) { return r.recall(now) })
}

func (r *Refusals) recall(now time.Time) (known Refused, err error) {
	if r.found, err = files.HasEntry(r.Dir, r.name); err != nil || !r.found {
		if err == nil && r.Verify {
			_, err = files.OpenStore(r.Dir)
		}
		return Refused{}, err
	}
	file, err := openRefusals(r.Dir, r.name)
	if err != nil {
		return Refused{}, err
	}
	defer file.unlock()
	s, err := file.find(r.secret)
	if s == nil {
		return Refused{}, err
	}
	left := s.left(now, r.Pause)
	if left > 0 && (r.AtTerminal == nil || !r.AtTerminal()) {
		return s.known(now.Add(left), true), nil
	}
	if s.Count >= maxRefusals {
		s.Tried = now.Unix()
		err = file.write(now)
	}
	return s.known(time.Time{}, false), err
}

// Add counts a refusal of the secret of Recall, which is forgotten.
func (r *Refusals) Add(ctx context.Context, f *fault.Error, now time.Time) (Refused, error) {
	secret := r.secret
	r.secret = ""
	return fault.Await(ctx, func() (Refused, error) {
		file, err := openRefusals(r.Dir, r.name)
		if err != nil {
			return Refused{}, err
		}
		defer file.unlock()
		s, err := file.find(secret)
		if s == nil && err == nil {
			s, err = file.add(secret)
		}
		if err != nil {
			return Refused{}, err
		}
		s.refuse(f, now)
		next := time.Time{}
		if left := s.left(now, r.Pause); left > 0 {
			next = now.Add(left)
		}
		known := s.known(next, false)
		known.Last = now
		return known, file.write(now)
	})
}

// Forget forgets all refusals of the login, because it has succeeded. It costs
// nothing if Recall has found none.
func (r *Refusals) Forget(ctx context.Context) error {
	r.secret = ""
	if !r.found {
		return nil
	}
	return fault.Wait(ctx, func() error {
		file, err := openRefusals(r.Dir, r.name)
		if err != nil {
			return err
		}
		defer file.unlock()
		file.store.Remove(r.name)
		return nil
	})
}

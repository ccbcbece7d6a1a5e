package loop

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// A Record keeps the State of one mailbox between runs.
type Record struct {
	Dir  string // of the files.Store
	name string // of the entry
}

// NewRecord returns the record of the probes that are sent to a mailbox. What is
// passed tells it from others: the server, the user, the address. No file is
// touched.
func NewRecord(dir string, mailbox ...string) *Record {
	return &Record{dir, files.EntryName("probes", mailbox...)}
}

// Key returns the key of the mailbox's probes, which is made if there is none.
func (r *Record) Key(ctx context.Context) (Key, error) { return openKey(ctx, r.Dir, r.name) }

// Read returns the state. It is new if there is none, or none that can be read as
// one.
func (r *Record) Read(ctx context.Context) (State, error) {
	return fault.Await(ctx, func() (State, error) {
		store, err := files.OpenStore(r.Dir)
		if err != nil {
			return State{}, err
		}
		return r.read(store), nil
	})
}

// read returns the state. What cannot be read is replaced, as a lost one is.
func (r *Record) read(store *files.Store) State {
	text, err := store.Read(r.name)
	if errors.Is(err, fs.ErrNotExist) {
		return State{Version: stateVersion}
	}
	var s State
	if err != nil || json.Unmarshal(text, &s) != nil || !s.isValid() {
		return State{Version: stateVersion, Damaged: true}
	}
	return s
}

// Send keeps that a probe is out. That is done right before the end of its text is
// sent, so that it is known whatever becomes of the answer.
func (r *Record) Send(ctx context.Context, p Probe) error {
	_, err := r.change(ctx, func(s *State) { s.send(p) })
	return err
}

// TakeBack keeps that a probe was refused.
func (r *Record) TakeBack(ctx context.Context, p Probe) error {
	_, err := r.change(ctx, func(s *State) { s.takeBack(p) })
	return err
}

// Doubt keeps that nobody knows whether a probe is on its way.
func (r *Record) Doubt(ctx context.Context, id string) error {
	_, err := r.change(ctx, func(s *State) { s.doubt(id) })
	return err
}

// A Sight is what one look into the mailbox shows.
type Sight struct {
	Arrived []Arrival
	Bounced []Bounce
	From    time.Time // when what was read begins to have arrived; zero: all was read
}

// See keeps what has arrived and come back, and returns the state after that.
func (r *Record) See(ctx context.Context, seen Sight, now time.Time) (State, error) {
	return r.change(ctx, func(s *State) {
		s.forgetFuture(now)
		for _, a := range seen.Arrived {
			if !isAhead(a.Probe, now) {
				s.arrive(a)
			}
		}
		for _, b := range seen.Bounced {
			s.bounce(b)
		}
		s.miss(seen.From, now)
		s.giveUp(now)
	})
}

// change changes the state under its lock. On a file system without locks one of
// two runs at once may be forgotten.
func (r *Record) change(ctx context.Context, how func(*State)) (State, error) {
	return fault.Await(ctx, func() (State, error) {
		store, err := files.OpenStore(r.Dir)
		if err != nil {
			return State{}, err
		}
		if unlock, err := store.Lock(r.name); err == nil {
			defer unlock()
		}
		s := r.read(store)
		how(&s)
		text, err := json.Marshal(s)
		if err != nil {
			return s, err
		}
		return s, store.Write(r.name, string(text), time.Now())
	})
}

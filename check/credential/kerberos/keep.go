package kerberos

import (
	"encoding/json"
	"time"

	"github.com/jcmturner/gokrb5/v8/types"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// An entry is what one run leaves to the next: a ticket, or why the KDC gave none.
type entry struct {
	Version int          `json:"version"`
	Name    string       `json:"name"`    // of the entry, which covers the keytab, the user and the service
	Written int64        `json:"written"` // in seconds since 1970
	Client  Principal    `json:"client"`
	Service Principal    `json:"service"`
	KeyType int32        `json:"key_type"`
	Key     []byte       `json:"key"`
	Ticket  []byte       `json:"ticket"`
	Start   time.Time    `json:"start"`
	End     time.Time    `json:"end"`
	Failure *keptFailure `json:"failure,omitempty"`
}

// A keptFailure is a key that the KDC refused. Each try counts as a wrong password
// there, and may lock the account.
type keptFailure struct {
	Problem fault.Problem `json:"problem"`
	Text    string        `json:"text"`
}

// entryVersion is the version of the format. Other versions are not read.
const entryVersion = 1

const (
	failureLife = 15 * time.Minute // how long a refused key is not tried again
	reserve     = time.Minute      // a ticket is not used so shortly before its end
)

// A keeper is a files.Store with an entry for each keytab, user and service.
type keeper struct {
	dir  string
	name string // of the entry
}

// call names the entry.
func (k *keeper) call(keytab []byte, client, service Principal) {
	k.name = files.EntryName("ticket", string(keytab), client.String(), service.String())
}

// read returns what was kept and counts now; nil is nothing.
func (k keeper) read(now time.Time) *entry {
	store, err := files.OpenStore(k.dir)
	if err != nil {
		return nil
	}
	text, err := store.Read(k.name)
	e := &entry{}
	if err != nil || json.Unmarshal(text, e) != nil || e.Version != entryVersion || e.Name != k.name {
		return nil
	}
	written := time.Unix(e.Written, 0)
	t, _ := e.ticket()
	switch {
	case written.After(now.Add(maySkew)):
		return nil
	case t == nil && !now.Before(written.Add(failureLife)), t != nil && !t.counts(now.Add(reserve)):
		return nil
	}
	return e
}

// ticket returns what was kept.
func (e *entry) ticket() (*Ticket, error) {
	if e.Failure != nil {
		ago := fault.Age(time.Since(time.Unix(e.Written, 0)))
		return nil, fault.New(fault.Ticket, "%s %s ago", e.Failure.Text, ago).Because(e.Failure.Problem)
	}
	return &Ticket{Client: e.Client, Service: e.Service, Key: types.EncryptionKey{KeyType: e.KeyType, KeyValue: e.Key}, Octets: e.Ticket, Start: e.Start, End: e.End}, nil
}

// keep writes a ticket for later runs, or a failure.
func (k keeper) keep(t *Ticket, failed *keptFailure, now time.Time) error {
	e := entry{Version: entryVersion, Name: k.name, Written: now.Unix(), Failure: failed}
	if t != nil {
		e.Client, e.Service, e.KeyType, e.Key, e.Ticket, e.Start, e.End = t.Client, t.Service, t.Key.KeyType, t.Key.KeyValue, t.Octets, t.Start, t.End
	}
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return k.locked(func(store *files.Store) error { return store.Write(k.name, string(text), now) })
}

// remove removes what was kept.
func (k keeper) remove() {
	_ = k.locked(func(store *files.Store) error { store.Remove(k.name); return nil })
}

// locked runs f with the store while no other run changes the entry. If another
// does, f is left out.
func (k keeper) locked(f func(*files.Store) error) error {
	store, err := files.OpenStore(k.dir)
	if err != nil {
		return err
	}
	unlock, err := store.TryLock(k.name)
	if err != nil {
		return err
	}
	defer unlock()
	return f(store)
}

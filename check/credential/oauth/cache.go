package oauth

import (
	"context"
	"encoding/json"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// minDiscardAge is how old a token must be to be deleted when it is refused.
const minDiscardAge = 5 * time.Minute

// A cache is a files.Store with an entry for each request. Its lock is held
// while the entry is renewed.
type cache struct{ store *files.Store }

func openCache(dir string) (*cache, error) {
	store, err := files.OpenStore(dir)
	if err != nil {
		return nil, fault.Wrap(fault.Token, err)
	}
	return &cache{store}, nil
}

// read returns the entry of a request, or nil if there is none that is usable
// now.
func (c *cache) read(request, credential string, now time.Time) *entry {
	text, err := c.store.Read(request)
	if err != nil {
		return nil // it will be replaced
	}
	return parseEntry(text, request, credential, now)
}

// kept returns the token of a request, whether or not it can be used; "" is none.
func (c *cache) kept(request string) string {
	text, err := c.store.Read(request)
	e := entry{}
	if err != nil || json.Unmarshal(text, &e) != nil {
		return ""
	}
	return e.Token
}

// write replaces the entry of a request. The caller holds its lock.
func (c *cache) write(e entry, now time.Time) error {
	e.Version = entryVersion
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return fault.Wrap(fault.Token, c.store.Write(e.Request, string(text), now))
}

// delete deletes the entry of a request if it has that token and is not being
// renewed.
func (c *cache) delete(request, token string) {
	unlock, err := c.store.TryLock(request)
	if err != nil {
		return
	}
	defer unlock()
	text, err := c.store.Read(request)
	e := entry{}
	if err == nil && json.Unmarshal(text, &e) == nil && e.Token == token {
		c.store.Remove(request)
	}
}

// lock waits until no other run renews the entry of the request. If it cannot
// be locked, each run asks for itself.
func (c *cache) lock(ctx context.Context, request string) (unlock func(), err error) {
	unlock, err = fault.AwaitLock(ctx, func() (func(), error) { return c.store.Lock(request) })
	if err != nil && ctx.Err() == nil {
		return func() {}, nil
	}
	return unlock, err
}

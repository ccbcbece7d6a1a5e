package kerberos

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/types"

	"check_pop3x/check/fault"
)

// readKeytab reads the keys of the user.
func (s *Source) readKeytab() (holder, error) {
	octets, err := readSafe(s.Keytab, true)
	if err != nil {
		return nil, fault.Wrap(fault.Usage, err)
	}
	user := asker{config: s.config, client: ParsePrincipal(s.User), keytab: s.Keytab}
	if user.client.Realm = cmp.Or(user.client.Realm, s.config.realm); user.client.Realm == "" {
		return nil, fault.New(fault.Ticket, "no realm is known for %s", s.User).Because(fault.NoRealm)
	}
	user.keys, err = parseKeytab(s.Keytab, octets, user.client)
	return &table{user: user, octets: octets, keeper: keeper{dir: s.Dir}}, err
}

// A table is a keytab, whose tickets are kept.
type table struct {
	user   asker
	octets []byte
	keeper keeper
}

func (k *table) client() Principal { return k.user.client }

// ticket takes the one that is kept, or asks for one and keeps it.
func (k *table) ticket(ctx context.Context, service Principal, origin *Origin) (*Ticket, error) {
	k.keeper.call(k.octets, k.client(), service)
	kept, err := fault.Await(ctx, func() (*entry, error) { return k.keeper.read(time.Now()), nil })
	switch {
	case err != nil:
		return nil, fault.From(err, "the directory "+k.keeper.dir)
	case kept != nil:
		origin.Kept = true
		return kept.ticket()
	}
	origin.Place = k.client().Realm
	t, err := k.ask(ctx, service)
	switch f := fault.Of(err); {
	case err == nil:
		origin.Unkept = k.keep(ctx, t, nil)
	case f.Problem == fault.KeyWrong:
		origin.Unkept = k.keep(ctx, nil, &keptFailure{f.Problem, f.Text})
	}
	return t, err
}

// ask asks the KDC for both tickets.
func (k *table) ask(ctx context.Context, service Principal) (*Ticket, error) {
	tgt, err := k.user.logIn(ctx)
	if err != nil {
		return nil, err
	}
	return k.user.get(ctx, tgt, service)
}

// keep leaves to later runs what came of this one, or says why not.
func (k *table) keep(ctx context.Context, t *Ticket, failed *keptFailure) (why string) {
	if err := fault.Wait(ctx, func() error { return k.keeper.keep(t, failed, time.Now()) }); err != nil {
		return err.Error()
	}
	return ""
}

func (k *table) refused() { k.keeper.remove() }

// keys are those of a principal, the newest of each type.
type keys []key

type key struct {
	types.EncryptionKey
	version uint32
}

// parseKeytab returns the keys of a principal in a keytab.
func parseKeytab(path string, octets []byte, of Principal) (keys, error) {
	file := keytab.New()
	if fault.Guard(func() error { return file.Unmarshal(octets) }) != nil { // its words quote the file
		return nil, fault.New(fault.Ticket, "%s is no keytab, or damaged", path).Because(fault.TicketDamaged)
	}
	var all keys
	for _, e := range file.Entries {
		if of.Realm == e.Principal.Realm && slices.Equal(of.Name, e.Principal.Components) {
			all = all.with(key{e.Key, e.KVNO})
		}
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Ticket, "%s has no key of %s", path, of).Because(fault.NoKey)
	}
	return all, nil
}

// with adds a key, unless there is a newer one of its type.
func (all keys) with(k key) keys {
	at := slices.IndexFunc(all, func(known key) bool { return known.KeyType == k.KeyType })
	switch {
	case at < 0:
		return append(all, k)
	case all[at].version <= k.version:
		all[at] = k
	}
	return all
}

// find returns the key of a type; ok is false if there is none.
func (all keys) find(kind int32) (k key, ok bool) {
	at := slices.IndexFunc(all, func(known key) bool { return known.KeyType == kind })
	if at < 0 {
		return key{}, false
	}
	return all[at], true
}

// kinds lists the types of keys that can be used, the better ones first.
func (all keys) kinds() (kinds []int32) {
	for _, kind := range slices.Concat(modern, old) {
		if _, ok := all.find(kind); ok {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

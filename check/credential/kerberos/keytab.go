package kerberos

import (
	"slices"

	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/types"

	"check_pop3x/check/fault"
)

// keys are those of a principal, the newest of each type.
type keys []key

type key struct {
	types.EncryptionKey
	version uint32
}

// parseKeytab returns the keys of a principal in a keytab.
func parseKeytab(path string, octets []byte, of Principal) (keys, error) {
	table := keytab.New()
	if fault.Guard(func() error { return table.Unmarshal(octets) }) != nil { // its words quote the file
		return nil, fault.New(fault.Ticket, "%s is no keytab, or damaged", path).Because(fault.TicketDamaged)
	}
	var all keys
	for _, e := range table.Entries {
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

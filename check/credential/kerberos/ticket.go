package kerberos

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/types"
)

// A Ticket says to a service who its owner is. Only the service can read it.
type Ticket struct {
	Client  Principal
	Service Principal
	Key     types.EncryptionKey // which the service finds in it
	Octets  []byte              // as they are sent
	Start   time.Time           // zero: it counted at once
	End     time.Time
}

// maySkew is by how much the clocks of two hosts may differ for most servers.
const maySkew = 5 * time.Minute

// counts reports whether the ticket can be used.
func (t *Ticket) counts(now time.Time) bool {
	return now.Before(t.End) && !now.Add(maySkew).Before(t.Start)
}

// modernKey reports whether its key encrypts in a way that is not out of date.
func (t *Ticket) modernKey() bool { return slices.Contains(modern, t.Key.KeyType) }

// An authenticator proves that its sender has the key of a ticket (RFC 4120,
// section 5.5.1).
func (t *Ticket) authenticator(sum types.Checksum) types.Authenticator {
	now := time.Now().UTC()
	return types.Authenticator{
		AVNO: version, CRealm: t.Client.Realm, CName: t.Client.encoded(), Cksum: sum,
		CTime: now.Truncate(time.Second), Cusec: now.Nanosecond() / int(time.Microsecond),
	}
}

// present encodes an AP-REQ for a use of the authenticator.
func (t *Ticket) present(a types.Authenticator, use uint32, options ...int) ([]byte, error) {
	plain, err := a.Marshal()
	if err != nil {
		return nil, err
	}
	sealed, err := seal(plain, t.Key, use)
	if err != nil {
		return nil, err
	}
	return encode(asnAppTag.APREQ, presentation{version, asnAppTag.APREQ, flags(options...), member(3, t.Octets), sealed})
}

// number returns 30 random bits, which every implementation reads as a positive
// number.
func number() int {
	var octets [4]byte
	_, _ = rand.Read(octets[:]) // never fails
	return int(binary.BigEndian.Uint32(octets[:]) >> 2)
}

package kerberos

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/types"
	"golang.org/x/crypto/cryptobyte"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// readSafe returns the content of a file that holds a secret. One that nobody named
// stands where anybody may put one, so it has to belong to the caller or root.
func readSafe(path string, named bool) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, files.Unreadable(path, err)
	}
	defer f.Close()
	if err = files.Safe(path, f); err == nil && !named {
		err = files.Obeyed(path, f)
	}
	if err != nil {
		return nil, err
	}
	return files.ReadAll(path, f)
}

// inFile begins the name of a cache that is a file, as KRB5CCNAME may have it.
const inFile = "FILE:"

// readCache reads the credential cache.
func (s *Source) readCache() (holder, error) {
	path := strings.TrimPrefix(s.Cache.Path, inFile)
	if kind, _, found := strings.Cut(path, ":"); found && !strings.Contains(kind, "/") {
		return nil, fault.New(fault.Usage, "the credential cache %s is none in a file, name one with --krb5-ccache FILE (kinit -c FILE)", path)
	}
	octets, err := readSafe(path, s.Cache.Named)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.New(fault.Ticket, "there is no credential cache %s", path).Because(fault.NoTicket)
	case err != nil:
		return nil, fault.Wrap(fault.Usage, err)
	}
	c, err := parseCache(path, octets)
	if user := ParsePrincipal(s.User); err == nil && s.User != "" && !c.owner.has(user) {
		err = fault.New(fault.Ticket, "%s has tickets of %s, not of %s", path, c.owner, s.User).Because(fault.OtherClient)
	}
	c.path, c.config = path, s.config
	return c, err
}

// A cache is what kinit(1) leaves: tickets of one user.
type cache struct {
	path    string
	config  *config
	owner   Principal
	tickets []Ticket
}

func (c *cache) client() Principal { return c.owner }

// ticket finds one in the cache, or asks for one with what is there.
func (c *cache) ticket(ctx context.Context, service Principal, origin *Origin) (*Ticket, error) {
	now := time.Now()
	if t := c.find(service); t != nil && t.counts(now) {
		return t, nil
	}
	realm := c.owner.Realm
	tgt := c.find(granting(realm, realm))
	switch {
	case tgt == nil:
		return nil, fault.New(fault.Ticket, "%s has no ticket of %s for %s", c.path, c.owner, service.name()).Because(fault.NoTicket)
	case !now.Before(tgt.End):
		return nil, fault.New(fault.Ticket, "the ticket of %s expired %s ago", c.owner, fault.Age(now.Sub(tgt.End))).Because(fault.TicketExpired)
	}
	origin.Place = realm
	user := asker{config: c.config, client: c.owner}
	return user.get(ctx, tgt, service)
}

// refused does nothing: the cache is not ours to change.
func (c *cache) refused() {}

// configRealm is the realm of entries that are no tickets but settings.
const configRealm = "X-CACHECONF:"

// parseCache reads a credential cache in a file, of version 3 or 4 of the format
// (https://web.mit.edu/kerberos/krb5-latest/doc/formats/ccache_file_format.html).
func parseCache(path string, octets []byte) (*cache, error) {
	c := &cache{}
	in := cryptobyte.String(octets)
	var header cryptobyte.String
	var major, version uint8
	ok := in.ReadUint8(&major) && in.ReadUint8(&version) && major == 5 &&
		(version == 3 || version == 4 && in.ReadUint16LengthPrefixed(&header)) && readPrincipal(&in, &c.owner)
	for ok && !in.Empty() {
		var t Ticket
		ok = readTicket(&in, version, &t)
		if t.Service.Realm != configRealm {
			c.tickets = append(c.tickets, t)
		}
	}
	if !ok {
		return c, fault.New(fault.Ticket, "%s is no credential cache, or damaged", path).Because(fault.TicketDamaged)
	}
	return c, nil
}

// readPrincipal reads a type of name, the number of parts, the realm and the parts.
func readPrincipal(in *cryptobyte.String, p *Principal) bool {
	var kind, parts uint32
	if !in.ReadUint32(&kind) || !in.ReadUint32(&parts) || !readText(in, &p.Realm) {
		return false
	}
	for range parts {
		var part string
		if !readText(in, &part) {
			return false
		}
		p.Name = append(p.Name, part)
	}
	return true
}

func readTicket(in *cryptobyte.String, version uint8, t *Ticket) bool {
	var kind uint16
	var key, octets, second string
	var times [4]uint32 // authentication, start, end, end of renewals
	ok := readPrincipal(in, &t.Client) && readPrincipal(in, &t.Service) && in.ReadUint16(&kind) &&
		(version > 3 || in.ReadUint16(&kind)) && readText(in, &key)
	for i := range times {
		ok = ok && in.ReadUint32(&times[i])
	}
	ok = ok && in.Skip(1+4) && // whether it is for another user's key, and flags
		skipTyped(in) && skipTyped(in) && // addresses, and authorization data
		readText(in, &octets) && readText(in, &second)
	t.Key = types.EncryptionKey{KeyType: int32(kind), KeyValue: []byte(key)}
	t.Octets, t.End = []byte(octets), time.Unix(int64(times[2]), 0)
	if times[1] != 0 {
		t.Start = time.Unix(int64(times[1]), 0)
	}
	return ok
}

// readText reads octets behind their number.
func readText(in *cryptobyte.String, text *string) bool {
	var length uint32
	var octets []byte
	if !in.ReadUint32(&length) || uint64(length) > uint64(len(*in)) || !in.ReadBytes(&octets, int(length)) {
		return false
	}
	*text = string(octets)
	return true
}

// skipTyped skips a list of octets with types.
func skipTyped(in *cryptobyte.String) bool {
	var count uint32
	ok := in.ReadUint32(&count)
	for i := uint32(0); ok && i < count; i++ {
		var octets string
		ok = in.Skip(2) && readText(in, &octets)
	}
	return ok
}

// find returns the ticket for a service that lasts longest; nil is none.
func (c *cache) find(service Principal) (found *Ticket) {
	for i, t := range c.tickets {
		if t.Service.has(service) && slices.Equal(t.Client.Name, c.owner.Name) && (found == nil || t.End.After(found.End)) {
			found = &c.tickets[i]
		}
	}
	return found
}

package kerberos

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"

	"strconv"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

// A Source is where a ticket comes from.
type Source struct {
	Config Place  // krb5.conf(5)
	Cache  Place  // the credential cache, if there is no keytab
	Keytab string // "": none
	Dir    string // of the files.Store in which tickets are kept

	User    string // whose ticket, as typed; "": whose cache it is
	Service string // "pop", "pop/mail.example.com" or with a realm

	config *config
	cache  cache  // without a keytab
	asker  asker  // for the user
	keys   []byte // content of the keytab
	ticket *Ticket
	keeper keeper
	origin Origin
}

// A Place is a file, and whether the user named it.
type Place struct {
	Path  string
	Named bool
}

// An Origin is where a ticket came from.
type Origin struct {
	Client  string    // the user, with the realm
	Service string    // likewise
	Place   string    // a file, or the realm whose KDC was asked
	Kept    bool      // by an earlier run
	End     time.Time // of the ticket
	Unkept  string    // why tickets are not kept between runs; "" if they are, or need not be
}

// Name is where the secret comes from, for people.
func (s *Source) Name() string { return cmp.Or(s.Keytab, s.Cache.Path) }

// Prepare reads the files, before anything is sent.
func (s *Source) Prepare(ctx context.Context) error {
	return fault.Wait(ctx, s.prepare)
}

func (s *Source) prepare() (err error) {
	if s.config, err = readConfig(s.Config.Path, s.Config.Named); err != nil {
		return err
	}
	if s.Keytab != "" {
		return s.prepareKeytab()
	}
	kind, path, found := strings.Cut(s.Cache.Path, ":")
	switch {
	case found && kind == "FILE":
		s.Cache.Path = path
	case found && !strings.Contains(kind, "/"):
		return fault.New(fault.Usage, "the credential cache %s is none in a file, name one with --krb5-ccache FILE (kinit -c FILE)", s.Cache.Path)
	}
	octets, err := readSafe(s.Cache.Path, s.Cache.Named)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault.New(fault.Ticket, "there is no credential cache %s", s.Cache.Path).Because(fault.NoTicket)
	case err != nil:
		return fault.Wrap(fault.Usage, err)
	}
	if s.cache, err = parseCache(s.Cache.Path, octets); err != nil {
		return err
	}
	if user := ParsePrincipal(s.User); s.User != "" && !s.cache.client.has(user) {
		return fault.New(fault.Ticket, "%s has tickets of %s, not of %s", s.Cache.Path, s.cache.client, s.User).Because(fault.OtherClient)
	}
	s.asker = asker{config: s.config, client: s.cache.client}
	return nil
}

func (s *Source) prepareKeytab() (err error) {
	if s.keys, err = readSafe(s.Keytab, true); err != nil {
		return fault.Wrap(fault.Usage, err)
	}
	client := ParsePrincipal(s.User)
	if client.Realm = cmp.Or(client.Realm, s.config.realm); client.Realm == "" {
		return fault.New(fault.Ticket, "no realm is known for %s", s.User).Because(fault.NoRealm)
	}
	s.asker = asker{config: s.config, client: client, keytab: s.Keytab}
	s.asker.keys, err = parseKeytab(s.Keytab, s.keys, client)
	return err
}

// Client is the user, with the realm, after Prepare.
func (s *Source) Client() string { return s.asker.client.String() }

// Fetch returns a ticket for the service on a host.
func (s *Source) Fetch(ctx context.Context, host string) (*Ticket, error) {
	service, err := s.service(host)
	if err != nil {
		return nil, err
	}
	s.origin = Origin{Client: s.Client(), Service: service.name(), Place: s.Name()}
	if s.Keytab != "" {
		s.ticket, err = s.byKeytab(ctx, service)
	} else {
		s.ticket, err = s.byCache(ctx, service)
	}
	switch {
	case err != nil:
		return nil, err
	case !s.ticket.modernKey():
		return nil, fault.New(fault.Ticket, "the ticket for %s encrypts with RC4 or DES", service.name()).Because(fault.OldEncryption)
	}
	s.origin.Service, s.origin.End = s.ticket.Service.String(), s.ticket.End
	return s.ticket, nil
}

// service returns what the ticket is for.
func (s *Source) service(host string) (Principal, error) {
	service := ParsePrincipal(s.Service)
	if len(service.Name) == 1 {
		host = strings.ToLower(strings.TrimSuffix(host, "."))
		if _, err := netip.ParseAddr(host); err == nil {
			return service, fault.New(fault.Ticket, "a ticket is for a server's name, not for the address %s", host).Because(fault.NoServiceName)
		}
		service.Name = append(service.Name, host)
	}
	if service.Realm == "" {
		service.Realm = s.config.realmOf(service.Name[1])
	}
	return service, nil
}

// byCache finds the ticket in the cache, or asks for it with what is there.
func (s *Source) byCache(ctx context.Context, service Principal) (*Ticket, error) {
	now := time.Now()
	if t := s.cache.find(service); t != nil && t.counts(now) {
		return t, nil
	}
	realm := s.cache.client.Realm
	tgt := s.cache.find(granting(realm, realm))
	switch {
	case tgt == nil:
		return nil, fault.New(fault.Ticket, "%s has no ticket of %s for %s", s.Cache.Path, s.cache.client, service.name()).Because(fault.NoTicket)
	case !now.Before(tgt.End):
		return nil, fault.New(fault.Ticket, "the ticket of %s expired %s ago", s.cache.client, fault.Age(now.Sub(tgt.End))).Because(fault.TicketExpired)
	}
	s.origin.Place = realm
	return s.asker.get(ctx, tgt, service)
}

// byKeytab takes the ticket that is kept, or asks for one and keeps it.
func (s *Source) byKeytab(ctx context.Context, service Principal) (*Ticket, error) {
	s.keeper = newKeeper(s.Dir, s.keys, s.asker.client, service)
	e, err := fault.Await(ctx, func() (*entry, error) { return s.keeper.read(time.Now()), nil })
	switch {
	case err != nil:
		return nil, fault.From(err, "the directory "+s.Dir)
	case e != nil:
		s.origin.Kept = true
		if e.Failure != nil {
			return nil, &fault.Error{Kind: fault.Ticket, Problem: e.Failure.Problem, Text: e.Failure.Text}
		}
		return e.ticket(), nil
	}
	s.origin.Place = s.asker.client.Realm
	t, err := s.request(ctx, service)
	switch f := fault.Of(err); {
	case err == nil:
		s.keep(ctx, t, nil)
	case f.Problem == fault.KeyWrong:
		s.keep(ctx, nil, &keptFailure{f.Problem, f.Text})
	}
	return t, err
}

func (s *Source) request(ctx context.Context, service Principal) (*Ticket, error) {
	tgt, err := s.asker.logIn(ctx)
	if err != nil {
		return nil, err
	}
	return s.asker.get(ctx, tgt, service)
}

// keep leaves to later runs what came of this one.
func (s *Source) keep(ctx context.Context, t *Ticket, failed *keptFailure) {
	if err := fault.Wait(ctx, func() error { return s.keeper.keep(t, failed, time.Now()) }); err != nil {
		s.origin.Unkept = err.Error()
	}
}

// Origin is where the ticket came from, after Fetch.
func (s *Source) Origin() Origin { return s.origin }

// Refused forgets a ticket that the server refused: its key may be new.
func (s *Source) Refused(ctx context.Context) {
	if s.origin.Kept && s.Keytab != "" {
		_ = fault.Wait(ctx, func() error { s.keeper.remove(); return nil })
	}
}

// Secrets are what nobody may see of the ticket.
func (s *Source) Secrets() [][]byte {
	if s.ticket == nil {
		return nil
	}
	return [][]byte{s.ticket.Key.KeyValue, s.ticket.Octets}
}

// Needs returns the files to read and the TCP ports to connect to, besides those
// that options name.
func (s *Source) Needs() (read []string, ports []uint16) {
	c, _ := readConfig(s.Config.Path, s.Config.Named) // an error is shown when it is read again
	read, ports = append(c.files, strings.TrimPrefix(s.Cache.Path, "FILE:")), []uint16{88}
	for _, servers := range c.servers {
		for _, written := range servers {
			address, _ := kdcAddress(written)
			if _, port, err := net.SplitHostPort(address); err == nil {
				n, _ := strconv.ParseUint(port, 10, 16)
				ports = append(ports, uint16(n))
			}
		}
	}
	return read, ports
}

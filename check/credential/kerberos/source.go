package kerberos

import (
	"cmp"
	"context"
	"net/netip"
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
	from   holder
	ticket *Ticket
	origin Origin
}

// A Place is a file, and whether the user named it.
type Place struct {
	Path  string
	Named bool
}

// A holder has a ticket, or what it takes to ask for one.
type holder interface {
	// client is whose ticket it is.
	client() Principal
	// ticket returns one for a service. It tells in the origin if it comes from
	// elsewhere than the file.
	ticket(ctx context.Context, service Principal, origin *Origin) (*Ticket, error)
	// refused is called if the service did not take the ticket.
	refused()
}

// An Origin is where a ticket came from.
type Origin struct {
	Client  string    // the user, with the realm
	Service string    // likewise
	Place   string    // a file, or the realm whose KDC was asked
	Kept    bool      // by an earlier run
	End     time.Time // of the ticket
	Unkept  string    // why it is not kept for later runs; "" if it is, or need not be
}

// Name is where the secret comes from, for people.
func (s *Source) Name() string { return cmp.Or(s.Keytab, s.Cache.Path) }

// Prepare reads the files, before anything is sent.
func (s *Source) Prepare(ctx context.Context) error {
	return fault.Wait(ctx, func() (err error) {
		if s.config, err = readConfig(s.Config.Path, s.Config.Named); err != nil {
			return err
		}
		if s.Keytab != "" {
			s.from, err = s.readKeytab()
		} else {
			s.from, err = s.readCache()
		}
		return err
	})
}

// Client is the user, with the realm, after Prepare.
func (s *Source) Client() string { return s.from.client().String() }

// Fetch returns a ticket for the service on a host.
func (s *Source) Fetch(ctx context.Context, host string) (*Ticket, error) {
	service, err := s.service(host)
	if err != nil {
		return nil, err
	}
	s.origin = Origin{Client: s.Client(), Service: service.name(), Place: s.Name()}
	if s.ticket, err = s.from.ticket(ctx, service, &s.origin); err != nil {
		return nil, err
	}
	if !s.ticket.modernKey() {
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
	service.Realm = cmp.Or(service.Realm, s.config.realmOf(service.Name[1]))
	return service, nil
}

// Origin is where the ticket came from, after Fetch.
func (s *Source) Origin() Origin { return s.origin }

// Refused forgets a ticket that the server refused: the server may have a new key.
func (s *Source) Refused(ctx context.Context) {
	_ = fault.Wait(ctx, func() error { s.from.refused(); return nil })
}

// Secret is what nobody may see of the ticket, nil before Fetch: its key. The rest
// is of no use without it.
func (s *Source) Secret() []byte {
	if s.ticket == nil {
		return nil
	}
	return s.ticket.Key.KeyValue
}

// Needs returns the files to read and the TCP ports to connect to, besides those
// that options name.
func (s *Source) Needs() (read []string, ports []uint16) {
	c, _ := readConfig(s.Config.Path, s.Config.Named) // an error is shown when it is read again
	return append(c.files, strings.TrimPrefix(s.Cache.Path, inFile)), c.ports()
}

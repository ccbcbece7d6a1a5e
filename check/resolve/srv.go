package resolve

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"check_pop3x/check/fault"
)

// A Service is a record that says where a domain has a service (RFC 2782).
type Service struct {
	Priority, Weight, Port uint16
	Target                 string // without a dot at its end; "" if the domain says that there is no such service
}

// Services are the answer to a question about them.
type Services struct {
	Name    string // what was asked for, "_pop3s._tcp.example.org"
	From    netip.AddrPort
	Secure  bool      // DNSSEC vouches for the answer, by a server that is trusted to tell
	Records []Service // as they came
}

// Refuses reports whether the domain says that it does not have the service.
func (s *Services) Refuses() bool { return len(s.Records) == 1 && s.Records[0].Target == "" }

// InOrder returns the targets in the order in which they are to be tried: by their
// priority, and of those that are alike by chance, one with more weight sooner (RFC
// 2782). random returns a number from 0 to n-1.
func (s *Services) InOrder(random func(n int) int) (all []Service) {
	left := slices.DeleteFunc(slices.Clone(s.Records), func(one Service) bool { return one.Target == "" })
	slices.SortStableFunc(left, func(a, b Service) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Weight, b.Weight))
	})
	for len(left) > 0 {
		alike := slices.IndexFunc(left, func(one Service) bool { return one.Priority != left[0].Priority })
		if alike < 0 {
			alike = len(left)
		}
		next := byWeight(left[:alike], random)
		all = append(all, left[next])
		left = slices.Delete(left, next, next+1)
	}
	return all
}

// byWeight chooses one of several, of which those without a weight come first.
func byWeight(alike []Service, random func(n int) int) int {
	sum := 0
	for _, one := range alike {
		sum += int(one.Weight)
	}
	chosen, passed := random(sum+1), 0
	for i, one := range alike {
		if passed += int(one.Weight); passed >= chosen {
			return i
		}
	}
	return len(alike) - 1
}

// LookupServices asks for the records of a service by TCP, such as "pop3s". That
// there are none is not an error. It returns when ctx ends, with the cause of that;
// any other error is a *fault.Error of kind DNS, or Usage if there is no server to
// ask.
func LookupServices(ctx context.Context, r Resolver, service, domain string) (*Services, error) {
	s, err := fault.Await(ctx, r.servers)
	if err != nil {
		return nil, err
	}
	name := "_" + service + "._tcp." + withoutDot(domain)
	all, err := fault.Await(ctx, func() (*Services, error) { return s.lookupServices(ctx, name) })
	if ctx.Err() != nil {
		return nil, lateFrom(context.Cause(ctx), serverNames(s.addrs)+" about "+name, fault.NoResolver, "")
	}
	return all, err
}

func (s servers) lookupServices(ctx context.Context, name string) (*Services, error) {
	r, err := s.ask(ctx, withDot(name), dnsmessage.TypeSRV)
	if err != nil {
		return nil, err
	}
	if !r.isConclusive() {
		return nil, s.refusal(ctx, r, dnsmessage.TypeSRV)
	}
	all := &Services{Name: name, From: r.from, Secure: r.AuthenticData && s.trusted}
	for _, one := range r.services {
		if strings.EqualFold(one.owner, r.finalName()) {
			all.Records = append(all.Records, one.Service)
		}
	}
	return all, nil
}

// An ownedService is a record of a service with its name.
type ownedService struct {
	owner string
	Service
}

func (m *message) parseService(h dnsmessage.ResourceHeader, p *dnsmessage.Parser) error {
	r, err := p.SRVResource()
	if err == nil {
		m.services = append(m.services, ownedService{h.Name.String(), Service{r.Priority, r.Weight, r.Port, withoutDot(r.Target.String())}})
	}
	return err
}

// CheckDomain returns why a name cannot have records of a service, or nil.
func CheckDomain(domain string) error {
	switch {
	case IsAddress(domain):
		return fmt.Errorf("%s is an address, and only a domain has SRV records", domain)
	case !isDomainName("_pop3s._tcp."+withoutDot(domain)) || strings.ContainsFunc(domain, isForeign):
		return fmt.Errorf("%q is not a name in DNS", domain)
	}
	return nil
}

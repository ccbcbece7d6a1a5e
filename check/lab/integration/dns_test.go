//go:build integration

// DNS with DNSSEC: Knot signs the zones of the tests, and Unbound validates them.

package integration

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"check_pop3x/check/lab/integration/debian"
)

// dnsZone is what Knot serves under a name.
type dnsZone struct {
	Name   string
	File   string // filled in
	Signed bool
	Dead   bool   // its server is not there
	text   string // its records, except SOA and NS
}

// dnsServers are Knot and Unbound.
type dnsServers struct {
	*sandbox
	Address             string // of the resolver
	Authority, Resolver int    // ports
	Zones               []dnsZone
	from                *netHost // whose network it is, if not that of the tests
}

// startDNS serves the zones and a root above them. Of forged.example the resolver is told another key than the zone is
// signed with, and nobody may ask about refused.example.
func startDNS(t *testing.T, zones ...dnsZone) *dnsServers {
	t.Helper()
	return startDNSAt(t, "127.0.0.1", freePort(), zones...)
}

// startDNSAt has the resolver listen at that address and port.
func startDNSAt(t *testing.T, address string, port int, zones ...dnsZone) *dnsServers {
	t.Helper()
	d := &dnsServers{Address: address, Authority: freePort(), Resolver: port}
	d.serve(t, zones...)
	return d
}

func (d *dnsServers) serve(t *testing.T, zones ...dnsZone) {
	t.Helper()
	box, err := newSandbox("dns")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Stop)
	if d.from != nil {
		box.Network = d.from.path()
	}
	root := dnsZone{Name: ".", Signed: true}
	for _, zone := range zones {
		root.text += zone.Name + " NS ns.invalid.\n"
	}
	d.sandbox, d.Zones = box, append(zones, root)
	if err := d.bringUp(); err != nil {
		t.Fatalf("%v; the log:\n%s", err, d.Tail())
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log of DNS:\n%s", d.Tail())
		}
	})
}

func (d *dnsServers) bringUp() error {
	command := []string{"sh", "dns.sh"}
	for i := range d.Zones {
		zone := &d.Zones[i]
		zone.File = fmt.Sprintf("zone.%d", i)
		text := "$TTL 60\n@ SOA ns.invalid. nobody.invalid. 1 60 60 600 60\n@ NS ns.invalid.\n" + zone.text
		if err := d.Write(zone.File, text, 0o644); err != nil {
			return err
		}
		if zone.Signed {
			command = append(command, zone.Name)
		}
	}
	err := errors.Join(d.writeTemplate("knot.conf", d), d.writeTemplate("unbound.conf", d), d.copyIn("dns.sh"))
	if err == nil {
		err = d.Start("dns", command...)
	}
	if err == nil {
		err = d.awaitAnswers()
	}
	return err
}

// addr is where Unbound listens.
func (d *dnsServers) addr() string { return fmt.Sprintf("%s:%d", d.Address, d.Resolver) }

// awaitAnswers waits until Unbound vouches for the root.
func (d *dnsServers) awaitAnswers() error {
	query := new(dns.Msg).SetQuestion(".", dns.TypeSOA).SetEdns0(1232, true)
	for deadline := time.Now().Add(debian.StartTimeout); ; <-time.After(20 * time.Millisecond) {
		answer, err := d.ask(query)
		if err == nil && answer.AuthenticatedData {
			return nil
		}
		select {
		case <-d.Ended:
			return errors.New("DNS has ended")
		default:
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no answer that is authentic: %v, %v", answer, err)
		}
	}
}

// ask asks Unbound.
func (d *dnsServers) ask(query *dns.Msg) (answer *dns.Msg, err error) {
	exchange := func() error {
		answer, err = dns.Exchange(query, d.addr())
		return err
	}
	if d.from == nil {
		err = exchange()
	} else {
		err = d.from.do(exchange)
	}
	return answer, err
}

// addresses are A records of 127.0.0.1 for the names.
func addresses(names ...string) string {
	var text strings.Builder
	for _, name := range names {
		fmt.Fprintf(&text, "%s A %s\n", name, net.IPv4(127, 0, 0, 1))
	}
	return text.String()
}

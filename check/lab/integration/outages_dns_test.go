//go:build integration

// Names that are not there, and DNS servers that do not answer.

package integration

import "testing"

func (all *outages) startDNS(t *testing.T) {
	t.Helper()
	d := &dnsServers{Address: dnsAddress, Authority: 5353, Resolver: 53, from: all.cable.servers}
	d.serve(t,
		dnsZone{Name: "example.org.", Signed: true, text: "mail.customer A " + goodAddress + "\nonly.customer MX 10 mail.customer\n"},
		dnsZone{Name: "example.net.", Dead: true},
		dnsZone{Name: "example.com.", text: "mail.customer A of no address\n"}, // so Knot does not load it
		dnsZone{Name: "forged.example.", Signed: true, text: "mail.custo A " + goodAddress + "\n"},
	)
}

package resolve

import (
	"strings"
	"testing"
)

// targets are the targets of records, in their order.
func targets(all []Service) string {
	var names []string
	for _, one := range all {
		names = append(names, one.Target)
	}
	return strings.Join(names, " ")
}

// Targets are tried by priority, then by chance and weight: the numbers are what
// chance says, one for each choice.
func TestServicesInOrder(t *testing.T) {
	records := []Service{{20, 0, 995, "backup"}, {10, 60, 995, "big"}, {10, 40, 995, "small"}, {10, 0, 995, "idle"}, {5, 7, 995, "first"}, {30, 0, 995, "z"}}
	for _, s := range []struct {
		chance []int
		want   string
	}{
		{[]int{0, 0, 0, 0, 0, 0}, "first idle small big backup z"},
		{[]int{7, 1, 1, 1, 0, 0}, "first small big idle backup z"},
		{[]int{3, 41, 1, 0, 0, 0}, "first big small idle backup z"},
		{[]int{3, 100, 40, 0, 0, 0}, "first big small idle backup z"},
		{[]int{3, 40, 60, 0, 0, 0}, "first small big idle backup z"},
	} {
		var asked []int
		random := func(n int) int {
			asked = append(asked, n)
			return min(s.chance[len(asked)-1], n-1)
		}
		all := &Services{Records: records}
		if got := targets(all.InOrder(random)); got != s.want {
			t.Errorf("%v: %s, want %s", s.chance, got, s.want)
		}
		if asked[1] != 101 { // RFC 2782 counts both ends
			t.Errorf("of %d numbers one was chosen", asked[1])
		}
		if targets(records) != "backup big small idle first z" {
			t.Errorf("the records were changed: %s", targets(records))
		}
	}
}

// Over many choices each target is first as often as its weight says.
func TestWeights(t *testing.T) {
	all, first := &Services{Records: []Service{{0, 1, 1, "one"}, {0, 3, 1, "three"}}}, map[string]int{}
	for n := range 5 {
		first[all.InOrder(func(of int) int { return n % of })[0].Target]++
	}
	if first["three"] != 3 || first["one"] != 2 { // 0 to 4: 0 and 1 are "one"
		t.Error(first)
	}
}

func TestLookupServices(t *testing.T) {
	_, r := resolving(t, `
_pop3s._tcp.example.org. SRV 10 5 995 pop.example.org.
_pop3s._tcp.example.org. SRV 20 0 1995 other.example.net.
_pop3._tcp.example.org. SRV 0 0 0 .
_pop3s._tcp.alias.example.org. CNAME _pop3s._tcp.example.org.
_pop3s._tcp.unsigned.example.org. SRV 1 1 995 pop.example.org.
insecure unsigned.example.org
`)
	for _, s := range []struct {
		service, domain, want string
		secure, refuses       bool
	}{
		{"pop3s", "example.org", "pop.example.org other.example.net", true, false},
		{"pop3s", "example.org.", "pop.example.org other.example.net", true, false},
		{"pop3", "example.org", "", true, true},
		{"pop3s", "alias.example.org", "pop.example.org other.example.net", true, false},
		{"pop3s", "unsigned.example.org", "pop.example.org", false, false},
		{"pop3s", "none.example.org", "", true, false},
	} {
		got, err := LookupServices(bounded(t), r, s.service, s.domain)
		if err != nil {
			t.Errorf("%s %s: %v", s.service, s.domain, err)
			continue
		}
		if targets(got.Records) != s.want || got.Secure != s.secure || got.Refuses() != s.refuses {
			t.Errorf("%s %s: %+v", s.service, s.domain, got)
		}
	}
}

// What stands in a server's configuration is not trusted to vouch for DNSSEC.
func TestUntrustedServices(t *testing.T) {
	_, at := resolving(t, "_pop3s._tcp.example.org. SRV 10 5 995 pop.example.org.\n")
	s, _ := at.servers()
	s.trusted = false
	got, err := s.lookupServices(bounded(t), "_pop3s._tcp.example.org")
	if err != nil || got.Secure || len(got.Records) != 1 || got.Records[0] != (Service{10, 5, 995, "pop.example.org"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

package render

import (
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/report"
)

// -v lists the records, and what each is good for.
func TestVerboseDANE(t *testing.T) {
	d := &report.DANE{Name: "_995._tcp.a", Server: "127.0.0.1:53", Secure: true, Records: []report.TLSA{
		{Record: "3 1 1 00", Matches: true},
		{Record: "3 0 1 00"},
		{Record: "0 0 1 00", Unused: "x"},
		{Record: "3 0 0 " + strings.Repeat("0", 5000)},
	}}
	long := "3 0 0 " + strings.Repeat("0", maxText-7) + "…"
	for _, c := range []struct {
		secure bool
		tls    *report.TLS
		want   []string
	}{
		{true, &report.TLS{}, []string{"_995._tcp.a, says 127.0.0.1:53, secured by DNSSEC", "3 1 1 00 matches", "3 0 1 00 does not match", "0 0 1 00 is not used: x", long + " does not match"}},
		{false, nil, []string{"_995._tcp.a, says 127.0.0.1:53, not secured by DNSSEC", "3 1 1 00 matches", "3 0 1 00 was not compared", "0 0 1 00 is not used: x", long + " was not compared"}},
	} {
		r := works()
		d.Secure, r.DANE, r.TLS = c.secure, d, c.tls
		if got := section(t, displayed(r), "DANE"); !slices.Equal(got, c.want) {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

// By what the server is believed.
func TestVerifiedByTLSA(t *testing.T) {
	for want, f := range map[string]report.TLS{
		"v, c, verified by TLSA 3 1 1":                        {Verified: true, ByTLSA: "3 1 1", SNI: "a"},
		"v, c, verified for a by TLSA 2 0 1, pinned":          {Verified: true, ByTLSA: "2 0 1", ServerName: "a", SNI: "a", Pinned: true},
		"v, c, verified for a by TLSA 2 0 1, asked for other": {Verified: true, ByTLSA: "2 0 1", ServerName: "a", SNI: "other"},
	} {
		f.Version, f.Cipher = "v", "c"
		r := works()
		r.TLS = &f
		if got := section(t, displayed(r), "TLS"); !slices.Equal(got, []string{want}) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

package maildrop

import "testing"

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		match, header string
		want          bool
	}{
		{"Subject=^Backup .* ok$", "Subject: Backup of db ok", true},
		{"subject=^Backup .* ok$", "SUBJECT:   Backup of\n\tdb ok  ", true},
		{"Subject=^Backup .* ok$", "Subject: Backup of db failed", false},
		{"Subject=^Grüße$", "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", true},
		{"Subject=^Grüße$", "Subject: =?ISO-8859-1?Q?Gr=FC=DFe?=", true},
		{"Subject=^Grüße$", "Subject: Gr\xc3\xbc\xc3\x9fe", true},
		{"Subject=^ab$", "Subject: =?utf-8?b?YQ==?=\n =?utf-8?b?Yg==?=", true},
		{"Subject=^Backup. ok$", "Subject: =?koi8-r?q?Backup=C1_ok?=", true},
		{"Subject=utf-8", "Subject: =?utf-8?x?broken?=", true},
		{"Subject=", "From: x", false},
		{"Subject=^$", "Subject:", true},
		{"Received=by b", "Received: by a; x\nReceived: by b; y", true},
		{"X-A=B=C", "X-A: B=C", true},
	} {
		m, err := ParseMatch(c.match)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.matches(read(c.header, m)); got != c.want {
			t.Errorf("%s in %q: %v", c.match, c.header, got)
		}
	}
	for _, text := range []string{"", "Subject", "=x", "Sub ject=x", "Subject=(", "Subject=(?=x)"} {
		if _, err := ParseMatch(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

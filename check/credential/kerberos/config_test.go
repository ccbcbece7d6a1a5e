package kerberos

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// configured reads a configuration, for which DIR stands for the directory of files.
func configured(t *testing.T, text string, files map[string]string) (*config, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.ReplaceAll(text, "DIR", dir)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "krb5 conf")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "DIR", dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	return readConfig(path, true)
}

const example = `
# includedir /nonexistent
includedir DIR
[libdefaults]
	default_realm = EXAMPLE.COM
	default_realm = LATER.COM
[realms]
EXAMPLE.COM = {
	auth_to_local_names = {
		kdc = nobody
	}
	kdc = kdc1.example.com
	kdc = tcp/kdc2.example.com:750 ; no comment
	kdc = udp/kdc3.example.com
	kdc = https://proxy.example.com/KdcProxy
	kdc = [2001:db8::1]
	kdc = 2001:db8::2
	admin_server = kdc1.example.com
}
[domain_realm]
	.example.com = EXAMPLE.COM
	example.com = EXAMPLE.COM
	odd.example.com = ODD.COM
[appdefaults]
	pam = { kdc = x }
`

func TestConfig(t *testing.T) {
	c, err := configured(t, strings.Replace(example, " ; no comment", "", 1), map[string]string{
		"more.conf": "[realms]\nMORE.COM = {\n kdc = kdc.more.com*\n}\n", "other": "[libdefaults]\ndns_lookup_kdc = no\n", "a.bak": "[libdefaults]\ndefault_realm = BACKUP\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.realm != "EXAMPLE.COM" || !c.noDNS {
		t.Errorf("realm %s, without DNS %t", c.realm, c.noDNS)
	}
	for realm, want := range map[string][]string{
		"EXAMPLE.COM": {"kdc1.example.com:88", "kdc2.example.com:750", "[2001:db8::1]:88", "[2001:db8::2]:88"},
		"MORE.COM":    {"kdc.more.com:88"},
	} {
		if got, err := c.kdcs(t.Context(), realm); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", realm, got, err)
		}
	}
	if _, err := c.kdcs(t.Context(), "OTHER.COM"); fault.Of(err).Problem != fault.RealmUnknown {
		t.Errorf("%v", err)
	}
	for host, want := range map[string]string{
		"mail.example.com": "EXAMPLE.COM", "EXAMPLE.com.": "EXAMPLE.COM", "a.b.example.com": "EXAMPLE.COM", "odd.example.com": "ODD.COM", "example.org": "", "localhost": "",
	} {
		if got := c.realmOf(host); got != want {
			t.Errorf("%s: %q", host, got)
		}
	}
}

func TestConfigThatCannotBeRead(t *testing.T) {
	for name, text := range map[string]string{
		"a file that includes itself": "include DIR/krb5 conf\n",
		"a missing file":              "include DIR/missing\n",
		"a missing directory":         "includedir DIR/missing\n",
	} {
		if _, err := configured(t, text, nil); err == nil || fault.Of(err).Kind != fault.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c, err := readConfig(filepath.Join(t.TempDir(), "missing"), false); err != nil || c.realm != "" {
		t.Errorf("a configuration that nobody named: %v", err)
	}
}

func FuzzConfig(f *testing.F) {
	f.Add(example)
	f.Add("}\n[\n = {\n}}}\nkdc")
	f.Add("[realms]\nX = {\nkdc=\nkdc=:\nkdc=[")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := configured(t, strings.ReplaceAll(text, "include", ""), nil)
		if err != nil {
			return
		}
		for realm := range c.servers {
			c.noDNS = true
			all, err := c.kdcs(t.Context(), realm)
			if err == nil && len(all) == 0 {
				t.Errorf("%q has neither a KDC nor an error", realm)
			}
		}
		c.realmOf("mail.example.com")
	})
}

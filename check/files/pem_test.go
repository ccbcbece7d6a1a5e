package files

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestCheckRoots(t *testing.T) {
	one := string(pop3test.NewAuthority("Test Root CA").PEM())
	key := "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
	lines := strings.SplitAfter(one, "\n")
	for _, c := range []struct{ name, data, want string }{
		{"one", one, ""},
		{"two, with words around them", "Root:\n" + one + "Second - root\n" + one + "end", ""},
		{"CRLF", strings.ReplaceAll(one, "\n", "\r\n"), ""},
		{"no last line end", strings.TrimSuffix(one, "\n"), ""},
		{"indented base64", strings.ReplaceAll(one, "\nM", "\n\t M"), ""},
		{"with a key", key + one, ""},
		{"with one that crypto/x509 refuses", one + pemText("AAAA"), ""},
		{"empty", "", "no certificate in PEM format in it, name another file"},
		{"a key only", key, "no certificate in PEM format in it, name another file"},
		{"DER", string(mustDecode(t, one)), "no certificate in PEM format in it, name another file"},
		{"none that crypto/x509 accepts", pemText("AAAA"), "the certificate in line 1 cannot be read: malformed certificate"},
		{"a comment that quotes BEGIN", "# -----BEGIN CERTIFICATE----- begins it\n" + one, ""},
		{"a byte order mark", "\ufeff" + one, ""},
		{"a byte order mark, and one more", "\ufeff" + one + one, ""},
		{"blanks behind it", strings.TrimSuffix(one, "\n") + " \t\n", ""},
		{"a no-break space behind it", strings.TrimSuffix(one, "\n") + "\u00a0\n", "the certificate in line 1 is broken"},
		{"cut off", one + strings.Join(lines[:4], ""), fmt.Sprintf("the certificate in line %d is broken", len(lines))},
		{"cut off, then one more", strings.Join(lines[:4], "") + one, "the certificate in line 1 is broken"},
		{"no base64", one + pemText("A*AA"), fmt.Sprintf("the certificate in line %d is broken", len(lines))},
		{"cut in its last line", strings.Replace(one, "\n-----END", "", 1), "the certificate in line 1 is broken"},
		{"words behind it", strings.TrimSuffix(one, "\n") + " x\n", "the certificate in line 1 is broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "roots.pem")
			if err := os.WriteFile(path, []byte(c.data), 0o600); err != nil {
				t.Fatal(err)
			}
			err := CheckRoots(path)
			if c.want != "" {
				wantError(t, err, path+": "+c.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func pemText(body string) string {
	return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n"
}

func mustDecode(t *testing.T, text string) []byte {
	t.Helper()
	p, _ := pem.Decode([]byte(text))
	if p == nil {
		t.Fatal(text)
	}
	return p.Bytes
}

// A window ends anywhere in a certificate, and a line is longer than it.
func TestCertificatesByWindows(t *testing.T) {
	one := string(pop3test.NewAuthority("Test Root CA").PEM())
	comment := "# -----BEGIN CERTIFICATE-----" + strings.Repeat("x", 3*window) + "\n"
	for shift := range len(one) + 2 {
		data := strings.Repeat("\n", shift) + strings.Repeat(one, 2*window/len(one)) + comment + one
		n, broken := 0, data+strings.Split(one, "\n")[0]+"\nx"
		for c, err := range Certificates(strings.NewReader(data)) {
			if n++; err != nil || string(c.text)+"\n" != one {
				t.Fatalf("%q, %v, shifted by %d", c.text, err, shift)
			}
		}
		if want := strings.Count(data, "\n-----BEGIN"); n != want && shift > 0 {
			t.Fatalf("%d certificates, want %d, shifted by %d", n, want, shift)
		}
		wantError(t, checkRoots(strings.NewReader(broken)), fmt.Sprintf("the certificate in line %d is broken", strings.Count(data, "\n")+1))
	}
}

func TestReadRoots(t *testing.T) {
	one := pop3test.NewAuthority("Test Root CA").PEM()
	path := newFile(t, "\ufeff"+string(one)+string(one), 0o600)
	want := x509.NewCertPool()
	want.AppendCertsFromPEM(one)
	if pool, err := ReadRoots(path); err != nil || !pool.Equal(want) {
		t.Error(pool, err)
	}
	_, err := ReadRoots(path + "x")
	wantError(t, err, path+"x: no such file or directory")
}

func TestCheckRootsThatIsNone(t *testing.T) {
	dir := t.TempDir()
	wantError(t, CheckRoots(dir), dir+": is a directory")
	missing := filepath.Join(dir, "x")
	wantError(t, CheckRoots(missing), missing+": no such file or directory")
	big := filepath.Join(dir, "big")
	os.WriteFile(big, nil, 0o600)
	os.Truncate(big, MaxRoots<<20+1)
	wantError(t, CheckRoots(big), big+": not a regular file of at most 16 MiB")
}

// FuzzCertificates: of a file without errors, the certificates are those that
// crypto/x509 takes from it.
func FuzzCertificates(f *testing.F) {
	one := string(pop3test.NewAuthority("Test Root CA").PEM())
	for _, s := range []string{"", one, one + one, "x\n" + one + "-----BEGIN", "-----BEGIN X-----\n" + one, one + "-----END X-----\n" + one,
		strings.ReplaceAll(one, "\n", "\r\n"), strings.Replace(one, "\n", "\na: b\n\n", 1), pemText("") + one, "-----END CERTIFICATE-----\n" + one} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if checkRoots(bytes.NewReader(data)) != nil {
			return
		}
		pool, want := x509.NewCertPool(), x509.NewCertPool()
		for c, err := range Certificates(bytes.NewReader(data)) {
			if parsed, err := c.Parse(); err == nil {
				pool.AddCert(parsed)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if want.AppendCertsFromPEM(data); !pool.Equal(want) {
			t.Fatalf("other certificates in %q", data)
		}
	})
}

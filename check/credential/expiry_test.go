package credential

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A comment in the second line says when the secret ends. Others are for people.
func TestFileExpires(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	for comment, want := range map[string]string{
		"# expires 2027-05-01":                "2027-05-01T00:00:00Z",
		"#expires 2027-05-01":                 "2027-05-01T00:00:00Z",
		"  # Expires: 2027-05-01 \r":          "2027-05-01T00:00:00Z",
		"# expires 2027-05-01T12:00:00+02:00": "2027-05-01T10:00:00Z",
		"# expires in May":                    "unknown",
		"# expires":                           "unknown",
		"# expires 2027-05-01 or so":          "unknown",
		"expires 2027-05-01":                  "",
		"# of alice, expires 2027-05-01":      "",
		"#":                                   "",
		"":                                    "",
		"\n# expires 2027-05-01":              "", // the third line
	} {
		if err := os.WriteFile(path, []byte("s3cret\n"+comment+"\nmore\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		source := FileOf("token", path)
		if secret, err := source.Read(t.Context()); err != nil || secret != "s3cret" {
			t.Fatalf("%q: %q, %v", comment, secret, err)
		}
		got := ""
		for _, e := range source.Expiries() {
			got += "unknown"
			if !e.To.IsZero() {
				got = e.To.UTC().Format(time.RFC3339)
			}
			if e.Name != "the token in "+path || time.Since(e.From) > time.Minute {
				t.Errorf("%q: %+v", comment, e)
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", comment, got, want)
		}
	}
}

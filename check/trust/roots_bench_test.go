package trust

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
)

const debianBundle = "/etc/ssl/certs/ca-certificates.crt"

func readBundle(tb testing.TB) []byte {
	tb.Helper()
	data, err := os.ReadFile(debianBundle)
	if err != nil {
		tb.Skip(err)
	}
	return data
}

// lastNames are the names that a chain looks for: one is of the last root.
func lastNames(tb testing.TB, data []byte) map[string]bool {
	tb.Helper()
	certs := allOf(data)
	return map[string]bool{string(certs[len(certs)-1].RawSubject): true, "x": true}
}

func allOf(data []byte) (certs []*x509.Certificate) {
	for {
		var p *pem.Block
		if p, data = pem.Decode(data); p == nil {
			return certs
		}
		if c, err := x509.ParseCertificate(p.Bytes); err == nil && p.Type == "CERTIFICATE" && len(p.Headers) == 0 {
			certs = append(certs, c)
		}
	}
}

// BenchmarkNamedRoots is the cost of the trusted roots for a check that is OK.
func BenchmarkNamedRoots(b *testing.B) {
	names := lastNames(b, readBundle(b))
	b.Setenv("SSL_CERT_FILE", debianBundle)
	b.ReportAllocs()
	for b.Loop() {
		certs, err := bundledRoots(names)
		if err != nil || len(certs) != 1 {
			b.Fatal(err, len(certs))
		}
		poolOf(certs)
	}
}

// BenchmarkWholePool does what x509.SystemCertPool does once in a process: it
// reads the bundle and each file of the directory.
func BenchmarkWholePool(b *testing.B) {
	readBundle(b)
	b.ReportAllocs()
	for b.Loop() {
		pool := x509.NewCertPool()
		data, _ := os.ReadFile(debianBundle)
		pool.AppendCertsFromPEM(data)
		files, _ := filepath.Glob("/etc/ssl/certs/*.pem")
		for _, f := range files {
			if target, err := os.Readlink(f); err == nil && filepath.Base(target) == target {
				continue
			}
			data, _ := os.ReadFile(f)
			pool.AppendCertsFromPEM(data)
		}
	}
}

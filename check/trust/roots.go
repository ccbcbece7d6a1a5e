package trust

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// maxRootsFile limits a file of trusted roots, in MiB; all the world's are 0.2.
const maxRootsFile = 16

// CheckRootsFile finds, without a connection, what would keep RootsFile from
// being used: it cannot be read, is no regular file or over 16 MiB, has a
// broken certificate in it or none at all. The error is a *fault.Error of kind
// Usage that names the file. "" is good.
func CheckRootsFile(path string) error {
	if path == "" {
		return nil
	}
	data, err := readRoots(path)
	if err != nil {
		return rootsFault(path, err)
	}
	if err := checkRoots(data); err != nil {
		return rootsFault(path, err)
	}
	return nil
}

// checkRoots parses no more than it takes to find one good certificate. Those
// that crypto/x509 does not understand may be there, as in its own pools.
func checkRoots(data []byte) error {
	var buffer []byte
	good := false
	s := &blocks{data: data}
	for {
		b, err := s.next()
		switch {
		case err == io.EOF && good:
			return nil
		case err == io.EOF:
			return errors.New("no certificate in PEM format in it")
		case err != nil || !b.whole(&buffer):
			return fmt.Errorf("the certificate in line %d is broken", s.line())
		case !good:
			_, good = b.certificate()
		}
	}
}

// named picks the certificates of a file whose subject is one of the names:
// those that can matter to a verification, since crypto/x509 finds a parent by
// the equality of RawIssuer and RawSubject alone. A certificate whose subject
// is not found is parsed as a whole rather than left out.
func named(data []byte, names map[string]bool) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	var buffer []byte
	s := &blocks{data: data}
	for {
		b, err := s.next()
		if err == io.EOF {
			return certs, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the certificate in line %d is broken", s.line())
		}
		if subject, ok := b.subject(&buffer); ok && !names[string(subject)] {
			continue
		}
		if c, ok := b.certificate(); ok {
			certs = append(certs, c)
		}
	}
}

// systemBundle reads the file of trusted roots that crypto/x509 would read. It
// fails where there is none, or not one to be sure of, or the system has another
// way.
func systemBundle() ([]byte, error) {
	for _, path := range bundleFiles() {
		data, err := readRoots(path)
		if err == nil || errors.Is(err, files.ErrIrregular) { // which crypto/x509 may be able to read
			return data, err
		}
	}
	return nil, fs.ErrNotExist
}

// bundleFiles are the places where crypto/x509 looks, in its order
// (root_unix.go, root_linux.go, root_bsd.go of Go 1.26). It stops at the first
// that it can read, and reads directories besides: its pool may hold more.
func bundleFiles() []string {
	switch runtime.GOOS {
	case "linux", "freebsd", "openbsd", "netbsd", "dragonfly":
		if f := os.Getenv("SSL_CERT_FILE"); f != "" {
			return []string{f}
		}
	}
	switch runtime.GOOS {
	case "linux":
		return []string{
			"/etc/ssl/certs/ca-certificates.crt",
			"/etc/pki/tls/certs/ca-bundle.crt",
			"/etc/ssl/ca-bundle.pem",
			"/etc/pki/tls/cacert.pem",
			"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
			"/etc/ssl/cert.pem",
		}
	case "freebsd", "openbsd", "netbsd", "dragonfly":
		return []string{
			"/usr/local/etc/ssl/cert.pem",
			"/etc/ssl/cert.pem",
			"/usr/local/share/certs/ca-root-nss.crt",
			"/etc/openssl/certs/ca-certificates.crt",
		}
	}
	return nil
}

func readRoots(path string) ([]byte, error) { return files.ReadRegular(path, maxRootsFile) }

func rootsFault(path string, err error) error {
	return &fault.Error{Kind: fault.Usage, Text: path + ": " + err.Error(), Err: err}
}

package trust

import (
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// CheckRootsFile returns, before there is a connection, why RootsFile cannot be
// used: it cannot be read, is not a regular file of at most 16 MiB, has a broken
// certificate in it or none at all. The error is a *fault.Error of kind Usage
// that names the file. "" is fine.
func CheckRootsFile(path string) error {
	if path == "" {
		return nil
	}
	return fault.Wrap(fault.Usage, files.CheckRoots(path))
}

// namedRoots picks the certificates of a file whose subject is one of the names:
// those that can matter to a verification, since crypto/x509 finds a parent by
// the equality of RawIssuer and RawSubject alone. A certificate whose subject
// is not found is parsed as a whole rather than left out.
func namedRoots(file io.Reader, names map[string]bool) (certs []*x509.Certificate, err error) {
	var buffer []byte
	for text, err := range files.Certificates(file) {
		if err != nil {
			return nil, err
		}
		if !isNamed(text, names, &buffer) {
			continue
		}
		if c, err := text.Parse(); err == nil {
			certs = append(certs, c)
		}
	}
	return certs, nil
}

// bundledRoots picks certificates of the file of trusted roots that crypto/x509 would
// read. It fails if there is none or the system keeps its roots otherwise, and with
// a fault if it is a file without end, which crypto/x509 would read until no memory
// is left.
func bundledRoots(names map[string]bool) ([]*x509.Certificate, error) {
	for _, path := range bundleFiles() {
		file, err := files.OpenRegular(path, files.MaxRoots)
		switch {
		case err == nil:
			defer file.Close()
			return namedRoots(file, names)
		case errors.Is(err, files.ErrIrregular):
			return nil, rootsFault(path, err)
		}
	}
	return nil, fs.ErrNotExist
}

// rootsOf picks certificates of a file that the user named.
func rootsOf(path string, names map[string]bool) ([]*x509.Certificate, error) {
	file, err := files.OpenRoots(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return namedRoots(file, names)
}

// bundleFiles are the places where crypto/x509 looks, in its order
// (root_unix.go, root_linux.go, root_bsd.go of Go 1.26). It stops at the first
// that it can read, and then reads directories, too: its pool may hold more.
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

func rootsFault(path string, err error) error {
	return &fault.Error{Kind: fault.Usage, Text: path + ": " + err.Error(), Err: err}
}

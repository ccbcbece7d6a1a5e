package files

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"iter"
	"strings"
)

var (
	beginCertificate = []byte("-----BEGIN CERTIFICATE-----")
	endCertificate   = []byte("-----END CERTIFICATE-----")
)

// A Certificate is the text of one certificate of a PEM file, from BEGIN to
// END.
type Certificate struct {
	file       []byte
	begin, end int
}

// Certificates steps through the certificates of a PEM file (RFC 7468, section
// 5) without decoding them, in a quarter of the time that encoding/pem takes.
// BEGIN and END have to be on lines of their own: the first certificate that is
// written otherwise ends it, with an error that says in which line it is. A BEGIN
// in the middle of a line is not one, but a comment.
func Certificates(file []byte) iter.Seq2[Certificate, error] {
	return func(yield func(Certificate, error) bool) {
		for end := 0; ; {
			skipped := bytes.Index(file[end:], beginCertificate)
			if skipped < 0 {
				return
			}
			c := Certificate{file: file, begin: end + skipped}
			if !beginsLine(file[:c.begin]) {
				end = c.begin + len(beginCertificate)
				continue
			}
			if !c.findEnd() {
				yield(c, c.Broken())
				return
			}
			if !yield(c, nil) {
				return
			}
			end = c.end
		}
	}
}

// findEnd sets the end, and reports whether BEGIN and END are on lines of their
// own. Base64 contains no '-', so the next one begins the END line.
func (c *Certificate) findEnd() bool {
	text := c.begin + len(beginCertificate)
	length := bytes.IndexByte(c.file[text:], '-')
	if length < 0 || !bytes.HasPrefix(c.file[text+length:], endCertificate) {
		return false
	}
	c.end = text + length + len(endCertificate)
	return beginsLine(c.file[:text+length]) && endsLine(c.file[c.end:])
}

func beginsLine(before []byte) bool {
	return len(before) == 0 || before[len(before)-1] == '\n'
}

// endsLine reports whether nothing but white space is left of the line, as far as
// encoding/pem knows it.
func endsLine(rest []byte) bool {
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	return len(bytes.Trim(line, " \t\r")) == 0
}

// Broken returns the error of a certificate that cannot be decoded, with the line
// in which it begins.
func (c Certificate) Broken() error {
	return fmt.Errorf("the certificate in line %d is broken", c.line())
}

func (c Certificate) line() int { return 1 + bytes.Count(c.file[:c.begin], []byte("\n")) }

// Base64 returns the text between the BEGIN and END lines.
func (c Certificate) Base64() []byte {
	return c.file[c.begin+len(beginCertificate) : c.end-len(endCertificate)]
}

// Parse parses the certificate. It returns an error if x509.CertPool would skip
// it.
func (c Certificate) Parse() (*x509.Certificate, error) {
	block, _ := pem.Decode(c.file[c.begin:c.end])
	if block == nil || len(block.Headers) != 0 {
		return nil, c.Broken()
	}
	parsed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the certificate in line %d cannot be read: %s", c.line(), strings.TrimPrefix(err.Error(), "x509: "))
	}
	return parsed, nil
}

// isBase64 reports whether the certificate can be decoded. It reuses the
// buffer.
func (c Certificate) isBase64(buffer *[]byte) (ok bool) {
	var err error
	if *buffer, err = base64.StdEncoding.AppendDecode((*buffer)[:0], c.Base64()); err == nil {
		return true
	}
	block, _ := pem.Decode(c.file[c.begin:c.end]) // it knows more kinds of white space
	return block != nil
}

// MaxRoots limits a file of trusted roots, in MiB. All the world's are 0.2.
const MaxRoots = 16

// ReadRoots returns a PEM file of trusted roots, which has at least one and
// none that is broken. Those that crypto/x509 does not understand may be there,
// as in its own pools.
func ReadRoots(path string) ([]byte, error) {
	file, err := ReadUncheckedRoots(path)
	if err == nil {
		err = checkRoots(file)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

// ReadUncheckedRoots returns a file of trusted roots without a byte order mark,
// whatever is in it.
func ReadUncheckedRoots(path string) ([]byte, error) {
	file, err := ReadRegular(path, MaxRoots)
	return bytes.TrimPrefix(file, []byte("\ufeff")), err
}

func checkRoots(file []byte) error {
	good := false
	unread := errors.New("no certificate in PEM format in it, name another file")
	var buffer []byte
	for c, err := range Certificates(file) {
		switch {
		case err != nil:
			return err
		case !c.isBase64(&buffer):
			return c.Broken()
		case !good:
			if _, unread = c.Parse(); unread == nil {
				good = true
			}
		}
	}
	return unread
}

// ErrNoKey is the error of PrivateKey for a file that has none.
var ErrNoKey = errors.New("no private key in PEM format in it")

// PrivateKey returns the first private key of a PEM file, which must not be
// encrypted. Errors call the file by name.
func PrivateKey(name string, data []byte) (crypto.Signer, error) {
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, fmt.Errorf("%s: %w", name, ErrNoKey)
		}
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			continue
		}
		key, err := parseKey(name, block)
		if err != nil {
			return nil, err
		}
		signer, ok := key.(crypto.Signer)
		if !ok {
			return nil, fmt.Errorf("%s: the key in it cannot sign", name)
		}
		return signer, nil
	}
}

// parseKey reads a key in one of the ways that it can be written.
func parseKey(name string, block *pem.Block) (key any, err error) {
	convert := ", type: openssl pkcs8 -topk8 -nocrypt -in " + name + " -out new.key"
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY", strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"): // RFC 5958, RFC 1421
		return nil, fmt.Errorf("%s: the key in it is encrypted%s", name, convert)
	case block.Type == "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case block.Type == "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case block.Type == "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case block.Type == "OPENSSH PRIVATE KEY":
		return nil, fmt.Errorf("%s: the key in it is in OpenSSH's format, type: ssh-keygen -p -m PKCS8 -f %s", name, name)
	default:
		return nil, fmt.Errorf("%s: the key in it is written as %s%s", name, block.Type, convert)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: the key in it is broken, or of a kind that is not supported", name)
	}
	return key, nil
}

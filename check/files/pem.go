package files

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
)

var (
	beginCertificate = []byte("-----BEGIN CERTIFICATE-----")
	endCertificate   = []byte("-----END CERTIFICATE-----")
)

// A Certificate is the text of one certificate of a PEM file, from BEGIN to
// END. It is overwritten by the next one of the file.
type Certificate struct {
	text []byte
	line int // in which it begins
}

// window is how much of a PEM file is in memory at a time, in octets, unless a
// certificate is longer. All of Debian's roots at once would be fifty page faults
// more.
const window = 16 << 10

// Certificates steps through the certificates of a PEM file (RFC 7468, section
// 5) without decoding them, in a quarter of the time that encoding/pem takes. It
// reads at most MaxRoots MiB. BEGIN and END have to be on lines of their own: the
// first certificate that is written otherwise ends it, with an error that says in
// which line it is. A BEGIN in the middle of a line is not one, but a comment.
func Certificates(file io.Reader) iter.Seq2[Certificate, error] {
	return func(yield func(Certificate, error) bool) {
		c := Certificate{line: 1}
		s := bufio.NewScanner(io.LimitReader(file, MaxRoots<<20))
		s.Buffer(make([]byte, window), MaxRoots<<20+1)
		s.Split(c.split)
		for s.Scan() {
			c.text = s.Bytes()
			if !yield(c, nil) {
				return
			}
			c.line += lineEnds(c.text)
		}
		if err := s.Err(); err != nil {
			yield(c, Reason(err))
		}
	}
}

// split is a bufio.SplitFunc: it finds a certificate, and the line in which it
// begins. data always begins with a line, or with what is left of an END line.
func (c *Certificate) split(data []byte, atEOF bool) (advance int, text []byte, err error) {
	begin := findBegin(data)
	c.line += lineEnds(data[:begin])
	rest := data[begin:]
	if !bytes.HasPrefix(rest, beginCertificate) || !atEOF && !hasEndLine(rest) {
		return begin, nil, nil
	}
	length := findEnd(rest)
	if length == 0 {
		return 0, nil, c.Broken()
	}
	return begin + length, rest[:length], nil
}

// findBegin returns where the first line with BEGIN begins, or else the last line.
func findBegin(data []byte) int {
	for from := 0; ; {
		skipped := bytes.Index(data[from:], beginCertificate)
		if skipped < 0 {
			return bytes.LastIndexByte(data, '\n') + 1
		}
		if beginsLine(data[:from+skipped]) {
			return from + skipped
		}
		from += skipped + len(beginCertificate)
	}
}

// hasEndLine reports whether text, which begins with BEGIN, has all of the END
// line. Base64 contains no '-', so the next one begins it.
func hasEndLine(text []byte) bool {
	base64 := text[len(beginCertificate):]
	end := bytes.IndexByte(base64, '-')
	return end >= 0 && bytes.IndexByte(base64[end:], '\n') >= 0
}

// findEnd returns the length of the certificate at the beginning of text, or 0 if
// BEGIN and END are not on lines of their own.
func findEnd(text []byte) int {
	base64 := bytes.IndexByte(text[len(beginCertificate):], '-')
	end := len(beginCertificate) + base64
	if base64 < 0 || !bytes.HasPrefix(text[end:], endCertificate) || !beginsLine(text[:end]) {
		return 0
	}
	end += len(endCertificate)
	if !endsLine(text[end:]) {
		return 0
	}
	return end
}

func lineEnds(text []byte) int { return bytes.Count(text, []byte("\n")) }

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
	return fmt.Errorf("the certificate in line %d is broken", c.line)
}

// Base64 returns the text between the BEGIN and END lines.
func (c Certificate) Base64() []byte {
	return c.text[len(beginCertificate) : len(c.text)-len(endCertificate)]
}

// Parse parses the certificate. It returns an error if x509.CertPool would skip
// it.
func (c Certificate) Parse() (*x509.Certificate, error) {
	block, _ := pem.Decode(c.text)
	if block == nil || len(block.Headers) != 0 {
		return nil, c.Broken()
	}
	parsed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the certificate in line %d cannot be read: %s", c.line, strings.TrimPrefix(err.Error(), "x509: "))
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
	block, _ := pem.Decode(c.text) // it knows more kinds of white space
	return block != nil
}

// MaxRoots limits a file of trusted roots, in MiB. All the world's are 0.2.
const MaxRoots = 16

// CheckRoots returns an error if a file of trusted roots has none, or one that is
// broken. Those that crypto/x509 does not understand may be there, as in its own
// pools.
func CheckRoots(path string) error {
	file, err := OpenRoots(path)
	if err == nil {
		defer file.Close()
		err = checkRoots(file)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// ReadRoots returns all trusted roots of a file, which is first checked.
func ReadRoots(path string) (*x509.CertPool, error) {
	if err := CheckRoots(path); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(bytes.TrimPrefix(text, []byte(byteOrderMark)))
	return pool, Reason(err)
}

// OpenRoots opens a file of trusted roots, and skips a byte order mark. Its errors
// do not name the file.
func OpenRoots(path string) (*os.File, error) {
	file, err := OpenRegular(path, MaxRoots)
	if err != nil {
		return nil, err
	}
	begin := make([]byte, len(byteOrderMark))
	if _, _ = file.ReadAt(begin, 0); string(begin) == byteOrderMark {
		_, err = file.Seek(int64(len(byteOrderMark)), io.SeekStart)
	}
	return file, Reason(err)
}

func checkRoots(file io.Reader) error {
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

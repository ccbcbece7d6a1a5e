package trust

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
)

var (
	pemBegin = []byte("-----BEGIN CERTIFICATE-----")
	pemEnd   = []byte("-----END CERTIFICATE-----")
)

// A block is one certificate of a PEM file: its lines from BEGIN to END.
type block []byte

// blocks steps through the certificates of a PEM file (RFC 7468, section 5). It
// is encoding/pem for files that are as they should be, at the speed of a search.
type blocks struct {
	data []byte
	at   int // where the present block begins
	end  int // where the search goes on
}

// errBroken is a certificate that is not plainly written: BEGIN and END on
// lines of their own.
var errBroken = errors.New("not a whole PEM block")

// next returns the next certificate, io.EOF behind the last, or errBroken.
// There is no '-' in base64, so the next one begins the END line.
func (s *blocks) next() (block, error) {
	begin := bytes.Index(s.data[s.end:], pemBegin)
	if begin < 0 {
		return nil, io.EOF
	}
	s.at = s.end + begin
	body := s.at + len(pemBegin)
	length := bytes.IndexByte(s.data[body:], '-')
	if length < 0 || !bytes.HasPrefix(s.data[body+length:], pemEnd) {
		return nil, errBroken
	}
	s.end = body + length + len(pemEnd)
	if !beginsLine(s.data[:s.at]) || !beginsLine(s.data[:body+length]) || !endsLine(s.data[s.end:]) {
		return nil, errBroken
	}
	return block(s.data[s.at:s.end]), nil
}

func beginsLine(before []byte) bool {
	return len(before) == 0 || before[len(before)-1] == '\n'
}

// endsLine reports whether nothing but white space is left of the line.
func endsLine(rest []byte) bool {
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	return len(bytes.TrimSpace(line)) == 0
}

// line is the number of the line that the present block begins in.
func (s *blocks) line() int { return 1 + bytes.Count(s.data[:s.at], []byte("\n")) }

// body is the base64 text between the BEGIN and END lines.
func (b block) body() []byte { return b[len(pemBegin) : len(b)-len(pemEnd)] }

// prefixLength is as much base64 text as the way to a subject usually takes.
const prefixLength = 768

// subject finds the subject's encoding, in a prefix of the certificate if that
// is enough. Buffer is for reuse.
func (b block) subject(buffer *[]byte) ([]byte, bool) {
	body := b.body()
	if subject, ok := rawSubject(decode(buffer, body[:min(len(body), prefixLength)])); ok {
		return subject, true
	}
	if len(body) <= prefixLength {
		return nil, false
	}
	return rawSubject(decode(buffer, body))
}

// decode decodes as much of text as is base64.
func decode(buffer *[]byte, text []byte) []byte {
	if need := base64.StdEncoding.DecodedLen(len(text)); len(*buffer) < need {
		*buffer = make([]byte, need)
	}
	n, _ := base64.StdEncoding.Decode(*buffer, text)
	return (*buffer)[:n]
}

// whole reports whether the block is valid PEM.
func (b block) whole(buffer *[]byte) bool {
	body := b.body()
	if need := base64.StdEncoding.DecodedLen(len(body)); len(*buffer) < need {
		*buffer = make([]byte, need)
	}
	if _, err := base64.StdEncoding.Decode(*buffer, body); err == nil {
		return true
	}
	p, _ := pem.Decode(b) // it knows more kinds of white space
	return p != nil
}

// certificate parses the block as x509.CertPool.AppendCertsFromPEM does.
func (b block) certificate() (*x509.Certificate, bool) {
	p, _ := pem.Decode(b)
	if p == nil || len(p.Headers) != 0 {
		return nil, false
	}
	c, err := x509.ParseCertificate(p.Bytes)
	return c, err == nil
}

package trust

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte/asn1"
	"software.sslmate.com/src/go-pkcs12"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// A ClientFile is a file of a client certificate or its key.
type ClientFile struct {
	Name string // for messages
	Data []byte
}

// HoldsKey reports whether there is a private key in the file, encrypted or not:
// in PEM (RFC 7468, sections 10, 11 and 13), or in what may be PKCS #12 (RFC
// 7292).
func (f ClientFile) HoldsKey() bool {
	return f.isBinary() || bytes.Contains(f.Data, []byte("PRIVATE KEY-----"))
}

// isBinary reports whether the file is DER or BER: it begins with a SEQUENCE.
func (f ClientFile) isBinary() bool { return len(f.Data) > 0 && f.Data[0] == uint8(asn1.SEQUENCE) }

// ClientCertificate makes a client certificate of a PEM file, with or without
// the certificates above it, and of a PEM file with its key, which may be the
// same; or of a PKCS #12 file, which has both. The order of the certificates in a
// file does not matter. A key in PEM must not be encrypted; password is called only
// if that of a PKCS #12 file is needed, and "" is none. The error is a fault of kind
// usage, or password's.
func ClientCertificate(cert, key ClientFile, password func() (string, error)) (*tls.Certificate, error) {
	if cert.isBinary() {
		return cert.pkcs12(password)
	}
	certs, err := cert.certificates()
	if err != nil {
		return nil, err
	}
	private, err := key.privateKey()
	if err != nil {
		return nil, err
	}
	return keyPair(private, certs, cert.Name, key.Name)
}

// certificates are those of a PEM file.
func (f ClientFile) certificates() (certs []*x509.Certificate, err error) {
	for text, err := range files.Certificates(bytes.NewReader(f.Data)) {
		if err != nil {
			return nil, f.refuse(err, err.Error())
		}
		c, err := text.Parse()
		if err != nil {
			return nil, f.refuse(err, err.Error())
		}
		certs = append(certs, c)
	}
	if len(certs) == 0 {
		return nil, f.refuse(nil, "no certificate in it, neither PEM nor PKCS #12")
	}
	return certs, nil
}

// privateKey is the first one of a PEM file.
func (f ClientFile) privateKey() (crypto.Signer, error) {
	key, err := files.PrivateKey(f.Name, f.Data)
	if errors.Is(err, files.ErrNoKey) {
		err = fmt.Errorf("%w, type --client-key FILE", err)
	}
	return key, fault.Wrap(fault.Usage, err)
}

// pkcs12 reads a PKCS #12 file. Many have an empty password, which need not be
// typed.
func (f ClientFile) pkcs12(password func() (string, error)) (*tls.Certificate, error) {
	key, leaf, others, err := f.decodePKCS12("")
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		secret, missing := password()
		switch {
		case missing != nil:
			return nil, missing
		case secret == "":
			return nil, f.refuse(nil, "it is encrypted, type --client-key-password-file FILE")
		}
		key, leaf, others, err = f.decodePKCS12(secret)
	}
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return nil, f.refuse(err, "the password of --client-key-password-file is wrong")
	case err != nil:
		return nil, f.refuse(err, "neither PEM nor PKCS #12 that can be read, try: openssl pkcs12 -in "+f.Name+" -out new.pem")
	}
	private, ok := key.(crypto.Signer)
	if !ok {
		return nil, f.refuse(nil, "the key in it cannot sign")
	}
	return keyPair(private, append([]*x509.Certificate{leaf}, others...), f.Name, f.Name)
}

func (f ClientFile) decodePKCS12(password string) (key any, leaf *x509.Certificate, others []*x509.Certificate, err error) {
	err = fault.Guard(func() (err error) {
		key, leaf, others, err = pkcs12.DecodeChain(f.Data, password)
		return err
	})
	return key, leaf, others, err
}

// keyPair puts the key's certificate first, as TLS wants it.
func keyPair(key crypto.Signer, certs []*x509.Certificate, certName, keyName string) (*tls.Certificate, error) {
	pair := &tls.Certificate{PrivateKey: key}
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	for _, c := range certs {
		if ok && pair.Leaf == nil && public.Equal(c.PublicKey) {
			pair.Leaf = c
			pair.Certificate = append([][]byte{c.Raw}, pair.Certificate...)
			continue
		}
		pair.Certificate = append(pair.Certificate, c.Raw)
	}
	if pair.Leaf == nil {
		return nil, fault.New(fault.Usage, "the key in %s belongs to no certificate in %s", keyName, certName)
	}
	return pair, nil
}

func (f ClientFile) refuse(err error, text string) error {
	return &fault.Error{Kind: fault.Usage, Text: f.Name + ": " + text, Err: err}
}

// withoutPrefix is what a library says, without the library's name.
func withoutPrefix(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok { // a panic
		return f.Text
	}
	_, text, both := strings.Cut(err.Error(), ": ")
	if !both {
		return err.Error()
	}
	return text
}

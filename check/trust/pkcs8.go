package trust

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"hash"

	"golang.org/x/crypto/scrypt"
)

// encryptedKey is PKCS #8 (RFC 5958, section 3), and the others are the parameters
// of PBES2 (RFC 8018, appendix A; RFC 7914, section 7).
type (
	encryptedKey struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	pbes2Parameters  struct{ KDF, Cipher pkix.AlgorithmIdentifier }
	pbkdf2Parameters struct {
		Salt       []byte
		Iterations int
		KeyLength  int                      `asn1:"optional"`
		HMAC       pkix.AlgorithmIdentifier `asn1:"optional"`
	}
	scryptParameters struct {
		Salt                  []byte
		Cost, Block, Parallel int
		KeyLength             int `asn1:"optional"`
	}
)

var (
	errEncryption = errors.New("only PBES2 with PBKDF2 or scrypt, and AES or triple DES, is supported")
	errBroken     = errors.New("it is broken")
	errPassword   = errors.New("incorrect password")
)

// maxWork bounds the iterations of PBKDF2, and the octets that scrypt may use.
const maxWork = 256 << 20

// decryptKey decrypts a private key that is encrypted by PBES2, as today's openssl
// writes it.
func decryptKey(der []byte, password string) (any, error) {
	var key encryptedKey
	var p pbes2Parameters
	if !parse(der, &key) {
		return nil, errBroken
	}
	if key.Algorithm.Algorithm.String() != "1.2.840.113549.1.5.13" { // PBES2
		return nil, errEncryption
	}
	var iv []byte
	if !parse(key.Algorithm.Parameters.FullBytes, &p) || !parse(p.Cipher.Parameters.FullBytes, &iv) {
		return nil, errBroken
	}
	newCipher, size := cipherOf(p.Cipher.Algorithm.String())
	if newCipher == nil {
		return nil, errEncryption
	}
	secret, err := derive(p.KDF, password, size)
	if err != nil {
		return nil, err
	}
	block, err := newCipher(secret)
	if err != nil || len(iv) != block.BlockSize() || len(key.Data) == 0 || len(key.Data)%len(iv) != 0 {
		return nil, errBroken
	}
	plain := make([]byte, len(key.Data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, key.Data)
	if plain = unpad(plain, len(iv)); plain == nil {
		return nil, errPassword
	}
	private, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, errPassword // the padding was right by chance, else openssl would not have written it
	}
	return private, nil
}

// parse reads DER with nothing behind it.
func parse(der []byte, value any) bool {
	rest, err := asn1.Unmarshal(der, value)
	return err == nil && len(rest) == 0
}

// cipherOf returns the cipher with that number, and the octets of its key.
func cipherOf(oid string) (func([]byte) (cipher.Block, error), int) {
	switch oid {
	case "2.16.840.1.101.3.4.1.2":
		return aes.NewCipher, 16
	case "2.16.840.1.101.3.4.1.22":
		return aes.NewCipher, 24
	case "2.16.840.1.101.3.4.1.42":
		return aes.NewCipher, 32
	case "1.2.840.113549.3.7":
		return des.NewTripleDESCipher, 24
	}
	return nil, 0
}

// derive makes a key of that size from the password.
func derive(kdf pkix.AlgorithmIdentifier, password string, size int) ([]byte, error) {
	var slow scryptParameters
	var p pbkdf2Parameters
	switch kdf.Algorithm.String() {
	case "1.3.6.1.4.1.11591.4.11":
		if !parse(kdf.Parameters.FullBytes, &slow) || !slow.bounded() {
			return nil, errBroken
		}
		key, err := scrypt.Key([]byte(password), slow.Salt, slow.Cost, slow.Block, slow.Parallel, size)
		if err != nil {
			return nil, errBroken
		}
		return key, nil
	case "1.2.840.113549.1.5.12":
		if !parse(kdf.Parameters.FullBytes, &p) || p.Iterations < 1 || p.Iterations > maxWork {
			return nil, errBroken
		}
		if newHash := hashOf(p.HMAC.Algorithm.String()); newHash != nil {
			return pbkdf2.Key(newHash, password, p.Salt, p.Iterations, size)
		}
	}
	return nil, errEncryption
}

// bounded reports whether scrypt can be computed with the memory of a small
// machine.
func (p scryptParameters) bounded() bool {
	const most = maxWork / 128
	return p.Block > 0 && p.Block <= most && p.Cost > 1 && p.Cost <= most/p.Block && p.Parallel > 0 && p.Parallel <= most/p.Block
}

// hashOf returns the hash function of an HMAC, which is SHA-1 if none is named.
func hashOf(oid string) func() hash.Hash {
	switch oid {
	case "", "1.2.840.113549.2.7":
		return sha1.New
	case "1.2.840.113549.2.8":
		return sha256.New224
	case "1.2.840.113549.2.9":
		return sha256.New
	case "1.2.840.113549.2.10":
		return sha512.New384
	case "1.2.840.113549.2.11":
		return sha512.New
	}
	return nil
}

// unpad removes the padding of the last block (RFC 5652, section 6.3). It returns
// nil if there is none, as with a wrong password.
func unpad(plain []byte, block int) []byte {
	n := int(plain[len(plain)-1])
	if n < 1 || n > block || !bytes.HasSuffix(plain, bytes.Repeat([]byte{byte(n)}, n)) {
		return nil
	}
	return plain[:len(plain)-n]
}

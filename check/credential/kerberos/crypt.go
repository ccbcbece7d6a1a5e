package kerberos

import (
	"errors"

	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/types"
)

// modern are the encryption types of session keys, in the order of MIT Kerberos.
// RC4 and DES are out of date (RFC 8429, RFC 6649): only a keytab may have them.
var modern = []int32{
	etypeID.AES256_CTS_HMAC_SHA1_96, etypeID.AES128_CTS_HMAC_SHA1_96,
	etypeID.AES256_CTS_HMAC_SHA384_192, etypeID.AES128_CTS_HMAC_SHA256_128,
}

// old are those that a user's own key may still have.
var old = []int32{etypeID.RC4_HMAC, etypeID.DES3_CBC_SHA1_KD}

var errDamaged = errors.New("damaged")

// seal encrypts for a use (RFC 4120, section 7.5.1).
func seal(plain []byte, key types.EncryptionKey, use uint32) (types.EncryptedData, error) {
	return crypto.GetEncryptedData(plain, key, use, 0)
}

// open decrypts what was encrypted for a use, and verifies it.
func open(sealed types.EncryptedData, key types.EncryptionKey, use uint32) ([]byte, error) {
	how, err := crypto.GetEtype(key.KeyType)
	switch {
	case err != nil:
		return nil, err
	case sealed.EType != key.KeyType || len(sealed.Cipher) < how.GetConfounderByteSize()+how.GetHMACBitLength()/8:
		return nil, errDamaged
	}
	return crypto.DecryptEncPart(sealed, key, use)
}

// checksum signs octets for a use.
func checksum(octets []byte, key types.EncryptionKey, use uint32) (types.Checksum, error) {
	how, err := crypto.GetEtype(key.KeyType)
	if err != nil {
		return types.Checksum{}, err
	}
	sum, err := how.GetChecksumHash(key.KeyValue, octets, use)
	return types.Checksum{CksumType: how.GetHashID(), Checksum: sum}, err
}

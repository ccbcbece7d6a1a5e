package trust

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// A Pin is the SHA-256 of a certificate's subjectPublicKeyInfo (RFC 7469,
// section 2.4).
type Pin [sha256.Size]byte

const pinPrefix = "sha256//"

// String is the pin as curl writes it.
func (p Pin) String() string { return pinPrefix + base64.StdEncoding.EncodeToString(p[:]) }

// PinOf is the pin of a certificate's key.
func PinOf(c *x509.Certificate) Pin { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

// ParsePins reads one or more sha256//BASE64, separated by ;, as curl's
// --pinnedpubkey does. The error says which one is not a pin.
func ParsePins(typed string) ([]Pin, error) {
	var pins []Pin
	for one := range strings.SplitSeq(typed, ";") {
		text, ok := strings.CutPrefix(one, pinPrefix)
		sum, err := base64.StdEncoding.Strict().DecodeString(text)
		if !ok || err != nil || len(sum) != sha256.Size || Pin(sum).String() != one { // base64 may have line ends in it
			return nil, fmt.Errorf("%q is not %s and the 44 characters of a SHA-256 in base64", one, pinPrefix)
		}
		pins = append(pins, Pin(sum))
	}
	return pins, nil
}

// checkPin returns an error if the key is none of the pinned ones.
func (p Policy) checkPin(c *x509.Certificate) error {
	pin := PinOf(c)
	if len(p.Pins) == 0 || slices.Contains(p.Pins, pin) {
		return nil
	}
	return refusal(fault.NotPinned, "the server's key "+pin.String()+" is not pinned", nil)
}

package resolve

import (
	"errors"
	"strings"

	"golang.org/x/net/idna"
)

// ASCII returns a name as DNS and certificates have it: labels outside ASCII
// become xn--… (RFC 5891). Other names stay as they are.
func ASCII(name string) (string, error) {
	if !strings.ContainsFunc(name, func(r rune) bool { return r > '~' }) {
		return name, nil
	}
	labels, rooted := strings.CutSuffix(name, ".")
	profile := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))
	ascii, err := profile.ToASCII(labels)
	if err != nil {
		return "", errors.New("it has a character that no name in DNS has, or a label that is too long (RFC 5891)")
	}
	if rooted {
		ascii += "."
	}
	return ascii, nil
}

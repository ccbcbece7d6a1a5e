package transport

import (
	"crypto/tls"
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// A property is what a handshake may have, and what a server without it lacks.
type property struct {
	name    string // on the command line
	words   string
	problem fault.Problem
	in      func(tls.ConnectionState) bool
}

// properties are in the order in which it matters to lack them.
var properties = []property{
	{"fs", "forward secrecy", fault.NoForwardSecrecy, func(s tls.ConnectionState) bool {
		return s.Version >= tls.VersionTLS13 || strings.Contains(tls.CipherSuiteName(s.CipherSuite), "DHE_") // RFC 9325, section 4.1
	}},
	{"aead", "AEAD cipher", fault.NoAEAD, func(s tls.ConnectionState) bool {
		name := tls.CipherSuiteName(s.CipherSuite)
		return s.Version >= tls.VersionTLS13 || strings.Contains(name, "GCM") || strings.Contains(name, "POLY1305") // RFC 9325, section 4.2
	}},
	{"pq", "post-quantum key exchange", fault.NoPostQuantum, func(s tls.ConnectionState) bool {
		return slices.Contains([]tls.CurveID{tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024}, s.CurveID)
	}},
}

// Properties lists what --tls-warn-without can ask for.
func Properties() (names []string) {
	for _, p := range properties {
		names = append(names, p.name)
	}
	return names
}

// Lacking returns a fault of kind tls-policy if the handshake has not all of the
// wanted properties, and nil otherwise.
func Lacking(state tls.ConnectionState, wanted []string) error {
	var missing []property
	for _, p := range properties {
		if slices.Contains(wanted, p.name) && !p.in(state) {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	words := missing[0].words
	for _, p := range missing[1:] {
		words += " and no " + p.words
	}
	return fault.New(fault.TLSPolicy, "the handshake has no %s", words).Because(missing[0].problem)
}

// KeyExchange returns the group of a key exchange as RFC 8422 and RFC 8446 call it;
// "" if there was none.
func KeyExchange(id tls.CurveID) string {
	if id == 0 {
		return ""
	}
	return strings.Replace(id.String(), "CurveP", "P-", 1)
}

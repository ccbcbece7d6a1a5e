package transport

import (
	"crypto/tls"
	"slices"
	"strings"
)

// legacySuites are the cipher suites that crypto/tls knows and does not offer by
// itself, as clients are giving them up: RSA key exchange, which has no forward
// secrecy, and CBC with SHA-256. Those with 3DES and RC4 are given up already.
func legacySuites() (suites []uint16) {
	for _, s := range tls.InsecureCipherSuites() {
		if strings.Contains(s.Name, "_AES_") {
			suites = append(suites, s.ID)
		}
	}
	return suites
}

// IsLegacy reports whether a cipher suite is offered only if a policy wants the
// legacy ones.
func IsLegacy(suite uint16) bool { return slices.Contains(legacySuites(), suite) }

// allSuites are those that crypto/tls offers by itself, and the legacy ones.
func allSuites() []uint16 {
	suites := legacySuites()
	for _, s := range tls.CipherSuites() {
		suites = append(suites, s.ID)
	}
	return suites
}

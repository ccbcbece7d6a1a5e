package render

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// publish is for a server without a TLSA record that can be used.
func publish(c cause) string {
	return "if the server's key is right, publish a record for it" + ownRecord(c)
}

// publishAlso is for a server whose records are of another key. They stay until
// nobody has them in a cache any more (RFC 7671, section 8.1).
func publishAlso(c cause) string {
	return "if the server's key is right, add a record for it" + ownRecord(c)
}

// ownRecord is the record for the key that the server showed, which can stay the
// same when the certificate is renewed (RFC 7671, section 5.1); "" if it showed
// none.
func ownRecord(c cause) string {
	if c.report.TLS == nil || len(c.report.TLS.Certificates) == 0 {
		return ""
	}
	_, digest, _ := strings.Cut(c.report.TLS.Certificates[0].Pin, "//")
	key, err := base64.StdEncoding.DecodeString(digest)
	if err != nil || len(key) == 0 {
		return ""
	}
	return ": 3 1 1 " + hex.EncodeToString(key)
}

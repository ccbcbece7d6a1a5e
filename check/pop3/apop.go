package pop3

import (
	"crypto/md5"
	"encoding/hex"
	"strings"
)

// Timestamp returns the APOP timestamp of a greeting. It reports false if the
// greeting has none. The stamp is "" if it is malformed: "the syntax of the
// timestamp corresponds to the msg-id" of RFC 822 (RFC 1939, section 7). The MD5
// collisions by which a false server learns a password (CVE-2007-1558) need
// octets that no msg-id has.
func Timestamp(greeting string) (stamp string, found bool) {
	begin, end := strings.LastIndexByte(greeting, '<'), strings.LastIndexByte(greeting, '>')
	if begin < 0 || end < begin {
		return "", false
	}
	local, domain, _ := strings.Cut(greeting[begin+1:end], "@")
	if !isIDPart(local) || !isIDPart(domain) {
		return "", true
	}
	return greeting[begin : end+1], true
}

// isIDPart reports whether a part of a msg-id is printable ASCII without blanks
// and separators.
func isIDPart(part string) bool {
	for i := range len(part) {
		if part[i] <= ' ' || part[i] > '~' || strings.IndexByte("<>@", part[i]) >= 0 {
			return false
		}
	}
	return part != ""
}

// Digest returns what APOP sends instead of the password: the MD5 of timestamp
// and password (RFC 1939, section 7).
func Digest(stamp, secret string) []byte {
	sum := md5.Sum([]byte(stamp + secret))
	return sum[:]
}

// APOP logs in with the digest (RFC 1939, section 7).
func (c *Conn) APOP(name string, digest []byte) error {
	_, err := c.secretCommand("APOP "+name+" "+hex.EncodeToString(digest), "APOP "+name+" "+Redacted)
	return err
}

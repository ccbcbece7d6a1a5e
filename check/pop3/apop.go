package pop3

import (
	"crypto/md5"
	"encoding/hex"
	"strings"
)

// Timestamp returns what APOP needs of a greeting. found says whether there is
// something of the kind; stamp is "" where that is not well-formed: "the syntax
// of the timestamp corresponds to the msg-id" of RFC 822 (RFC 1939, section 7).
// The collisions of MD5 by which a false server learns a password (CVE-2007-1558)
// are made of octets that no msg-id has.
func Timestamp(greeting string) (stamp string, found bool) {
	begin, end := strings.LastIndexByte(greeting, '<'), strings.LastIndexByte(greeting, '>')
	if begin < 0 || end < begin {
		return "", false
	}
	local, domain, _ := strings.Cut(greeting[begin+1:end], "@")
	if !isWord(local) || !isWord(domain) {
		return "", true
	}
	return greeting[begin : end+1], true
}

// isWord says whether a part of a msg-id is printable ASCII without blanks and
// without what separates the parts.
func isWord(part string) bool {
	for i := range len(part) {
		if part[i] <= ' ' || part[i] > '~' || strings.IndexByte("<>@", part[i]) >= 0 {
			return false
		}
	}
	return part != ""
}

// Digest is what APOP shows in the place of the password: the MD5 of timestamp
// and password (RFC 1939, section 7).
func Digest(stamp, secret string) []byte {
	sum := md5.Sum([]byte(stamp + secret))
	return sum[:]
}

// APOP names the mailbox and shows the digest in hex (RFC 1939, section 7).
// Nothing may be written behind it before its answer, as behind PASS.
func (c *Conn) APOP(name string, digest []byte) error {
	_, err := c.secretCommand("APOP "+name+" "+hex.EncodeToString(digest), "APOP "+name+" "+Redacted)
	return err
}

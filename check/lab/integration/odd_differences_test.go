//go:build integration

// Where check_pop3x and OpenSSL judge otherwise, by the rows of the document that say why.

package integration

import "regexp"

// A difference is one row, with the oddities that it is about.
type difference struct {
	class   string
	verdict verdict
	names   *regexp.Regexp
}

var (
	acceptedHere = verdict{plugin: true}
	refusedHere  = verdict{openssl: true}
)

var differences = []difference{
	{"an IPv4 address in the form of IPv6 (`::ffff:192.0.2.1`)", acceptedHere, exactly(`address: .* mapped to IPv6`)},
	{"dates without seconds", acceptedHere, exactly(`.*: UTCTime without seconds`)},
	{"key identifiers that do not fit", acceptedHere,
		exactly(`(issuer|root): subjectKeyIdentifier (empty|of another key)`, `.*: authorityKeyIdentifier of (an empty key|another .*)`)},
	{"constraints on directory names, not critical", acceptedHere, exactly(`issuer: constraints: (another subject permitted|its subject excluded)`)},
	{"constraints with a minimum", acceptedHere, exactly(`issuer: .*constraints: its host permitted from depth 1 on`)},
	{"a Netscape certificate type without \"server\"", acceptedHere, exactly(`leaf: Netscape type for (authorities of .*|clients|e-mail)`)},
	{"a name of an unknown kind beside the right one", acceptedHere, exactly(`names: of an unknown kind beside`)},
	{"an issuer in `--ca-file` without the root above it", acceptedHere, exactly(`trusted: the issuer alone`)},

	{"an address that has neither 4 nor 16 octets", refusedHere, exactly(`address: .* behind one of 5 octets`, `names: .* (as text of an address|with an address of .* octets beside)`)},
	{"a host name or URI beside that is none", refusedHere, exactly(`names: .* with (a URI beside that is none|one beside that is no ASCII)`)},
	{"a common name instead of a host name", refusedHere,
		exactly(`names: (none, a common name|pop3.test as (a URI|a directory name|e-mail) only|pop3.test nowhere)`)},
	{"a wildcard for part of a label (`m*.example.org`)", refusedHere, exactly(`names: (\*l|\*pop3|m\*)\.pop3\.test for .*`)},
	{"a name of the issuer in another spelling or kind of string", refusedHere,
		exactly(`leaf: name of the issuer (in BMPString|in T61String|in another case|in other strings|with a blank in front|with two blanks)`)},
	{"letters that the kind of string does not have", refusedHere, exactly(`leaf: subject in (IA5String that is no ASCII|PrintableString with a star)`)},
	{"version 1, 2 or 4 with extensions", refusedHere, exactly(`leaf: version [12].*`, `issuer: version (1|1 written out|2)`, `.*: version 4`)},
	{"an extension or a policy twice", refusedHere, exactly(`.*: an extension twice`, `.*: a policy twice(, critical)?`)},
	{"a truth value that is not DER", refusedHere, exactly(`.*: basicConstraints with 1 for true`)},
	{"constraints on addresses with an odd mask, or on nothing", refusedHere, exactly(`issuer: .*constraints: (an address permitted .*|nothing)`)},
	{"critical constraints on directory names and others", refusedHere,
		exactly(`issuer: critical constraints: (a user's name permitted|another subject excluded|its organization permitted.*|its subject permitted)`)},
	{"a critical extension that crypto/x509 does not know", refusedHere,
		exactly(`.*: critical (OCSP-no-check|addresses of RFC 3779)`, `leaf: critical Netscape type for servers`)},
	{"extended key usage for server-gated cryptography", refusedHere, exactly(`.*: extendedKeyUsage of (Microsoft|Netscape)'s SGC`)},
	{"a policy that is required and not stated", refusedHere, exactly(`issuer: a policy required(, not critical)?`)},
	{"must-staple without a stapled answer", refusedHere, exactly(`leaf: must-staple`)},
	{"an RSA key of 2047 bits", refusedHere, exactly(`.*: key RSA 2047`)},
	{"a key of ECDSA in compressed form", refusedHere, exactly(`.*: key in compressed form`)},
	{"a signature with SHA-224", refusedHere, exactly(`(leaf|issuer): signed with (RSA|ECDSA) and SHA-224`)},
	{"a signature with PSS and an unusual salt", refusedHere, exactly(`(leaf|issuer): signed with RSA and PSS and a salt of .*`)},
	{"a root without basicConstraints", refusedHere, exactly(`root: no basicConstraints`)},
	{"a root with garbage behind it, or two algorithms", refusedHere, exactly(`root: (garbage behind|two algorithms)`)},
}

// exactly fits names that one of the patterns describes from end to end.
func exactly(patterns ...string) *regexp.Regexp {
	all := ""
	for _, p := range patterns {
		all += "|^(?:" + p + ")$"
	}
	return regexp.MustCompile(all[1:])
}

// Package trust judges the certificates that a server shows. Judge takes a
// Policy and returns Facts: the verified chains, the stapled OCSP answer, the
// TLSA records that match, and in Err why the certificate is not accepted. Facts
// are there also if it is not.
//
// The result depends on the certificates, the policy and the time, and on nothing
// else. There is no network here, and the only files that are read are those of
// the trusted roots and of a client's certificate.
//
// The path from the leaf to a root is crypto/x509's (RFC 5280, section 6). Other
// clients ask for more, and so does this package: RSA keys of at least 2048 bits,
// key usages as OpenSSL checks them, no wildcard right below a top-level domain,
// and a stapled answer if the certificate promises one (RFC 7633). With DANE the
// server is judged by its TLSA records instead of the roots (RFC 7671).
//
// A CRL is a list of revoked certificates (RFC 5280, section 5). Who fetched it is
// of no matter: it is as good as the signature of its issuer.
//
// A leaf is the server's own certificate, the first that it sends. A pin is the
// digest of a leaf's public key (RFC 7469, section 2.4).
package trust

// Package trust judges the certificates that a server shows: whether a trusted
// root vouches for them, whether they are for the right name and strong enough,
// whether they were revoked, and what a pin or a TLSA record has to say.
//
// What it says depends on the certificates, the Policy and the time, and on
// nothing else: there is no network here, and of the file system only the
// trusted roots are read. Facts are what was found, also where a certificate is
// refused; a *CertificateError is why it is, in facts and as a sentence.
//
// The path from the leaf to a root is crypto/x509's (RFC 5280, section 6). What
// other clients ask for beyond that is added: no RSA keys under 2048 bits, key
// usages as OpenSSL checks them, no wildcards right below a top-level domain,
// must-staple (RFC 7633). DANE is as RFC 7671 has it.
package trust

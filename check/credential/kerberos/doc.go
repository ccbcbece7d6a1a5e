// Package kerberos gets tickets for a mail server from a KDC (RFC 4120), and makes
// the tokens of GSS-API (RFC 4121) with which a mechanism logs in.
//
// A Source is where a ticket comes from: a credential cache, as kinit(1) fills it,
// or a keytab, which has the keys of a user. From a cache comes the ticket for the
// service, or the user's ticket-granting ticket, with which the KDC is asked for
// one. With a keytab the KDC is asked for both, and the ticket for the service is
// kept in the state directory until it ends.
//
// Encryption, keytabs and the types of ASN.1 are those of gokrb5. Its package
// client is not used: it dials the KDC without a context and turns the codes of its
// errors into text; its packages messages and config run 0.1 ms of initialization
// at every start of the program, and leave out what configurations have (include,
// nested braces).
//
// Rules:
//   - A KDC is asked over TCP, which every KDC has to accept (RFC 4120, section
//     7.2.2). Whatever it says is believed only as far as it is encrypted with a
//     key that we have.
//   - A cache and a keytab are files that hold a secret, see package files.
//   - No error has anything of a key or a ticket in it.
//
// Errors are faults of kind ticket, unless the context ended; a file that is
// unreadable or unsafe is one of kind usage.
package kerberos

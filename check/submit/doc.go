// Package submit sends one mail on a connection that it is given: SMTP (RFC 5321)
// as a client speaks it to a submission server (RFC 6409). It neither dials nor
// keeps time, and the handshake behind STARTTLS is for the caller to do.
//
// A [Session] goes through Greet, Hello, Auth and Send, in that order, and through
// StartTLS and UnderTLS before Auth. Every command goes through one funnel, which
// refuses line ends in it, and what a server says in vain. An answer may have 64
// KiB, in as many lines as it likes.
//
// A server that refuses is a [Refusal], which knows its fault. All faults are of
// kind send, except for a mail that is greylisted or comes too often, which is
// deferred. The error of a deadline comes back as it is: why it has passed, only
// the caller knows.
package submit

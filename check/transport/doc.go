// Package transport connects to the server: it dials the addresses of a name,
// does the TLS handshake, and reads and writes. It knows nothing of POP3, and
// keeps no time except the delay between two dials (RFC 8305).
//
// Its errors are faults of a known kind: a table for each operating system says
// what an error number means, and an offer what a server means that refuses the
// handshake. On Linux a socket is asked for more once it has failed: what ICMP
// said, and what TCP counted. Deadlines are the exception: why one has passed is for
// the caller to say, with Explain. Which certificates to accept is for package trust to judge.
package transport

// Package transport connects to the server: it dials the addresses of a name,
// carries the bytes, does the TLS handshake, and says what failed in it. It
// knows nothing of POP3 and keeps no time of its own except the one between two
// dials.
//
// It is the only package that knows the operating system's error numbers. What
// certificates are worth is for package trust to say.
package transport

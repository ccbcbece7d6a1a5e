// Package oauth asks token servers for access tokens (RFC 6749) and keeps them
// between runs, so that a thousand checks a minute ask once an hour.
//
// A Request says which Server to ask, on whose behalf, and with what: a
// client's secret, a signed assertion (RFC 7523), the key of a service account,
// or the refresh token that a user granted with Login (RFC 8628).
//
// The cache is a directory that only its owner can open. An entry is a token,
// or why there was none, and is named by the digest of its request. Of many
// runs that need the same token one holds the entry's lock and asks; the others
// wait and read the entry. Without such a directory each run asks for itself.
//
// A server may replace a refresh token with each answer (RFC 6749, section 6)
// and refuse the old one from then on. So a new one is written to its file,
// under a lock, before the access token is used.
//
// Faults are of kind usage if a file or an option is to blame, otherwise token.
package oauth

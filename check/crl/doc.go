// Package crl finds out whether certificates were revoked, by the lists of their
// issuers (RFC 5280, section 5). It fetches them over HTTP and keeps them between
// runs, so that a thousand checks fetch once.
//
// A list is used until its NextUpdate without a word to anybody. From then on the
// server is asked whether there is a newer one (RFC 9110, section 13.1), by one
// run of many: it holds the entry's lock, the others wait and read what it got.
// Why there is none is kept for a minute, too.
//
// Neither HTTP nor the directory is trusted: package trust checks each list when
// it is read, wherever it came from. Only one that tells is kept.
//
// Faults are of kind crl: nobody knows whether the certificate was revoked.
package crl

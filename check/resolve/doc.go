// Package resolve asks DNS where a server is and what its certificate has to be:
// for addresses, in the resolver's order, and for TLSA records, with what DNSSEC
// says about them.
//
// Addresses are looked up by package net, as other programs on the machine do.
// TLSA records (RFC 6698) count only if the answer is authentic, which package
// net does not report. They are asked for here, with the AD bit set, and only
// from a server whose AD bit may be believed (RFC 6840, section 5.7). A base
// domain is a host name that may have records, at the end of aliases or before
// them (RFC 7671, section 7).
package resolve

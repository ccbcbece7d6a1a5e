// Package resolve finds out by DNS where a server is, and what is published
// about its certificate: addresses in the resolver's order, and TLSA records
// with what DNSSEC says of them.
//
// Addresses are looked up by package net, as every other program on the machine
// does. TLSA records (RFC 6698) need the AD bit of the answer, which package net
// hides: they are asked for here, and only of a server that may be believed
// (RFC 6840, section 5.7).
package resolve

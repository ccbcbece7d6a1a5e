// Package dnstest is a DNS server for tests. It listens on loopback by UDP and
// TCP, and behaves like a validating resolver: the AD bit says which names are
// signed by DNSSEC. It can also fail in many ways.
package dnstest

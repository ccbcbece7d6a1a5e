// Package confine is about what the process may do. Elevated reports rights that
// its caller does not have, and Enter gives up those that a check does not need.
package confine

// Package confine is about what the process may do: Elevated reports rights that
// its caller does not have.
package confine

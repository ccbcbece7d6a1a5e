// Package probe runs one POP3 session and writes down what it learned. It is
// the only place with deadlines and clocks.
package probe

// Package formattest reads the output of check_pop3x as strictly as a program
// may: what it does not accept is a mistake of the writer. It is for tests.
package formattest

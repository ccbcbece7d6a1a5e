// Package credential knows where user names and secrets come from, and hides
// secrets when a server repeats them.
//
// A Source is one place that a secret comes from: an environment variable, a
// file, standard input, a program, a credential of systemd, or the person at
// the terminal. A secret is a password or an access token (RFC 6750); package
// oauth asks token servers for the latter. Reading a Source may block, so it
// ends with a context.
//
// Rules:
//   - A file that holds a secret is unsafe, and refused, if others can read it or
//     if its group or others can write it (see package files).
//   - The secret is the first line. Empty secrets are refused, and those with CR,
//     LF or NUL, which would end a command (RFC 1939, section 3).
//   - A secret never appears in an error, and programs do not inherit it.
//   - A program's output counts only if it exits with 0. When Read returns, the
//     program and everything that it started have ended.
//
// Errors are faults of kind usage unless the context ended.
package credential

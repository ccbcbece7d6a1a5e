// Package sasl implements the client side of the SASL mechanisms (RFC 4422) that
// POP3 servers offer for AUTH (RFC 5034). It never sees the connection: package
// pop3 carries challenges and responses, and encodes them.
//
// A [Mechanism] is a row of the table in sasl.go: its name, what it logs in with,
// what it can do, and a function that begins a run. A [Client] is one run. Apart
// from answering challenges, it says three things that a careful caller needs:
//
//   - Proven: whether the server has proved all that the mechanism lets it prove.
//     A +OK before that is not a login (RFC 5802, section 3),
//   - Hides and Derived: what must not be shown, because the password can be
//     guessed from it.
//
// A new mechanism is one file and one row.
package sasl

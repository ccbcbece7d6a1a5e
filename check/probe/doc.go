// Package probe runs one POP3 session and writes down what it learned, as facts
// that are neither judged nor worded. It is the only package with clocks.
//
// The session is the table in phases.go: a row for each phase, in the order of
// the protocol, which says when the phase runs, what it does, how long it may
// take at most, and whether its command may be pipelined. [Run] goes through the
// rows until one fails. A new phase is a new row, and a file with its method.
//
// The parts of a session:
//
//   - a link is the connection and what the server says about itself on it,
//   - a login opens the mailbox, with a proof of who the user is,
//   - a mailbox is what the phases after login work on,
//   - a recorder writes the report. What a server says gets there through one
//     function only, which hides secrets and removes what must not be shown.
//
// Rules that every phase relies on:
//
//   - One function runs a phase. It ends the phase, whatever it is waiting for,
//     when its own budget, the whole budget or the context ends.
//   - A secret is sent unencrypted only if the user allows it, and is forgotten
//     as soon as it has been used.
//   - No message is ever deleted that this program has not written and verified
//     in the same session: after DELE no QUIT is sent until RSET is confirmed, or
//     STAT shows that only such are missing (RFC 1939, section 6).
//   - A check of each address of a name (pool.go) is a session with each, side by
//     side and without a login, and then one that logs in.
//   - There is one login, or one with each address. After a silence one more connection may be opened, on
//     which no credential is sent.
//   - After a refused login QUIT is sent and nothing more is read.
package probe

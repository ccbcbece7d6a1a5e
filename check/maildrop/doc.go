// Package maildrop reads what a mailbox says about itself: its size, the lists
// of LIST and UIDL, and the headers of messages. It is pure: it has no session,
// no clock and no connection. Whoever talks to the server feeds it line by line
// and asks for the result.
//
// "Maildrop" is RFC 1939's word for a mailbox as POP3 shows it: messages that
// are numbered from 1 in the order of their arrival, with a size and possibly a
// unique-id each.
//
//   - A [Tally] counts the lines of one list and compares them with STAT
//     (RFC 1939, section 5).
//   - A [UIDSet] finds unique-ids that occur twice (RFC 1939, section 7).
//   - A [Header] keeps the wanted fields of one message (RFC 5322, section 2.2),
//     and a [Reading] turns many of them into ages and matches.
//   - A [Plan] says what of all this a check has to do.
//
// Everything a server sends is bounded before it is kept, and nothing is
// repaired: what is missing or malformed is a fault of kind consistency.
package maildrop

// Package pop3 speaks POP3 as a client (RFC 1939, with the extensions of
// RFC 2449, RFC 2595, RFC 5034 and RFC 6856) on a connection that it is given. It
// neither dials, nor keeps time, nor knows TLS: deadlines and encryption belong to
// the connection.
//
// A [Conn] is one session, with a method for each command. Every command goes
// through one function, and so does every reply. Methods return three kinds of
// error:
//
//   - an [*Error] is an -ERR: the server refused the command, and the session
//     goes on,
//   - a fault of kind closed or protocol: the server hung up, or broke the rules,
//     and the session is out of step,
//   - what the connection itself returned, for example that a deadline passed.
//
// The server is not trusted. A reply counts only if it came after its command;
// everything that is read is bounded; what does not match the grammar is a fault
// and never repaired. Secrets are replaced by [Redacted] in the trace of what is
// sent; redacting what a server sends back is left to the caller.
//
// Nothing is written after PASS, APOP or AUTH before its reply: servers that
// hand the connection to another process lose it. After login, commands may be
// pipelined (RFC 2449, section 6.8), see [Conn.Pipeline].
package pop3

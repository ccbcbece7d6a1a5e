// Package pop3test has what tests, the demo and the benchmarks need around a
// POP3 client: a player of written dialogues, a small POP3 server, a token
// server that plays written exchanges, certificates made in memory, and a relay
// that delays. It is never part of the shipped program.
//
// A dialogue is written as one would see it on the wire, line by line:
//
//	# the server demands TLS before login
//	S: +OK ready
//	C: USER alice
//	S: -ERR Command is not valid in this state.
//	C?: QUIT
//
// What the server does:
//
//	S: TEXT           sends TEXT and CRLF; consecutive S lines are one write
//	S- "TEXT"         sends exactly this Go string, without CRLF
//	S* N "TEXT"       sends it N times, in bounded memory
//	drip 300ms "TEXT" sends it octet by octet, with that pause in between
//	flush             sends what was written so far in a packet of its own
//	pause 2s          sends nothing for that long
//	silence           sends nothing until the client hangs up
//	await-next        sends nothing until the last of the connections has come
//	tls               does a TLS handshake; as the first line: TLS from the first
//	                  octet
//	close             closes the connection, TLS first
//	cut               closes TCP without closing TLS
//	reset             sends an RST
//	half-close        closes its own direction and continues to read
//
// S*, drip and pause end the dialogue successfully if the client hangs up.
//
// What the client must do:
//
//	C: TEXT           sends exactly TEXT and CRLF
//	C~ REGEXP         sends a line that REGEXP matches as a whole
//	C?: TEXT          sends TEXT, or hangs up, which ends the dialogue
//	                  successfully
//	client-hello      sends a TLS handshake record, which is read and not
//	                  answered: TLS to a plain port
//	pipelined         may send commands before their answers from here on
//	nobody            does not even connect; the only line of its dialogue
//
// A line "next" ends the dialogue of a connection, and that of the next one
// follows. There may be no more connections than dialogues, unless Connections says
// so; then the last dialogue is played to the others.
//
// Consecutive C lines may come in one write. Otherwise the client has to wait
// for each answer: whatever it sends before the greeting, or before the answer
// to its command, is a failure. At the end the server hangs up, and the client
// has to hang up as well, without another octet. A client may hang up while the
// server sends, unless a C line follows. Blank lines and lines that begin with
// # are comments.
package pop3test

package pop3test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// A command says when it is valid, with how many arguments, and how to answer
// it.
type command struct {
	states   state
	min, max int
	whole    bool // the argument is the rest of the line, with its blanks
	answer   func(*session, []string)
}

var commands = map[string]command{
	"CAPA": {authorization | transaction, 0, 0, false, (*session).capa},
	"STLS": {authorization, 0, 0, false, (*session).stls},
	"USER": {authorization, 1, 1, true, (*session).userName},
	"PASS": {authorization, 1, 1, true, (*session).pass},
	"AUTH": {authorization, 0, 2, false, (*session).auth},
	"STAT": {transaction, 0, 0, false, (*session).stat},
	"LIST": {transaction, 0, 1, false, (*session).list},
	"UIDL": {transaction, 0, 1, false, (*session).uidl},
	"TOP":  {transaction, 2, 2, false, (*session).top},
	"RETR": {transaction, 1, 1, false, (*session).retr},
	"DELE": {transaction, 1, 1, false, (*session).dele},
	"RSET": {transaction, 0, 0, false, (*session).rset},
	"NOOP": {transaction, 0, 0, false, (*session).noop},
	"QUIT": {authorization | transaction, 0, 0, false, (*session).quit},
}

// capa lists the capabilities, which differ before and after TLS, and before
// and after login (RFC 2449, section 5).
func (n *session) capa([]string) {
	n.ok("")
	n.print("TOP")
	n.print("UIDL")
	n.print("RESP-CODES")
	n.print("AUTH-RESP-CODE")
	if n.s.c.Pipelining {
		n.print("PIPELINING")
	}
	if n.state == authorization && n.mayLogIn() {
		n.print("USER")
		n.print("SASL PLAIN")
	}
	if n.mayStartTLS() {
		n.print("STLS")
	}
	for _, line := range n.s.c.Extra {
		n.print(line)
	}
	n.print("IMPLEMENTATION pop3test")
	n.dot()
}

func (n *session) mayLogIn() bool { return n.secure || !n.s.c.RequireTLS }

func (n *session) mayStartTLS() bool {
	return n.s.c.TLS != nil && !n.s.c.NoSTLS && !n.secure && n.state == authorization
}

// stls is RFC 2595, section 4.
func (n *session) stls([]string) {
	if !n.mayStartTLS() {
		n.err("Command not permitted.")
		return
	}
	if n.in.Buffered() > 0 {
		n.err("Nothing may be sent after STLS.")
		n.ended = true
		return
	}
	n.ok("Begin TLS negotiation.")
	if n.out.Flush() != nil || n.handshake() != nil {
		n.ended = true
	}
	n.name = "" // what was sent before TLS is forgotten
}

func (n *session) userName(args []string) {
	if !n.mayLogIn() {
		n.err("[AUTH] Plaintext authentication needs TLS.")
		return
	}
	n.name = args[0]
	n.ok("")
}

func (n *session) pass(args []string) {
	if n.name == "" {
		n.err("No user name given.")
		return
	}
	name := n.name
	n.name = ""
	n.logIn(name, args[0])
}

// auth is AUTH PLAIN, with an initial response or without (RFC 5034, section 4;
// RFC 4616).
func (n *session) auth(args []string) {
	if len(args) == 0 {
		n.ok("")
		if n.mayLogIn() {
			n.print("PLAIN")
		}
		n.dot()
		return
	}
	if !strings.EqualFold(args[0], "PLAIN") || !n.mayLogIn() {
		n.err("Unsupported authentication mechanism.")
		return
	}
	response, ok := n.response(args[1:])
	if !ok {
		n.err("Authentication cancelled.")
		return
	}
	message, err := base64.StdEncoding.DecodeString(response)
	parts := bytes.Split(message, []byte{0})
	if err != nil || len(parts) != 3 {
		n.err("Invalid response.")
		return
	}
	n.logIn(string(parts[1]), string(parts[2]))
}

// response returns the client's initial response, or asks for one. "=" is an
// empty one, "*" cancels.
func (n *session) response(initial []string) (string, bool) {
	if len(initial) > 0 && initial[0] == "=" {
		return "", true
	}
	if len(initial) > 0 {
		return initial[0], true
	}
	n.print("+ ")
	line, err := n.readLine()
	return line, err == nil && line != "*"
}

func (n *session) logIn(name, password string) {
	u, ok := n.s.users[name]
	switch {
	case !ok || u.password != password:
		n.err("[AUTH] Authentication failed.")
	case n.s.c.Exclusive && !u.drop.lock():
		n.err("[IN-USE] Mailbox is locked by another session.")
	default:
		n.user, n.view, n.state = u, u.drop.view(), transaction
		n.ok("Logged in.")
	}
}

func (n *session) stat([]string) {
	messages, octets := n.view.total()
	n.ok("%d %d", messages, octets)
}

func (n *session) list(args []string) {
	n.scan(args, func(int) string { return strconv.Itoa(n.view.Size) })
}

func (n *session) uidl(args []string) {
	n.scan(args, func(number int) string { return uid(n.view.id(number)) })
}

// scan answers with a fact about one message, or about all that are not
// deleted.
func (n *session) scan(args []string, fact func(int) string) {
	if len(args) == 1 {
		if number, ok := n.number(args[0]); ok {
			n.ok("%d %s", number, fact(number))
		}
		return
	}
	n.ok("")
	for number := 1; number <= n.view.count() && n.s.ctx.Err() == nil; number++ {
		if !n.view.deleted[number] {
			n.print(strconv.Itoa(number) + " " + fact(number))
		}
	}
	n.dot()
}

// number parses a message number. If it is invalid it answers and reports
// false.
func (n *session) number(s string) (int, bool) {
	value, err := strconv.ParseUint(s, 10, 31) // digits only
	number := int(value)
	if err != nil || number < 1 || number > n.view.count() || n.view.deleted[number] {
		n.err("No such message.")
		return 0, false
	}
	return number, true
}

func (n *session) top(args []string) {
	lines, err := strconv.Atoi(args[1])
	if err != nil || lines < 0 {
		n.err("Not a number of lines.")
		return
	}
	n.send(args[0], lines, "")
}

func (n *session) retr(args []string) {
	n.send(args[0], -1, fmt.Sprintf("%d octets", n.view.Size))
}

func (n *session) send(arg string, lines int, text string) {
	number, ok := n.number(arg)
	if !ok {
		return
	}
	n.ok("%s", text)
	n.view.write(n.print, n.view.id(number), lines)
	n.dot()
}

func (n *session) dele(args []string) {
	if number, ok := n.number(args[0]); ok {
		n.view.deleted[number] = true
		n.ok("Message marked.")
	}
}

func (n *session) rset([]string) {
	clear(n.view.deleted)
	n.ok("")
}

func (n *session) noop([]string) { n.ok("") }

// quit deletes the marked messages after a login (RFC 1939, section 6).
func (n *session) quit([]string) {
	if n.state == transaction {
		n.user.drop.remove(n.view.marked())
	}
	n.ok("Bye.")
	n.ended = true
}

package check_test

import (
	"encoding/base64"
	"fmt"
	"strings"

	"check_pop3x/check/pop3"
)

// A point is a place in the dialogue where it is the server's turn.
type point struct {
	name    string
	options string // of the plugin
	secret  string // name of the password file
	before  string // the dialogue up to here
	answer  string // of a server that works
	after   string // the rest of the dialogue
	drip    string // what drips, unless it is an answer
}

// longSecret does not fit into the command, so that PLAIN waits for a
// continuation.
var longSecret = strings.Repeat(hostileSecret, 12)

// plainResponse returns the response of PLAIN (RFC 4616).
func plainResponse(secret string) string {
	return base64.StdEncoding.EncodeToString([]byte("\x00alice\x00" + secret))
}

// Pieces of dialogues.
var (
	greets   = "S: +OK ready\n"
	asks     = "C: CAPA\n"
	lists    = "S: +OK\nS: USER\nS: STLS\n"
	listEnds = "S: UIDL\nS: .\n"
	plain    = "S: +OK\nS: SASL PLAIN\nS: .\n"
	names    = "C: USER alice\n"
	proves   = "C: PASS " + hostileSecret + "\n"
	counts   = "C: STAT\n"
	counted  = "S: +OK 1 120\n"
	leaves   = "C: QUIT\n"
	left     = "S: +OK\n"

	session = names + "S: +OK\n" + proves + "S: +OK\n" + counts + counted + leaves + left
)

const (
	inClear  = "--allow-cleartext-login"
	bySTLS   = "--starttls --insecure"
	firstTLS = "--tls --insecure"
)

// serverHello is the beginning of the answer to a ClientHello.
const serverHello = `\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03`

var points = map[string]point{
	"greeting": {options: inClear, secret: "short", answer: greets},
	"capa":     {options: inClear, secret: "short", before: greets + asks, answer: lists + listEnds, after: session},
	"list":     {options: inClear, secret: "short", before: greets + asks + lists, answer: listEnds, after: listEnds + session},
	"stls":     {options: bySTLS, secret: "short", before: greets + asks + lists + listEnds + "C: STLS\n", answer: left},
	"handshake": {options: bySTLS, secret: "short", before: greets + asks + lists + listEnds + "C: STLS\nS: +OK\nclient-hello\n",
		answer: left, drip: serverHello},
	"implicit": {options: firstTLS, secret: "short", before: "client-hello\n", answer: left, drip: serverHello},
	"capa-again": {options: bySTLS, secret: "short", before: greets + asks + lists + listEnds + "C: STLS\nS: +OK\ntls\n" + asks,
		answer: lists + listEnds, after: session},
	"user": {options: inClear, secret: "short", before: greets + asks + lists + listEnds + names, answer: left},
	"pass": {options: inClear, secret: "short", before: greets + asks + lists + listEnds + names + left + proves, answer: left},
	"apop": {options: "--auth apop", secret: "short", answer: left,
		before: "S: +OK ready <1@h>\n" + asks + lists + listEnds + fmt.Sprintf("C: APOP alice %x\n", pop3.Digest("<1@h>", hostileSecret))},
	"challenge": {options: "--auth cram-md5", secret: "short", answer: "S: + PDFAaD4=\n",
		before: greets + asks + "S: +OK\nS: SASL CRAM-MD5\nS: .\nC: AUTH CRAM-MD5\n"},
	"initial": {options: firstTLS, secret: "short", answer: left,
		before: "tls\n" + greets + asks + plain + "C: AUTH PLAIN " + plainResponse(hostileSecret) + "\n"},
	"continuation": {options: firstTLS, secret: "long", answer: left,
		before: "tls\n" + greets + asks + plain + "C: AUTH PLAIN\nS: +\nC: " + plainResponse(longSecret) + "\n"},
	"stat": {options: inClear, secret: "short", before: greets + asks + lists + listEnds + names + left + proves + left + counts,
		answer: counted, after: "C?: QUIT\n"},
	"quit": {options: inClear, secret: "short", answer: left,
		before: greets + asks + lists + listEnds + names + left + proves + left + counts + counted + leaves},
}

// moves are the ways to misbehave, and whether the client may send QUIT then:
// it does after a refusal, and closes the connection if the protocol was
// broken.
var moves = map[string]struct {
	play   func(point) string
	leaves bool
}{
	"silence":  {play: always("silence\n")},
	"hangup":   {play: always("close\n")},
	"reset":    {play: always("pause 20ms\nreset\n")},
	"garbage":  {play: always("S: xyzzy plugh\n")},
	"refusal":  {play: always("S: -ERR no way\n"), leaves: true},
	"drip":     {play: drips},
	"overlong": {play: always(`S* 200000 "sixteen octets, "` + "\n")},
	"dirt":     {play: always(`S- "-ERR \x00\x1b[2J\x1b[31m| time=0s;;;0 'x'=1 \u202e\u200b\x9b\xff\xfe\x7f\t\"\\ dirt\x00\r\n"` + "\n"), leaves: true},
	"twice":    {play: func(p point) string { return p.answer + "S: +OK again\n" }},
	"plus":     {play: plus},
}

func always(lines string) func(point) string { return func(point) string { return lines } }

func drips(p point) string {
	text := p.drip
	if text == "" {
		text = `+OK a reply that takes its time`
	}
	return `drip 300ms "` + text + "\"\n"
}

// plus sends a continuation. In the middle of AUTH the client cancels (RFC
// 5034, section 4).
func plus(p point) string {
	if p.name == "challenge" {
		return "S: + bW9yZQ==\nC~ .+\nS: + bW9yZQ==\nC: *\nS: -ERR\n"
	}
	if p.name == "initial" || p.name == "continuation" {
		return "S: + bW9yZQ==\nC: *\nS: -ERR\n"
	}
	return "S: + bW9yZQ==\n"
}

// dialogue returns the dialogue of an attack. A line without end, a drip and a
// silence end it.
func (h attack) dialogue() string {
	move := moves[h.move]
	text := h.at.before + move.play(h.at)
	switch {
	case h.kind == "ok" && h.move != "silence" && h.move != "hangup" && h.move != "reset":
		return text + h.at.after
	case move.leaves:
		return text + "C?: QUIT\n"
	}
	return text
}

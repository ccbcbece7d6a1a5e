package check_test

import (
	"strings"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// mailboxLogin is a dialogue up to STAT.
const mailboxLogin = `S: +OK
C: CAPA
S: +OK
S: TOP
S: USER
S: .
C: USER alice
S: +OK
C: PASS secret
S: +OK
C: STAT
`

// mailboxDialogue is a session with all steps.
const mailboxDialogue = mailboxLogin + `S: +OK 1 20
C: LIST
S: +OK
S: 1 20
S: .
C: UIDL
S: +OK
S: 1 a
S: .
C: TOP 1 0
S: +OK
S: Subject: =?utf-8?q?a?=
S: Date: Thu, 2 Jan 2020 03:04:05 +0000
S: 
S: .
C: CAPA
S: -ERR
C: LIST 1
S: +OK 1 20
C: RETR 1
S: +OK
S: Subject: a
S: 
S: .
C: NOOP
S: +OK
C: STAT
S: +OK 1 20
C: DELE 1
S: +OK
C: STAT
S: +OK 0 0
C: RSET
S: +OK
C: STAT
S: +OK 1 20
C: QUIT
S: +OK
`

// mailboxFloods are mailboxes that send far too much.
var mailboxFloods = map[string]struct{ args, stat, dialogue, want string }{
	"LIST of a wrong count": {"--steps list", "2 200", "C: LIST\nS: +OK\nS* 3000000 \"1 100\\r\\n\"\nS: .\nC: STAT\nS: +OK 2 200\nC?: QUIT\nS: +OK\n",
		`WARNING - list: line 2 is for message 1; .*3000000 messages of 300000000 octets, but STAT says 2 of 200 octets.* \[consistency\]`},
	"LIST of sizes that do not fit": {"--steps list", "2 200", "C: LIST\nS: +OK\nS* 3 \"1 9223372036854775807\\r\\n\"\nS: .\nsilence\n",
		`CRITICAL - list: the sizes have a sum of more than .* \[protocol\]`},
	"UIDL of one": {"--steps uidl", "9223372036854775807 1", "C: UIDL\nS: +OK\nS* 3000000 \"1 same\\r\\n\"\nS: .\nC: STAT\nS: +OK 9223372036854775807 1\nC?: QUIT\nS: +OK\n",
		`WARNING - uidl: line 2 is for message 1; .*3000000 messages, but STAT says 9223372036854775807 of 1 octet \[consistency\]`},
	"TOP without end": {"--age-scan 2", "1 100", "C: TOP 1 0\nS: +OK\nS* 3000000 \"Received: x\\r\\n\"\nsilence\n", `CRITICAL - top: the server sent a list of more than .* \[protocol\]`},
	"RETR without end": {"--steps retr", "1 100", "C: CAPA\nS: -ERR\nC: LIST 1\nS: +OK 1 100\nC: RETR 1\nS: +OK\nS* 3000000 \"0123456789\\r\\n\"\nsilence\n",
		`OK - 1 message, 100 octets in .* retr_rate=\d+;;;0`},
}

func TestMailboxFloods(t *testing.T) {
	password := writeSecret(t, "pw", "secret")
	for name, flood := range mailboxFloods {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			player := serve(t, mailboxLogin+"S: +OK "+flood.stat+"\n"+flood.dialogue, pop3test.Options{Limit: patience})
			args := mailboxArgs(player.Addr(), password, "--auth", "user")
			o := run{args: append(args, strings.Fields(flood.args)...)}.play(t.TempDir())
			checkFlood(t, o, "^POP3 "+flood.want, false)
			if err := player.Finish(); err != nil {
				t.Error(err)
			}
		})
	}
}

//go:build integration

// The accounts and their mail. Every server must report the same count and octets for them, so the messages hold
// nothing that one of them would rewrite, and their sizes are counted with CRLF.

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	aliceMessages = 5
	aliceOctets   = 18067
)

// vmail owns the mailboxes (testdata/passwd).
const vmail = 50010

// account is a user whom every server knows.
type account struct {
	name, password string
	mail           []string // the messages, with LF for each line end
}

var (
	alice    = account{"alice", "correct horse", messages(512, 1024, 2048, 4096, 10387)}
	bob      = account{"bob", "battery staple", nil}
	lengthy  = account{"lengthy", "a pass phrase of " + strings.Repeat("so many ", 8) + "words", nil}
	steward  = account{"steward", "the keys of the house", nil}
	foreign  = account{"foreign", "größe · 密码 · ñ", nil}
	accounts = []account{alice, bob, lengthy, steward, foreign}
)

// messages are mails of so many octets each.
func messages(sizes ...int) (mail []string) {
	for i, octets := range sizes {
		mail = append(mail, message(i+1, octets))
	}
	return mail
}

// message is a mail of exactly so many octets with CRLF line ends. One of its lines begins with a dot.
func message(number, octets int) string {
	text := fmt.Sprintf("From: sender@pop3.test\nTo: alice@pop3.test\nSubject: message %d\n"+
		"Date: Mon, 01 Jan 2024 12:00:0%d +0000\nMessage-ID: <%d@pop3.test>\n\n.stuffed\n", number, number, number)
	for size(text) < octets-80 {
		text += strings.Repeat("x", 70) + "\n"
	}
	text += strings.Repeat("y", octets-size(text)-2) + "\n"
	return text
}

// octets is the size of the account's mailbox.
func (a account) octets() (sum int) {
	for _, text := range a.mail {
		sum += size(text)
	}
	return sum
}

// size counts octets as POP3 does, with two for each line end.
func size(text string) int {
	return len(text) + strings.Count(text, "\n")
}

// writeMaildirs writes the users' mail below dir/mail, in Maildirs with the given path below the user's directory.
func writeMaildirs(users []account, dir, path string) error {
	for _, user := range users {
		if err := writeMaildir(filepath.Join(dir, "mail", user.name, path), user.mail); err != nil {
			return err
		}
	}
	return chownAll(filepath.Join(dir, "mail"), vmail)
}

func writeMaildir(maildir string, mail []string) error {
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(maildir, sub), 0o755); err != nil {
			return err
		}
	}
	for i, text := range mail {
		if err := os.WriteFile(filepath.Join(maildir, "new", maildirName(i, text)), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// maildirName has the messages sorted in their order, and the sizes, which servers take from there.
func maildirName(i int, text string) string {
	return fmt.Sprintf("%d.M%dP1.pop3,S=%d,W=%d", 1700000000+i, i, len(text), size(text))
}

func chownAll(root string, id int) error {
	return filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, id, id)
	})
}

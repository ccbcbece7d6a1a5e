package submit

import (
	"mime"
	"strings"
	"time"
)

// A Message is what is in a mail that looks whether mail arrives.
type Message struct {
	From, To, Subject string
	ID                string // of this one, without a domain
	Date              time.Time
	Sender            string // the name of this host, for people who wonder
}

// Mail returns the message as a mail (RFC 5322). It says that no person sent it, so
// that nothing answers by itself (RFC 3834, section 5).
func (m Message) Mail() Mail {
	_, domain, _ := strings.Cut(m.From, "@")
	lines := []string{
		"From: <" + m.From + ">",
		"To: <" + m.To + ">",
		"Subject: " + strings.ReplaceAll(mime.QEncoding.Encode("utf-8", m.Subject), "?= =?", "?=\r\n =?"),
		"Date: " + m.Date.Format(time.RFC1123Z),
		"Message-ID: <" + m.ID + ".check_pop3x@" + domain + ">",
		"Auto-Submitted: auto-generated",
		"X-Auto-Response-Suppress: All",
		"MIME-Version: 1.0",
		"Content-Type: text/plain; charset=utf-8",
		"Content-Transfer-Encoding: 7bit",
		"",
		"check_pop3x sent this mail from " + m.Sender + ".",
		"It looks whether mail arrives in this mailbox, and how fast.",
		"Nobody needs to read it or to answer it.",
		"",
		"If it bothers you, ask those who run the monitoring there: its option",
		"--delete-probes deletes such mails once they are of no more use.",
	}
	return Mail{From: m.From, To: m.To, Text: []byte(strings.Join(lines, "\r\n") + "\r\n")}
}

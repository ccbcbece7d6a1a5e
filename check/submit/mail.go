package submit

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"net/textproto"
	"strconv"
	"strings"
	"unicode"

	"check_pop3x/check/fault"
)

// A Mail is a text, and from whom to whom it goes.
type Mail struct {
	From, To string
	Text     []byte // with its header
}

// UTF8 reports whether only SMTPUTF8 can carry the mail (RFC 6531): an address has
// more than ASCII.
func (m Mail) UTF8() bool {
	return strings.ContainsFunc(m.From+m.To, func(r rune) bool { return r > unicode.MaxASCII })
}

// Send sends a mail, and returns what the server says to it. It calls before when
// all is sent except for the last line, the dot, behind which nobody knows whether
// the mail is on its way until the server has answered.
func (s *Session) Send(m Mail, before func() error) (said string, err error) {
	if err := s.envelope(m); err != nil {
		return "", err
	}
	text := stuffed(m.Text)
	s.trace(true, fmt.Sprintf("(the message, %d octets)", len(m.Text)))
	if _, err := s.conn.Write(text); err != nil {
		return "", s.ended(err)
	}
	if s.lines.Buffered() > 0 {
		return "", s.outOfTurn()
	}
	if err := before(); err != nil {
		s.over = true
		return "", err
	}
	if err := s.write("the message", ".", "."); err != nil {
		return "", err
	}
	r, err := s.answer(2)
	if err != nil {
		return "", err
	}
	return cmp.Or(r.text(), strconv.Itoa(r.code)), nil
}

// envelope says from whom to whom the mail goes, and asks to send it.
func (s *Session) envelope(m Mail) error {
	from := []string{"MAIL", "FROM:<" + m.From + ">"}
	if s.Offers("SIZE") {
		from = append(from, "SIZE="+strconv.Itoa(len(m.Text)))
	}
	if m.UTF8() {
		if !s.Offers("SMTPUTF8") {
			return fault.New(fault.Send, "the submission server does not offer SMTPUTF8, which the addresses need").Because(fault.SendNoUTF8)
		}
		from = append(from, "BODY=8BITMIME", "SMTPUTF8")
	}
	if _, err := s.command(2, from...); err != nil {
		return err
	}
	if _, err := s.command(2, "RCPT", "TO:<"+m.To+">"); err != nil {
		return err
	}
	_, err := s.command(3, "DATA")
	return err
}

// stuffed is a text whose lines end in CRLF, and in which the dot that begins a line
// is doubled (RFC 5321, section 4.5.2), without the dot that ends it.
func stuffed(text []byte) []byte {
	var b bytes.Buffer
	w := textproto.NewWriter(bufio.NewWriter(&b)).DotWriter()
	w.Write(text) // to memory, which takes all
	w.Close()
	return bytes.TrimSuffix(b.Bytes(), []byte(".\r\n"))
}

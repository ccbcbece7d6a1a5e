package submit

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/sasl"
)

// A scriptedServer says its part of a dialogue, a chunk for each line that it reads
// except for the mail, and remembers what it read.
type scriptedServer struct {
	says  []string
	heard strings.Builder
	rest  string
}

func (s *scriptedServer) Read(p []byte) (int, error) {
	if s.rest == "" && len(s.says) == 0 {
		return 0, io.EOF
	}
	if s.rest == "" {
		s.rest, s.says = s.says[0], s.says[1:]
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func (s *scriptedServer) Write(p []byte) (int, error) { return s.heard.Write(p) }

// traced keeps what a session traces.
type traced struct{ lines []string }

func (t *traced) line(sent bool, line string) {
	from := "S: "
	if sent {
		from = "C: "
	}
	t.lines = append(t.lines, from+line)
}

func message(from, to string) Mail {
	return Message{
		From: from, To: to, Subject: "probe", ID: "0123456789abcdef", Sender: "monitor.example.org",
		Date: time.Date(2026, 11, 27, 14, 0, 0, 0, time.UTC),
	}.Mail()
}

func password(t *testing.T, name string) sasl.Client {
	t.Helper()
	for _, m := range sasl.Mechanisms() {
		if m.Name == name {
			client, err := m.New(sasl.Credentials{User: "alice", Secret: "s3cret"})
			if err != nil {
				t.Fatal(err)
			}
			return client
		}
	}
	t.Fatal("no mechanism " + name)
	return nil
}

// submitAll is a whole session.
func submitAll(s *Session, login sasl.Client, m Mail, before func() error) (said string, err error) {
	if err := s.Greet(); err != nil {
		return "", err
	}
	if err := s.Hello("[192.0.2.1]"); err != nil {
		return "", err
	}
	if login != nil {
		if err := s.Auth("PLAIN", login); err != nil {
			return "", err
		}
	}
	return s.Send(m, before)
}

func TestSendGoesThroughTheDialogue(t *testing.T) {
	server := &scriptedServer{says: []string{
		"220 mx ESMTP\r\n", "250-mx\r\n250-SIZE 1000000\r\n250-auth plain login\r\n250 SMTPUTF8\r\n", "235 2.7.0 welcome\r\n",
		"250 2.1.0 ok\r\n", "250 2.1.5 ok\r\n", "354 go\r\n", "250 2.0.0 Ok: queued as 4711\r\n",
	}}
	trace := &traced{}
	s := New(server, trace.line)
	m := message("alice@example.org", "alice@example.org")
	m.Text = append(m.Text, ".a line with a dot\r\n"...)
	beforeDot := ""
	said, err := submitAll(s, password(t, "PLAIN"), m, func() error { beforeDot = server.heard.String(); return nil })
	if err != nil || said != "2.0.0 Ok: queued as 4711" {
		t.Fatal(said, err)
	}
	if !strings.HasSuffix(beforeDot, "\r\n..a line with a dot\r\n") {
		t.Errorf("before the last line was sent: %q", beforeDot)
	}
	if heard := server.heard.String(); heard != beforeDot+".\r\n" {
		t.Errorf("%q follows", strings.TrimPrefix(heard, beforeDot))
	}
	shown := strings.Join(trace.lines, "\n")
	for _, want := range []string{"C: AUTH PLAIN ***\n", "C: MAIL FROM:<alice@example.org> SIZE=", "C: RCPT TO:<alice@example.org>\n", "C: (the message, "} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is missing in\n%s", want, shown)
		}
	}
	if strings.Contains(shown, "s3cret") || strings.Contains(shown, "czNjcmV0") || strings.Contains(shown, "AGFsaWNl") {
		t.Errorf("a secret is shown:\n%s", shown)
	}
	if strings.Contains(shown, " SMTPUTF8\nS: 250 2.1.0") {
		t.Errorf("SMTPUTF8 is asked for without need:\n%s", shown)
	}
}

// Codes are told apart by their first digit, and a relay may be older than EHLO.
func TestSendTakesOtherCodesAndHELO(t *testing.T) {
	server := &scriptedServer{says: []string{
		"220 mx\r\n", "502 5.5.2 what?\r\n", "250-mx\r\n250 SMTPUTF8\r\n", "253 ok\r\n", "251 will forward\r\n", "354 go\r\n", "250 ok\r\n",
	}}
	s := New(server, new(traced).line)
	if _, err := submitAll(s, nil, message("a@b", "c@d"), func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(server.heard.String(), "EHLO [192.0.2.1]\r\nHELO [192.0.2.1]\r\nMAIL FROM:<a@b>\r\n") || s.Offers("SMTPUTF8") {
		t.Error(server.heard.String())
	}
	server = &scriptedServer{says: []string{"220 mx\r\n", "500 what?\r\n", "550 5.7.1 go away\r\n"}}
	if _, err := submitAll(New(server, new(traced).line), nil, message("a@b", "c@d"), nil); problemOf(err) != fault.SendBanned {
		t.Error(err)
	}
}

func TestSendAsksForUTF8IfAnAddressNeedsIt(t *testing.T) {
	greeting, sent := []string{"220 mx\r\n", "250-mx\r\n250 SMTPUTF8\r\n"}, []string{"250 ok\r\n", "250 ok\r\n", "354\r\n", "250 ok\r\n"}
	server := &scriptedServer{says: append(greeting, sent...)}
	m := message("jörg@example.org", "jörg@example.org")
	if _, err := submitAll(New(server, new(traced).line), nil, m, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(server.heard.String(), "MAIL FROM:<jörg@example.org> BODY=8BITMIME SMTPUTF8\r\n") {
		t.Error(server.heard.String())
	}
	server = &scriptedServer{says: []string{"220 mx\r\n", "250 mx\r\n"}}
	if _, err := submitAll(New(server, new(traced).line), nil, m, nil); fault.Of(err).Problem != fault.SendNoUTF8 {
		t.Error(err)
	}
}

func TestLoginAnswersChallenges(t *testing.T) {
	server := &scriptedServer{says: []string{"220 mx\r\n", "250-mx\r\n250 AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 ok\r\n"}}
	s := New(server, new(traced).line)
	if err := errors.Join(s.Greet(), s.Hello("x"), s.Auth("LOGIN", password(t, "LOGIN"))); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(server.heard.String(), "AUTH LOGIN\r\nYWxpY2U=\r\nczNjcmV0\r\n") {
		t.Errorf("%q", server.heard.String())
	}
}

func TestLoginIsNotBelievedBeforeItIsComplete(t *testing.T) {
	server := &scriptedServer{says: []string{"220 mx\r\n", "250 mx\r\n", "235 come in\r\n"}}
	s := New(server, new(traced).line)
	if err := errors.Join(s.Greet(), s.Hello("x")); err != nil {
		t.Fatal(err)
	}
	if err := s.Auth("LOGIN", password(t, "LOGIN")); fault.Of(err).Problem != fault.Unproven {
		t.Error(err)
	}
}

// TestStartTLS shows that what the server said before TLS does not count after it.
func TestStartTLS(t *testing.T) {
	server := &scriptedServer{says: []string{"220 mx\r\n", "250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", "220 go\r\n", "250 mx\r\n"}}
	s := New(server, new(traced).line)
	if err := errors.Join(s.Greet(), s.Hello("x"), s.StartTLS(), s.UnderTLS("x")); err != nil {
		t.Fatal(err)
	}
	if s.Offers("STARTTLS") || len(s.Mechanisms()) > 0 {
		t.Errorf("after TLS the server still offers %q", s.offers)
	}
}

func TestStartTLSIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		says []string
		want fault.Problem
	}{
		"if it is not offered":     {[]string{"250 mx\r\n"}, fault.SendNoTLS},
		"if text follows it":       {[]string{"250-mx\r\n250 STARTTLS\r\n", "220 go\r\n250 mx\r\n"}, fault.SendInjected},
		"if half a line follows":   {[]string{"250-mx\r\n250 STARTTLS\r\n", "220 go\r\n2"}, fault.SendInjected},
		"if the server refuses":    {[]string{"250-mx\r\n250 STARTTLS\r\n", "454 4.7.0 no\r\n"}, fault.SendBusy},
		"if the answer is no SMTP": {[]string{"250-mx\r\n250 STARTTLS\r\n", "+OK\r\n"}, fault.SendBroken},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(&scriptedServer{says: append([]string{"220 mx\r\n"}, test.says...)}, new(traced).line)
			if err := errors.Join(s.Greet(), s.Hello("x")); err != nil {
				t.Fatal(err)
			}
			if got := problemOf(s.StartTLS()); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func problemOf(err error) fault.Problem {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return r.Fault().Problem
	}
	return fault.Of(err).Problem
}

func TestHostileGreetings(t *testing.T) {
	for name, said := range map[string]string{
		"an endless line":     strings.Repeat("x", 1<<20),
		"many lines":          strings.Repeat("220-x\r\n", 1<<17),
		"POP3":                "+OK Dovecot ready.\r\n",
		"HTTP":                "HTTP/1.1 400 Bad Request\r\n\r\n",
		"a code out of range": "999 hello\r\n",
		"two codes":           "220-mx\r\n250 mx\r\n",
		"NUL":                 "\x00\x00\x00\x00\n",
		"a stray answer":      "354 go\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			server := &scriptedServer{says: []string{said}}
			if f := fault.Of(New(server, new(traced).line).Greet()); f.Kind != fault.Send || f.Problem != fault.NotSMTP {
				t.Error(f)
			}
			if read := len(said) - len(server.rest); read > 2*maxReply {
				t.Errorf("%d octets were read", read)
			}
		})
	}
}

func TestServerThatSpeaksBeforeItIsAsked(t *testing.T) {
	for said, want := range map[string]fault.Problem{"250 mx\r\n": fault.NotSMTP, "421 4.3.2 shutting down\r\n": fault.SendBusy} {
		s := New(&scriptedServer{says: []string{"220 mx\r\n" + said}}, new(traced).line)
		if err := s.Greet(); err != nil {
			t.Fatal(err)
		}
		if got := problemOf(s.Hello("x")); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

func TestEndOfConnectionNamesWhatIsMissing(t *testing.T) {
	s := New(&scriptedServer{says: []string{"220 mx\r\n", "250 mx\r\n", "250 ok\r\n"}}, new(traced).line)
	_, err := submitAll(s, nil, message("a@b", "a@b"), nil)
	if f := fault.Of(err); f.Problem != fault.SendClosed || f.Text != "the submission server closed the connection without an answer to RCPT" {
		t.Error(f)
	}
}

func TestLineEndsAreNotSent(t *testing.T) {
	server := &scriptedServer{says: []string{"220 mx\r\n", "250 mx\r\n"}}
	_, err := submitAll(New(server, new(traced).line), nil, message("a@b>\r\nRCPT TO:<c@d", "a@b"), nil)
	if fault.Of(err).Kind != fault.Usage || strings.Contains(server.heard.String(), "RCPT") {
		t.Error(err, server.heard.String())
	}
}

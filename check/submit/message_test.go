package submit

import (
	"net/mail"
	"strings"
	"testing"
)

func TestMessageIsWellFormed(t *testing.T) {
	text := string(message("alice@example.org", "bob@example.net").Text)
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"From": "<alice@example.org>", "To": "<bob@example.net>", "Subject": "probe",
		"Date": "Fri, 27 Nov 2026 14:00:00 +0000", "Message-Id": "<0123456789abcdef.check_pop3x@example.org>",
		"Auto-Submitted": "auto-generated", "Mime-Version": "1.0",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 78 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("%q is no line of at most 78 octets", line)
		}
	}
	if !strings.Contains(text, "monitor.example.org") {
		t.Error("it does not say who sent it")
	}
}

func TestSubjectIsEncoded(t *testing.T) {
	m := Message{From: "a@b", To: "a@b", Subject: "Prüfung " + strings.Repeat("ß", 100)}
	for line := range strings.SplitSeq(string(m.Mail().Text), "\r\n") {
		if len(line) > 90 || strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("%q", line)
		}
	}
}

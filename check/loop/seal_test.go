package loop

import (
	"strings"
	"testing"
)

const letter = "From: check <check@example.org>\r\nTo: alice@example.org\r\nSubject: check_pop3x probe\r\nDate: Fri, 27 Nov 2026 12:00:00 +0000\r\n" +
	"Message-ID: <1@example.org>\r\nAuto-Submitted: auto-generated\r\n\r\nThis mail shows that mail arrives.\r\nAsk the postmaster.\r\n"

// read returns a message as the mailbox shows it.
func read(text string) *Message {
	m := &Message{}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		m.Add([]byte(line))
	}
	return m
}

func TestWrote(t *testing.T) {
	k, p := testKey(t, "alice"), NewProbe(noon)
	signed := string(k.Sign(p, []byte(letter)))
	for line := range strings.SplitSeq(signed, "\r\n") {
		if len(line) > 78 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
	change := func(from, to string) string {
		if !strings.Contains(signed, from) {
			t.Fatalf("%q is not in %q", from, signed)
		}
		return strings.Replace(signed, from, to, 1)
	}
	header, _, _ := strings.Cut(signed, "From:")
	for what, text := range map[string]string{
		"as written":       signed,
		"with more on top": "Return-Path: <check@example.org>\r\nReceived: from a by b;\r\n Fri, 27 Nov 2026 12:00:03 +0000\r\nX-Spam: no\r\n" + signed,
		"folded":           change("Subject: check_pop3x probe", "subject:\r\n check_pop3x\r\n\tprobe"),
		"with empty lines": signed + "\r\n\r\n",
		"with blanks":      change("arrives.", "arrives. \t"),
	} {
		if got, ok := k.Wrote(read(text)); !ok || got != p {
			t.Errorf("%s: %+v, %v", what, got, ok)
		}
	}
	for what, text := range map[string]string{
		"the field on another mail":      header + "From: boss@example.org\r\nTo: alice@example.org\r\nSubject: contract\r\nDate: Fri, 27 Nov 2026 12:00:00 +0000\r\nMessage-ID: <2@example.org>\r\n\r\nSign this.\r\n",
		"only another body":              change("This mail shows that mail arrives.", "Do you still need this?"),
		"a line more":                    signed + "P.S. Call me.\r\n",
		"a line more behind empty lines": signed + strings.Repeat("\r\n", 50) + "P.S. Call me.\r\n",
		"another subject":                change("probe\r\n", "probe was slow today\r\n"),
		"a second subject":               change("Date:", "Subject: read this\r\nDate:"),
		"another sender":                 change("check@example.org", "boss@example.org"),
		"another Message-ID":             change("<1@", "<2@"),
		"no Message-ID":                  change("Message-ID:", "X-Message-ID:"),
		"no body":                        signed[:strings.Index(signed, "\r\n\r\n")],
		"a quoted probe":                 "From: boss@example.org\r\nSubject: Fwd\r\n\r\n" + signed,
		"two fields":                     header + signed,
		"no seal":                        strings.Replace(signed, header, Field+": "+k.Header(p)+"\r\n", 1),
		"too large":                      "X-Long: " + strings.Repeat("x", maxSize) + "\r\n" + signed,
		"too many lines":                 strings.Repeat("X-More: x\r\n", maxLines) + signed,
		"empty":                          "",
	} {
		if _, ok := k.Wrote(read(text)); ok {
			t.Errorf("%s: is taken for the probe", what)
		}
	}
	if _, ok := testKey(t, "alice").Wrote(read(signed)); ok {
		t.Error("another key vouches for the probe")
	}
}

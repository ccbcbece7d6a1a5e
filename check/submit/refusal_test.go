package submit

import (
	"testing"

	"check_pop3x/check/fault"
)

// TestRefusals has answers as servers publish them.
func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		asked, said string
		want        fault.Problem
	}{
		{"AUTH", "535 5.7.8 Error: authentication failed: (reason unavailable)", fault.SendLogin},                  // Postfix with Dovecot
		{"AUTH", "535 Incorrect authentication data", fault.SendLogin},                                             // Exim
		{"AUTH", "535 Authentication failed", fault.SendLogin},                                                     // OpenSMTPD
		{"AUTH", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled", fault.SendLogin}, // Exchange Online
		{"AUTH", "454 4.7.0 Temporary authentication failure: Connection lost", fault.SendBusy},
		{"AUTH", "504 5.5.4 Unrecognized authentication type", fault.SendNoLogin},
		{"RCPT", "454 4.7.1 <bob@example.net>: Relay access denied", fault.SendRelay}, // Postfix
		{"RCPT", "550 relay not permitted", fault.SendRelay},                          // Exim
		{"RCPT", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", fault.SendRelay},
		{"RCPT", "450 4.2.0 <bob@example.net>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.net.html", fault.SendPutOff},
		{"RCPT", "451 4.7.1 Greylisting in action, please come back later", fault.SendPutOff},
		{"RCPT", "450 4.7.1 Error: too much mail from 192.0.2.1", fault.SendPutOff},
		{"the greeting", "421 4.7.0 mx Error: too many connections from 192.0.2.1", fault.SendPutOff},
		{"RCPT", "550 5.1.1 <bob@example.net>: Recipient address rejected: User unknown in virtual mailbox table", fault.SendUnknown},
		{"RCPT", "550 Unrouteable address", fault.SendUnknown}, // Exim
		{"RCPT", "550 Invalid recipient: <bob@example.net>", fault.SendUnknown},
		{"RCPT", "552 5.2.2 <bob@example.net>: Recipient address rejected: Quota exceeded (mailbox for user is full)", fault.SendRoom},
		{"the message", "452 4.2.2 Mailbox full", fault.SendRoom},
		{"MAIL", "452 4.3.1 Insufficient system storage", fault.SendStorage},
		{"MAIL", "552 5.3.4 Message size exceeds fixed limit", fault.SendSize},
		{"the message", "552 Message too large", fault.SendSize},
		{"RCPT", "553 5.7.1 <a@b>: Sender address rejected: not owned by user alice", fault.SendSender},
		{"MAIL", "501 5.1.7 Bad sender address syntax", fault.SendSender},
		{"MAIL", "530 5.7.0 Must issue a STARTTLS command first", fault.SendTLSWanted},
		{"MAIL", "530 5.7.0 Authentication Required", fault.SendLoginWanted},
		{"MAIL", "530 5.7.57 Client not authenticated to send mail", fault.SendLoginWanted},
		{"the message", "550 5.7.1 Blocked by SpamAssassin", fault.SendContent},
		{"the greeting", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", fault.SendBanned},
		{"RCPT", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", fault.SendBanned},
		{"the greeting", "421 4.3.2 Service shutting down", fault.SendBusy},
		{"the message", "451 4.3.0 Error: queue file write error", fault.SendBusy},
		{"RCPT", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", fault.SendUnknown},
		{"MAIL", "421 4.3.2 Service shutting down", fault.SendBusy},
		{"MAIL", "451 4.7.1 Please try again later", fault.SendPutOff},
		{"MAIL", "450 Requested action not taken", fault.SendBusy},
		{"MAIL", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", fault.SendBanned},
		{"RCPT", "550 5.1.1 <bob@example.net>: no such user at relay1.example.net", fault.SendUnknown}, // no relay is denied
		{"the greeting", "421 relay3.example.net busy, separate queues", fault.SendBusy},
		{"RCPT", "550 5.7.1 Unable to relay", fault.SendRelay},                                                // Exchange
		{"RCPT", "550 5.7.1 <bob@example.net>... Relaying denied", fault.SendRelay},                           // Sendmail
		{"RCPT", "553 sorry, that domain isn't in my list of allowed rcpthosts", fault.SendRelay},             // qmail
		{"RCPT", "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]", fault.SendBanned}, // Postfix
		{"MAIL", "553 5.7.1 <alice@example.org>: Sender address rejected: not logged in", fault.SendLoginWanted},
		{"the message", "550 5.7.26 This mail has been blocked because the sender is unauthenticated.", fault.SendUnproven},           // Gmail
		{"the message", "550 5.7.509 Access denied, sending domain example.org does not pass DMARC verification", fault.SendUnproven}, // Exchange Online
		{"RCPT", "550 5.7.23 <bob@example.net>: Recipient address rejected: Message rejected due to: SPF fail - not authorized.", fault.SendUnproven},
		{"RCPT", "554 bob not listed in Domino Directory", fault.SendUnknown},
		{"EHLO", "502 5.5.1 command not implemented", ""},
		{"EHLO", "550 5.7.1 go away", fault.SendBanned},
		{"STARTTLS", "502 5.5.1 Error: command not implemented", ""},
	} {
		r, _, _, _ := parseRefusal(test.said)
		refusal := (&Session{asked: test.asked}).refusal(r)
		if test.asked == "the greeting" {
			refusal = (&Session{}).refusal(r)
		}
		f := refusal.Fault()
		if f.Problem != test.want {
			t.Errorf("%s: %s: %q, want %q", test.asked, test.said, f.Problem, test.want)
		}
		if f.Said != test.said || (f.Kind == fault.Deferred) != (test.want == fault.SendPutOff) {
			t.Errorf("%s: %s: %v", test.asked, test.said, f)
		}
	}
}

func parseRefusal(said string) (r reply, text string, last, ok bool) {
	r.code, text, last, ok = parseLine(said)
	r.lines = []string{text}
	return r, text, last, ok
}

func TestStatusIsShownOnce(t *testing.T) {
	r := reply{550, []string{"5.7.1 not here", "5.7.1 nor there", "5.7.1"}}
	got := (&Session{asked: "RCPT"}).refusal(r)
	if got.Text != "550 5.7.1 not here nor there" || got.Status != "5.7.1" {
		t.Errorf("%+v", got)
	}
}

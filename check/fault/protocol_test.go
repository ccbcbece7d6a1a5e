package fault

import "testing"

func TestSpoken(t *testing.T) {
	for said, want := range map[string]Problem{
		"+OK": InClear, "-ERR no": InClear, "HTTP/1.0 200 OK": SpeaksHTTP, "<html>": SpeaksHTTP, "<!DOCTYPE html>": SpeaksHTTP,
		"* OK ready": SpeaksIMAP, "* BYE": SpeaksIMAP, "* PREAUTH x": SpeaksIMAP,
		"220 mail ESMTP": SpeaksSMTP, "220-mail": SpeaksSMTP, "421 too busy": SpeaksSMTP, "554-no": SpeaksSMTP,
		"220 (vsFTPd 3.0.3)": SpeaksFTP, "421 FTP is busy": SpeaksFTP, "SSH-1.99-x": SpeaksSSH,
		"\x15\x03\x01\x00\x02": SpeaksTLS, "\x16\x03": SpeaksTLS, "\x17\x03\x03": SpeaksTLS, "\x14\x03\x03": SpeaksTLS,
		"": "", "OK": "", "+ok": "", "220": "", "* ": "", "\x15": "", "\x15\x02": "", "http/1.1": "", "hello": "",
	} {
		e := New(Greeting, "no POP3").Spoken(said)
		if shown := e.Said == said; e.Problem != want || shown == (want == SpeaksTLS) {
			t.Errorf("%q: %q, %q", said, e.Problem, e.Said)
		}
	}
}

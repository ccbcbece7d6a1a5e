package formattest

import (
	"strings"
	"testing"
)

// The readers prove nothing unless they refuse these.
func TestReadersRefuse(t *testing.T) {
	const head = "# HELP pop3_state S.\n# TYPE pop3_state gauge\n"
	for format, lines := range map[string][]string{
		"json": {"", "{}\n", "null\n", `{"schema":1}` + "\n", document + document, strings.Replace(document, `"notes":[]`, `"notes":[],"more":1`, 1),
			strings.Replace(document, `"seconds":null`, `"seconds":-1`, 1), strings.Replace(document, `"code":3`, `"code":2`, 1),
			strings.Replace(document, `"text":"no host"`, `"text":"no `+"\u202e"+`host"`, 1), strings.Replace(document, "2026-11-21T", "2026-13-21T", 1),
			strings.Replace(document, `"metric":null`, `"metric":"time"`, 1), strings.Replace(document, `"kind":"usage",`, "", 1)},
		"prometheus": {"", "pop3_state 3\n", head, head + "pop3_state 2\n", head + "pop3_state 3\npop3_state 3\n", head + "pop3_state 3e0\n",
			head + "pop3_state{host=\"a} 3\n", head + "pop3_state 3", head + "pop3_state 3\n# HELP pop3_up U.\n# TYPE pop3_up counter\npop3_up 1\n"},
		"checkmk": {"", "3 \"POP3\" -\n", "3 POP3 - text\n", "3 \"POP3\" - text", "2 \"POP3\" - text\n", "3 \"PO\"P3\" - text\n", "3 \"POP3\"  - text\n",
			"3 \"POP3\" time=1s text\n", "3 \"POP3\" time=1;@1:2 text\n", "3 \"POP3\" time=1;~:2 text\n", "3 \"POP3\" time=1|time=2 text\n",
			"3 \"POP3\" time=1;;; text\n", "3 \"POP3\" - a\\nb\n", "3 \"POP3\" - a\x1bb\n", "3 \"POP3\" - " + strings.Repeat("x", 1024) + "\n"},
	} {
		for _, line := range lines {
			if Of(format)(line, 3) == nil {
				t.Errorf("%s: %q was accepted", format, line)
			}
		}
	}
}

func TestReadersAccept(t *testing.T) {
	for format, line := range map[string]string{
		"json":       document,
		"prometheus": "# HELP pop3_state S.\n# TYPE pop3_state gauge\npop3_state{host=\"a\\\"\\\\\"} 3\n",
		"checkmk":    "3 \"POP3 mail\" time=0.043;2;1:5;0;10|cert_days=-3;30:;7: text | more\n",
	} {
		if err := Of(format)(line, 3); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// document is the shortest possible.
const document = `{"schema":1,"plugin":{"name":"check_pop3x","version":"devel"},"name":"POP3","start":"2026-11-21T10:00:00.000Z",` +
	`"state":{"name":"UNKNOWN","code":3},"text":"no host","summary":"no host","cause":"no host","remedy":null,"checklist":[` +
	`{"name":"name","works":null},{"name":"network","works":null},{"name":"TLS","works":null},{"name":"greeting","works":null},{"name":"login","works":null},{"name":"mailbox","works":null}],"target":{"host":null,"port":null,"security":null,"user":null,"user_from":null},"seconds":null,` +
	`"complete":false,"findings":[{"state":"UNKNOWN","phase":null,"kind":"usage","metric":null,"text":"no host","within":null,"problem":null,"said":null,"hint":null,"address":null}],"notes":[],` +
	`"phases":[],"metrics":[],"addresses":null,"addresses_left_out":null,"route":null,"address":null,"attempts":[],"second_look":null,"greeting":null,"capabilities_before_tls":null,"capabilities_under_tls":null,"capabilities":null,"srv":null,"dane":null,"tls":null,"crls":[],` +
	`"password_program":null,"token":null,"ticket":null,"send":null,"loop":null,"login":null,"refusals":null,"mailbox":null,"credentials":[],"transcript":null}` + "\n"

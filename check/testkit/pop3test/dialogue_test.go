package pop3test

import (
	"io"
	"strings"
	"testing"
	"time"
)

func TestClients(t *testing.T) {
	const refused = "# a comment\nS: +OK\nC: USER alice\n\nS: -ERR no\nC?: QUIT\nS: +OK\n"
	tests := []struct {
		name, dialogue string
		client         string // one write a line: ">" sends, "<" hears, quoted as in Go without the quotes
		want           string
	}{
		{"as written", refused, `<+OK\r\n|>USER alice\r\n|<-ERR no\r\n|>QUIT\r\n|<+OK\r\n`, ""},
		{"without the optional line", refused, `<+OK\r\n|>USER alice\r\n|<-ERR no\r\n`, ""},
		{"without the last answer", refused, `<+OK\r\n|>USER alice\r\n|<-ERR no\r\n|>QUIT\r\n`, ""},
		{"another line", refused, `<+OK\r\n|>AUTH PLAIN\r\n`, `line 3: expected "USER alice", got "AUTH PLAIN"`},
		{"another than the optional line", refused, `<+OK\r\n|>USER alice\r\n|<-ERR no\r\n|>NOOP\r\n`, `line 6: expected "QUIT", got "NOOP"`},
		{"bare LF", refused, `<+OK\r\n|>USER alice\n`, `expected "USER alice" and CRLF, got "USER alice\n"`},
		{"gone", refused, `<+OK\r\n`, `line 3: expected "USER alice", client hung up`},
		{"gone in a line", refused, `<+OK\r\n|>USER al`, `client hung up after "USER al"`},
		{"before the greeting", refused, `>USER alice\r\n|<`, `line 2: client sent "USER alice\r\n" before the greeting`},
		{"two at once", refused, `<+OK\r\n|>USER alice\r\nQUIT\r\n|<`, `line 5: client sent "QUIT\r\n" before the server had answered`},
		{"more than the end", refused, `<+OK\r\n|>USER alice\r\n|<-ERR no\r\n|>QUIT\r\n|<+OK\r\n|>NOOP\r\n`, `client sent "NOOP\r\n" after the end`},
		{"pipelined as written", "S: +OK\nC: LIST\nC: UIDL\nS: 1\nS: 2", `<+OK\r\n|>LIST\r\nUIDL\r\n|<1\r\n2\r\n`, ""},
		{"pipelining allowed", "S: +OK\npipelined\nC: LIST\nS: 1\nC: UIDL\nS: 2", `<+OK\r\n|>LIST\r\nUIDL\r\n|<1\r\n2\r\n`, ""},
		{"a pattern", `C~ AUTH PLAIN [A-Za-z0-9+/]+=*`, `>AUTH PLAIN AGE=\r\n`, ""},
		{"not the pattern", `C~ AUTH PLAIN`, `>AUTH PLAIN AGE=\r\n`, `expected a line like /AUTH PLAIN/`},
		{"raw bytes", `S- "+OK \x00\x1b[2J\r\n+OK "`, `<+OK \x00\x1b[2J\r\n+OK `, ""},
		{"a packet of its own", "S: +OK\nflush\nS: +OK again", `<+OK\r\n|<+OK again\r\n`, ""},
		{"early between two halves", "S- \"+O\"\npause 20s\nS- \"K\\r\\n\"", `<+O|>CAPA\r\n|<`, `before the greeting`},
		{"during a drip", `drip 20s "+OK\r\n"`, `<+|>CAPA\r\n|<`, `before the greeting`},
		{"gone during a drip", "drip 20ms \"+OK\\r\\n\"\nC: CAPA", `<+`, ``},
		{"gone during a pause", "C: STAT\npause 3s\nS: +OK\nC: QUIT", `>STAT\r\n`, ``},
		{"silence", "S: +OK\nC: CAPA\nsilence", `<+OK\r\n|>CAPA\r\n`, ""},
		{"silence broken", "S: +OK\nC: CAPA\nsilence", `<+OK\r\n|>CAPA\r\n|>QUIT\r\n`, `client sent "QUIT\r\n" while the server was silent`},
		{"half close", "S: +OK\nhalf-close\nC: QUIT", `<+OK\r\n|>QUIT\r\n`, ""},
		{"TLS to a plain port", "client-hello\nS: +OK", `>\x16\x03\x01\x00\x02ab|<+OK\r\n|>\x15\x03\x01\x00\x02\x02\x46`, ""},
		{"no TLS where it was to be", "tls\nS: +OK", `>CAPA\r\n|<`, `client sent "CAPA\r"… instead of a TLS handshake`},
		{"no TLS where it may be", "tls\nS: +OK", `>CAP`, ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var o Options
			if tt.client[0] == '>' { // who speaks first is waited for
				o.Settle = time.Minute
			}
			p := start(t, tt.dialogue, o)
			c := dial(t, p.Addr())
			for _, act := range strings.Split(tt.client, "|") {
				text, err := quoted(`"` + act[1:] + `"`)
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case act[0] == '>':
					tell(t, c, text)
				case text == "": // wait for the end
					_, _ = io.Copy(io.Discard, c)
				default:
					hear(t, c, text)
				}
			}
			_ = c.Close()
			wants(t, p.Finish(), tt.want)
		})
	}
}

func TestParseErrors(t *testing.T) {
	tests := map[string]string{
		"":                         "empty",
		"# nothing\n":              "empty",
		"S: +OK\nX: y":             "line 2: neither S: nor C: nor a directive",
		" S: +OK":                  "line 1: neither",
		`S- +OK`:                   "not a quoted Go string",
		`S* x "y"`:                 "a count and a quoted string",
		`S* 5 ""`:                  "S* needs a text",
		"C~ (":                     "missing closing",
		"drip soon \"x\"":          "not a duration",
		"drip 1s x":                "not a quoted",
		"silence 5s":               "takes no argument",
		"close\nS: +OK":            "line 2: the dialogue has ended",
		"S: +OK\nnobody":           "line 2: nobody has to be the only line",
		"nobody\nS: +OK":           "line 2: nobody has to be the only line",
		"S: +OK\nsilence\nC: QUIT": "line 3: the dialogue has ended",
	}
	for text, want := range tests {
		_, err := Parse(text)
		wants(t, err, want)
	}
}

package render

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/testkit/formattest"
	"check_pop3x/check/verdict"
)

// unclean says what in text is not fit to be shown in a line, or "".
func unclean(text string) string {
	if !utf8.ValidString(text) {
		return "not UTF-8"
	}
	for _, r := range text {
		switch {
		case r < ' ' || 0x7f <= r && r <= 0x9f:
			return "a control character"
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			return "a format character"
		case unicode.IsSpace(r) && r != ' ':
			return "white space that is no blank"
		}
	}
	return ""
}

// A fuzzed is what a server and a user may have said, and how it is to be shown.
type fuzzed struct {
	said, text, user, name string
	times                  []time.Duration
	flags                  uint16
	pick                   uint8
}

func (z fuzzed) has(bit int) bool { return z.flags&(1<<bit) != 0 }

// report has the strings wherever a server or a user can put one.
func (z fuzzed) report() *report.Report {
	r := &report.Report{
		Target: report.Target{Host: z.name, Port: uint16(z.pick)*5 + 1, Security: report.Security(int(z.pick) % 3), User: z.user},
		Start:  start, Address: "192.0.2.1:110", Complete: z.has(0), Greeting: &z.said,
		Attempts: []report.Attempt{{Address: "192.0.2.1:110", Error: z.text}},
		Login:    &report.Login{User: fault.Clean(z.user), Mechanism: "PLAIN", Source: fault.Clean(z.name)},
	}
	for i, d := range z.times {
		r.Phases = append(r.Phases, report.Phase{Name: []string{"resolve", "connect", "tls", "greeting", "capa", "stls", "login", "stat"}[i%8], Time: d})
	}
	if z.has(1) {
		r.Time = new(z.times[0])
	}
	if z.has(2) {
		r.Mailbox = &report.Mailbox{Messages: int64(z.pick), Octets: int64(z.times[0]), Changed: z.has(5)}
		r.Mailbox.Headers = &report.Headers{Top: !z.has(6), Read: new(int64(z.pick)), Matches: new(int64(z.pick)), Oldest: &r.Start, Newest: new(start.Add(z.times[0]))}
		r.Mailbox.Retrieved = &report.Retrieved{Message: 1, Listed: int64(z.pick), Octets: int64(z.times[0]), Whole: z.has(7), Time: z.times[0]}
	}
	if z.has(3) {
		c := report.Certificate{Subject: z.said, Issuer: z.text, Names: []string{z.text, z.said}, NotBefore: start, NotAfter: start.Add(z.times[0])}
		r.TLS = &report.TLS{Version: "TLS 1.3", ServerName: z.said, SNI: z.text, Verified: z.has(5), Certificates: []report.Certificate{c, c}, Expiry: &c,
			Staple: &report.Staple{Wrong: z.said}, Client: &report.Client{Shown: &c}}
	}
	if z.has(4) {
		r.Capabilities, r.BeforeTLS, r.UnderTLS = []string{z.said, z.text}, []string{z.text}, []string{z.said, z.text}
	}
	kind := verdict.Kinds()[int(z.pick)%len(verdict.Kinds())].Kind
	findings := []report.Finding{
		{Phase: "greeting", Fault: &fault.Error{Kind: kind, Said: z.said, Text: z.text}},
		{Phase: "login", Fault: &fault.Error{Kind: fault.Auth, Said: z.said}},
		{Phase: "stls", Fault: &fault.Error{Kind: fault.STLS, Text: z.text}},
		{Fault: &fault.Error{Kind: fault.Timeout, Within: z.times[0]}},
	}
	r.Findings = findings[:int(z.flags>>6)%(len(findings)+1)]
	for range int(z.pick) {
		r.Transcript = append(r.Transcript, fromServer(z.said), fromClient(z.text))
	}
	return r
}

func (z fuzzed) options() Options {
	return Options{Verbose: int(z.flags>>10) % 4, Jail: z.has(12), Terminal: z.has(13), Notes: []string{"--delay has no effect in check_pop3x"},
		Name: z.name, Version: "devel"}
}

// judged has check look at whatever a server and a user may say.
func judged(f *testing.F, check func(*testing.T, verdict.Verdict, Options)) {
	for i, said := range []string{
		"", "Dovecot ready.", "a|x=1", "no\" [auth]; fine | time=0s", "\x1b[2J\x00", "\xff\xfe", strings.Repeat("ä", 900), "\x15\x03\x01", "HTTP/1.1 400",
		strings.Repeat("| ", 900), "a\nPOP3 OK - b\n", "\u202e\u2028", `a\nb\\n"'{}</`,
	} {
		f.Add(said, said, "alice", "mail.example.org", int64(34211000), uint16(i*613), uint8(i))
		f.Add(said, "the server hung up", said, said, int64(1e18), uint16(0xffff-i), uint8(250-i))
	}
	f.Fuzz(func(t *testing.T, said, text, user, name string, d int64, flags uint16, pick uint8) {
		z := fuzzed{fault.Clean(said), fault.Clean(text), user, name, nil, flags, pick}
		for i := range int(pick) % 8 {
			z.times = append(z.times, time.Duration(d&(1<<62-1))>>i)
		}
		z.times = append(z.times, time.Duration(d&(1<<62-1)))
		l := ranges("time 2 5", "messages - 100", "cert_days 30: 7:")
		if limit, err := verdict.ParseRange(text, verdict.Seconds); err == nil {
			l.Metrics["time"] = verdict.Limit{Warning: limit}
		}
		check(t, verdict.Judge(z.report(), l), z.options())
	})
}

// Whatever a server says, the first line is one line within its bounds, with
// perfdata that a strict reader takes, and all together keeps to its own.
func FuzzLine(f *testing.F) {
	judged(f, func(t *testing.T, v verdict.Verdict, o Options) { checkOutput(t, written("nagios", v, o), v, o) })
}

// Whatever a server says, a strict reader takes each of the other formats.
func FuzzFormats(f *testing.F) {
	judged(f, func(t *testing.T, v verdict.Verdict, o Options) {
		for _, name := range Names() {
			if read := formattest.Of(name); read != nil {
				if err := read(written(name, v, o), int(v.Status)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	})
}

func checkOutput(t *testing.T, out string, v verdict.Verdict, o Options) {
	t.Helper()
	first, rest, ended := strings.Cut(out, "\n")
	head, perf, measured := strings.Cut(first, " | ")
	switch {
	case !ended || rest != "" && !strings.HasSuffix(rest, "\n"):
		t.Errorf("the last line has no end: %q", out)
	case len(first)+1 > maxLine:
		t.Errorf("the first line has %d octets: %q", len(first)+1, first)
	case unclean(strings.ReplaceAll(out, "\n", "")) != "":
		t.Errorf("%s in %q", unclean(strings.ReplaceAll(out, "\n", "")), out)
	case !strings.HasPrefix(head, "POP3 "+v.Status.String()+" - ") || strings.HasSuffix(head, " - "):
		t.Errorf("no status line: %q", head)
	case strings.Count(out, "|") > 1 || measured != strings.Contains(out, "|"):
		t.Errorf("%d bars: %q", strings.Count(out, "|"), out)
	case measured && checkPerfdata(perf) != nil:
		t.Errorf("%v: %q", checkPerfdata(perf), perf)
	case !measured && len(v.Metrics) > 0 && len(head) < maxLine-minText:
		t.Errorf("perfdata is missing: %q", first)
	case o.Verbose == 0 && rest != "":
		t.Errorf("more than a line: %q", rest)
	case !o.Terminal && o.Verbose < 3 && len(out) > maxPage:
		t.Errorf("%d octets with -v", len(out))
	}
	for line := range strings.Lines(rest) {
		titled := strings.HasSuffix(line, ":\n") && line[0] >= 'A' && line[0] <= 'Z'
		if !titled && !strings.HasPrefix(line, "  ") && !strings.HasSuffix(line, "lines more\n") {
			t.Errorf("neither a title nor below one: %q", line)
		}
	}
}

package render

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// Lines as users meet them.
func TestExamples(t *testing.T) {
	greeted := works()
	greeted.User, greeted.Mailbox, greeted.Time = "", nil, new(9*time.Millisecond)
	wrong := broke("login", &fault.Error{Kind: fault.Auth, Said: "Authentication failed."})
	wrong.Login = &report.Login{User: "alice", Mechanism: "PLAIN"}
	silent := broke("greeting", &fault.Error{Kind: fault.Timeout, Within: 10 * time.Second})
	silent.Port, silent.Time = 995, new(10*time.Second+211*time.Microsecond)
	clear := &report.Report{Findings: []report.Finding{
		{Phase: "login", Fault: fault.New(fault.Cleartext, "the password would be sent unencrypted")},
	}}
	for _, s := range []struct {
		r    *report.Report
		want string
	}{
		{works(), `POP3 OK - 5 messages, 18067 octets in 34 ms (connect 1 ms, tls 6 ms, greeting 2 ms, login 21 ms, stat 1 ms) | ` +
			`time=0.034211s;2;5;0;10 time_connect=0.001000s;;;0 time_tls=0.006000s;;;0 time_greeting=0.002000s;;;0 ` +
			`time_capa=0.000300s;;;0 time_login=0.021000s;;;0 time_stat=0.001000s;;;0 time_quit=0.005000s;;;0 messages=5;;;0 size=18067B;;;0`},
		{greeted, `POP3 OK - Dovecot ready, in 9 ms; no login tried | time=0.009000s;2;5;0;10 time_connect=0.001000s;;;0 ` +
			`time_tls=0.006000s;;;0 time_greeting=0.002000s;;;0 time_capa=0.000300s;;;0 time_login=0.021000s;;;0 time_stat=0.001000s;;;0 time_quit=0.005000s;;;0`},
		{wrong, `POP3 CRITICAL - login: alice was refused (PLAIN); ` + anyProvider + ` [auth]; the server said "Authentication failed." | time=0.009000s;2;5;0;10`},
		{silent, `POP3 CRITICAL - greeting: no answer within 10 s; use --tls, as port 995 is for TLS [timeout]` +
			` | time=10.000211s;2;5;0;10`},
		{broke("login", &fault.Error{Kind: fault.TLSRequired, Said: "Command is not valid in this state."}),
			`POP3 CRITICAL - login: the server wants TLS before a login; ` +
				`use --starttls, or --tls on port 995 [tls-required]; the server said "Command is not valid in this state." | time=0.009000s;2;5;0;10`},
		{clear, `POP3 UNKNOWN - login: the password would be sent unencrypted; use --tls or --starttls, or allow it with --allow-cleartext-login [cleartext]`},
	} {
		if got := shown(s.r, ranges("time 2 5"), Options{}); got != s.want+"\n" {
			t.Errorf("got  %swant %s", got, s.want)
		}
	}
}

// All findings of the worst state, and none of the others.
func TestSeveralFindings(t *testing.T) {
	mismatch := &fault.Error{Kind: fault.Mismatch, Said: "+OK Dovecot ready.", Text: `the greeting does not contain "Cyrus"`}
	with := func(change func(*report.Report)) *report.Report {
		r := works()
		r.Findings = []report.Finding{{Phase: "greeting", Fault: mismatch}}
		change(r)
		return r
	}
	nothing := func(*report.Report) {}
	for _, s := range []struct {
		name   string
		r      *report.Report
		limits verdict.Limits
		want   string
	}{
		{"one", with(nothing), ranges(), `POP3 WARNING - greeting: the greeting does not contain "Cyrus"; check that this is the right server, or correct --expect [mismatch]; the server said "+OK Dovecot ready.", at 192.0.2.1:995`},
		{"and a limit", with(nothing), ranges("time 20ms -", "time_login 0.02 -"),
			`POP3 WARNING - greeting: the greeting does not contain "Cyrus"; check that this is the right server, or correct --expect [mismatch]; the server said "+OK Dovecot ready.", at 192.0.2.1:995; took 34 ms (warning above 20 ms), ` +
				`login took 21 ms (warning above 0.02 s); wrong passwords from this host, or a mailbox in use, delay logins: see the server's log`},
		{"a worse one", with(func(r *report.Report) {
			r.Complete = false
			r.Findings = append(r.Findings, report.Finding{Phase: "stat", Fault: &fault.Error{Kind: fault.Closed, Text: "the server hung up"}})
		}), ranges("time_tls 1ms -"), `POP3 CRITICAL - stat: the server hung up; look at the server's log: it may have crashed or been restarted [closed], at 192.0.2.1:995`},
		{"advice alone", with(func(r *report.Report) {
			r.Findings[0].Fault = fault.New(fault.CleartextOffered, "the server offers USER before TLS")
		}), ranges(), `POP3 OK - 5 messages, 18067 octets in 34 ms (connect 1 ms, tls 6 ms, greeting 2 ms, login 21 ms, stat 1 ms)`},
		{"without an address", with(func(r *report.Report) { r.Address = "" }), ranges(),
			`POP3 WARNING - greeting: the greeting does not contain "Cyrus"; check that this is the right server, or correct --expect [mismatch]; the server said "+OK Dovecot ready."`},
		{"the address as typed", with(func(r *report.Report) { r.Host = "192.0.2.1" }), ranges(),
			`POP3 WARNING - greeting: the greeting does not contain "Cyrus"; check that this is the right server, or correct --expect [mismatch]; the server said "+OK Dovecot ready."`},
		{"IPv6 as typed", with(func(r *report.Report) { r.Host, r.Address = "2001:db8::1", "[2001:db8::1]:995" }), ranges(),
			`POP3 WARNING - greeting: the greeting does not contain "Cyrus"; check that this is the right server, or correct --expect [mismatch]; the server said "+OK Dovecot ready."`},
	} {
		if got := text(s.r, s.limits, Options{}); got != s.want {
			t.Errorf("%s:\ngot  %s\nwant %s", s.name, got, s.want)
		}
	}
}

// What happened, in our words, and the server's last.
func TestSentences(t *testing.T) {
	login := func(r *report.Report) *report.Report {
		r.Login = &report.Login{User: "al ice x", Mechanism: "USER"}
		return r
	}
	for _, s := range []struct {
		r    *report.Report
		want string
	}{
		{broke("", fault.New(fault.Usage, "no host, type -H HOST")), `POP3 UNKNOWN - no host, type -H HOST [usage]`},
		{broke("stat", &fault.Error{Kind: fault.Command, Said: "no"}), `POP3 CRITICAL - stat: the server refused STAT; look at the server's log, and at the mailbox [command]; the server said "no"`},
		{broke("stat", &fault.Error{Kind: fault.Command}), `POP3 CRITICAL - stat: the server refused STAT; look at the server's log, and at the mailbox [command]`},
		{broke("stat", &fault.Error{Kind: fault.Protocol, Said: "+OK 5", Text: "the answer is not two numbers"}), `POP3 CRITICAL - stat: the answer is not two numbers; repair or update the server or proxy; -vvv shows the dialogue [protocol]; the server said "+OK 5"`},
		{broke("", &fault.Error{Kind: fault.Interrupted, Text: "terminated"}), `POP3 UNKNOWN - terminated; run it again; if a scheduler ended it, give it more time than -t [interrupted]`},
		{broke("stat", &fault.Error{Kind: fault.Timeout, Within: 3 * time.Second}), `POP3 CRITICAL - stat: no answer within 3 s; look at the server's load and log: it hangs, or waits for something [timeout]`},
		{broke("password", &fault.Error{Kind: fault.Timeout, Within: 3 * time.Second, Who: "/usr/bin/pa ss"}), `POP3 CRITICAL - password: no answer within 3 s from /usr/bin/pa ss; run what provides the password by hand, and see why it is slow [timeout]`},
		{broke("stat", &fault.Error{Kind: fault.Timeout, Within: 1500 * time.Millisecond}), `POP3 CRITICAL - stat: no answer within 1.50 s; look at the server's load and log: it hangs, or waits for something [timeout]`},
		{broke("quit", &fault.Error{Kind: "made-up", Text: "x"}), `POP3 UNKNOWN - quit: x [made-up]`},
		{login(broke("login", &fault.Error{Kind: fault.InUse, Said: "Can't get lock.  Mailbox in use"})),
			`POP3 WARNING - login: the mailbox of al ice x is in use; wait for the other session to end, or give the check a mailbox of its own [in-use]; the server said "Can't get lock.  Mailbox in use"`},
		{login(broke("stat", &fault.Error{Kind: fault.Temporary, Said: "Internal error"})), `POP3 CRITICAL - stat: the server refused STAT; look at the disk and permissions of the mail store, and the server's log [temporary]; the server said "Internal error"`},
		{login(broke("login", &fault.Error{Kind: fault.Protocol, Said: "x", Text: "the answer is neither +OK nor -ERR"})),
			`POP3 CRITICAL - login: the answer is neither +OK nor -ERR; repair or update the server or proxy; -vvv shows the dialogue [protocol]; the server said "x"`},
	} {
		checkText(t, s.r, s.want)
	}
	for _, kind := range []fault.Kind{fault.Auth, fault.InUse, fault.LoginDelay, fault.Temporary, fault.Permanent} {
		if got := text(login(broke("login", &fault.Error{Kind: kind, Said: "no"})), verdict.Limits{}, Options{}); !strings.Contains(got, "al ice x") || !strings.HasSuffix(got, `]; the server said "no"`) {
			t.Error(got)
		}
	}
}

func TestSummary(t *testing.T) {
	for _, s := range []struct {
		change func(*report.Report)
		want   string
	}{
		{func(r *report.Report) { r.Mailbox = &report.Mailbox{Messages: 1, Octets: 1} },
			"1 message, 1 octet in 34 ms (connect 1 ms, tls 6 ms, greeting 2 ms, login 21 ms, stat 1 ms)"},
		{func(r *report.Report) {
			r.Mailbox = &report.Mailbox{}
			r.Phases = timesOf("connect", "499us", "quit", "1s")
		}, "0 messages, 0 octets in 34 ms"},
		{func(r *report.Report) {
			r.Mailbox = &report.Mailbox{Messages: 1<<63 - 1, Octets: 1<<63 - 1}
			r.Phases, r.Time = nil, nil
		},
			"9223372036854775807 messages, 9223372036854775807 octets"},
		{func(r *report.Report) { r.Mailbox, r.Greeting = nil, new("") }, "greeting received, in 34 ms; no login tried"},
		{func(r *report.Report) { r.Mailbox, r.Greeting = nil, nil }, "greeting received, in 34 ms; no login tried"},
		{func(r *report.Report) {
			r.Mailbox, r.TLS = nil, &report.TLS{Version: "TLS 1.3", Verified: true, Expiry: lasting("", 89)}
		}, "Dovecot ready, TLS 1.3, certificate expires in 89 days, in 34 ms; no login tried"},
		{func(r *report.Report) {
			r.Mailbox, r.TLS = nil, &report.TLS{Version: "TLS 1.2", Insecure: true, Expiry: lasting("", -1)}
		}, "Dovecot ready, TLS 1.2 not verified, certificate expired 1 day ago, in 34 ms; no login tried"},
	} {
		r := works()
		s.change(r)
		checkText(t, r, "POP3 OK - "+s.want)
	}
}

// The greeting is told without its stamp, which differs at each run, and without
// quotes only if nobody can take it for words of our own.
func TestReady(t *testing.T) {
	for greeting, want := range map[string]string{
		"Dovecot (Debian) ready.":                    "Dovecot (Debian) ready",
		"Dovecot ready. <725.8d.6b08f89c.sHsb@vm>":   "Dovecot ready",
		"mail Cyrus POP3 3.6.1-4 server ready <1@h>": "mail Cyrus POP3 3.6.1-4 server ready",
		"<1@h>": "greeting received",
		"":      "greeting received",
		"ready, certificate expires in 900 days; OK": `"ready, certificate expires in 900 days; OK"`,
		`POP3 [x] "ready"`:                           `"POP3 [x] 'ready'"`,
		"a\nPOP3 OK - fine | time=0s":                `"a POP3 OK - fine time=0s"`,
		"\x1b[2J":                                    `"[2J"`,
		strings.Repeat("x", 60):                      strings.Repeat("x", 60),
		strings.Repeat("x", 61):                      strings.Repeat("x", 59) + "…",
		strings.Repeat("x", 60) + "!":                `"` + strings.Repeat("x", 59) + `…"`,
	} {
		if got := ready(&greeting); got != want {
			t.Errorf("%q: got %s, want %s", greeting, got, want)
		}
	}
}

// With --certificate the certificate is told after a login, too, but not twice.
func TestSummaryTellsTheCertificate(t *testing.T) {
	r := works()
	r.TLS = &report.TLS{Version: "TLS 1.3", Verified: true, Expiry: lasting("mail", 29)}
	const took = " in 34 ms (connect 1 ms, tls 6 ms, greeting 2 ms, login 21 ms, stat 1 ms)"
	for limit, want := range map[string]string{
		"messages - 9":    "OK - 5 messages, 18067 octets" + took,
		"cert_days 14: -": "OK - 5 messages, 18067 octets, certificate expires in 29 days," + took,
		"cert_days 30: -": `WARNING - the certificate of "mail" expires in 29 days (warning below 30 days); renew it and reload the server; 5 messages, 18067 octets, at 192.0.2.1:995`,
	} {
		if got := text(r, ranges(limit), Options{}); got != "POP3 "+want {
			t.Errorf("%s: %s", limit, got)
		}
	}
}

// A fault that is to be OK is no reason to try anything.
func TestNoHintIfOK(t *testing.T) {
	r := broke("connect", fault.New(fault.Refused, "connection refused"))
	l := verdict.Limits{States: map[fault.Kind]verdict.Status{fault.Refused: verdict.OK}}
	if got := text(r, l, Options{}); got != "POP3 OK - connect: connection refused [refused]" {
		t.Error(got)
	}
}

// Perfdata: six decimals, ranges as plain numbers where they mean the same, no
// semicolons at the end, in the order of the documentation.
func TestPerfdata(t *testing.T) {
	r := works()
	r.Phases = timesOf("resolve", "333ns", "connect", "1500ms")
	r.Phases[1].Budget = 2500 * time.Millisecond
	r.TLS = &report.TLS{Expiry: lasting("", -1)}
	limits := ranges("time 0:2 ~:5", "time_resolve 500ms 1m", "time_connect @1:2 0.5:", "messages 10: 5:", "size 20 -", "cert_days - 7:")
	got, _ := strings.CutPrefix(strings.TrimSuffix(shown(r, limits, Options{}), "\n"), text(r, limits, Options{}))
	want := ` | time=0.034211s;2;~:5;0;10 time_resolve=0.000000s;0.5;60;0 time_connect=1.500000s;@1:2;0.5:;0;2.5 ` +
		`messages=5;10:;5:;0 size=18067B;20;;0 cert_days=-1;;7:`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if err := checkPerfdata(strings.TrimPrefix(got, " | ")); err != nil {
		t.Error(err)
	}
	if got := shown(&report.Report{Findings: broke("", fault.New(fault.Usage, "x")).Findings}, limits, Options{}); got != "POP3 UNKNOWN - x [usage]\n" {
		t.Errorf("nothing was measured: %s", got)
	}
}

// many is a report with n phases, each of which is a metric of 40 octets.
func many(n int, said string) *report.Report {
	r := broke("stat", &fault.Error{Kind: fault.Command, Text: said})
	for i := range n {
		r.Phases = append(r.Phases, report.Phase{Name: fmt.Sprintf("phase_%018d", i), Time: time.Second})
	}
	return r
}

// The line keeps to 1024 octets: text is shortened first, to no less than 200
// octets, and then whole metrics go, from the end.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("ä", 390)
	for n := range 40 {
		for _, said := range []string{"short", strings.Repeat("b", 190), long} {
			r := many(n, said)
			all := perfdata(verdict.Judge(r, ranges("time 2 5")).Metrics)
			out := shown(r, ranges("time 2 5"), Options{})
			head, perf, _ := strings.Cut(strings.TrimSuffix(out, "\n"), " | ")
			kept := strings.Split(perf, " ")
			whole := text(many(0, said), ranges(), Options{})
			prefix := len("POP3 CRITICAL - ")
			switch {
			case len(out) > maxLine || !utf8.ValidString(out) || strings.Count(out, "\n") != 1:
				t.Errorf("%d metrics: %d octets: %q", n, len(out), out)
			case checkPerfdata(perf) != nil:
				t.Errorf("%d metrics: %v", n, checkPerfdata(perf))
			case strings.Join(kept, " ") != strings.Join(all[:len(kept)], " "):
				t.Errorf("%d metrics: not the first ones: %s", n, perf)
			case head != whole && (!strings.HasSuffix(head, "…") || !strings.HasPrefix(whole, strings.TrimSuffix(head, "…"))):
				t.Errorf("%d metrics: shortened to %q", n, head)
			case head != whole && len(head)-prefix < minText-len("…ä"):
				t.Errorf("%d metrics: shortened to %d octets", n, len(head)-prefix)
			case len(kept) < len(all) && prefix+min(len(whole)-prefix, minText)+len(" | "+perf+" "+all[len(kept)]+"\n") <= maxLine:
				t.Errorf("%d metrics: one more would have fitted: %q", n, out)
			case head != whole && len(kept) == len(all) && len(out) < maxLine-len("ä"):
				t.Errorf("%d metrics: %d octets are enough: %q", n, len(out), out)
			}
		}
	}
}

// Without perfdata to drop the text alone is cut.
func TestLongTextAlone(t *testing.T) {
	r := &report.Report{}
	for range 10 {
		r.Findings = append(r.Findings, report.Finding{Fault: fault.New(fault.Usage, "%s", strings.Repeat("x", 390))})
	}
	out := shown(r, ranges(), Options{})
	if len(out) != maxLine || !strings.HasSuffix(out, "x…\n") {
		t.Errorf("%d octets: %q", len(out), out)
	}
}

// With -v all together keeps to 4096 octets, cut at a line's end, unless a
// person reads it or asked for all by -vvv.
func TestLongPages(t *testing.T) {
	r := works()
	for i := range 300 {
		r.Attempts = append(r.Attempts, report.Attempt{Address: fmt.Sprintf("192.0.2.%d:110", i), Error: "connection refused"})
		r.Transcript = append(r.Transcript, fromServer("x"))
	}
	whole := shown(r, ranges(), Options{Verbose: 2, Terminal: true})
	cut := shown(r, ranges(), Options{Verbose: 2})
	lines := strings.Split(strings.TrimSuffix(cut, "\n"), "\n")
	last := lines[len(lines)-1]
	before := strings.Join(lines[:len(lines)-1], "\n") + "\n"
	if len(cut) > maxPage || len(cut) < maxPage-100 || !strings.HasPrefix(whole, before) {
		t.Errorf("%d octets: %s", len(cut), cut)
	}
	if want := fmt.Sprintf("… %d lines more", strings.Count(whole, "\n")-len(lines)+1); last != want {
		t.Errorf("got %q, want %q", last, want)
	}
	if n := strings.Count(whole, "\n"); n < 300 {
		t.Errorf("%d lines for a terminal", n)
	}
	if n := strings.Count(shown(r, ranges(), Options{Verbose: 3}), "\n"); n < 600 {
		t.Errorf("%d lines with -vvv", n)
	}
	if n := strings.Count(shown(r, ranges(), Options{Terminal: true}), "\n"); n != 1 {
		t.Errorf("%d lines without -v", n)
	}
}

// However few lines are cut, no octet is too many and none is lost for nothing.
func TestFit(t *testing.T) {
	lines := []string{"first", "second line", "3rd", "ö", "the last one"}
	whole := joinLines(lines)
	for max := 40; max <= len(whole)+1; max++ {
		got := fit(lines, max)
		if len(got) > max || got != whole && !strings.Contains(got, "lines more\n") || max >= len(whole) && got != whole {
			t.Errorf("%d: %q", max, got)
		}
	}
	if fit(nil, 100) != "" {
		t.Error("no lines are nothing")
	}
}

// A certificate may be all that says who logs in.
func TestLoginWithoutName(t *testing.T) {
	r := broke("login", &fault.Error{Kind: fault.Auth, Said: "no"})
	r.Login = &report.Login{Mechanism: "EXTERNAL"}
	checkText(t, r, `POP3 CRITICAL - login: the client certificate was refused (EXTERNAL); have the server trust it and find the user in it [auth]; the server said "no"`)
	if lines := login(r); len(lines) != 1 || lines[0] != "with EXTERNAL" {
		t.Errorf("%q", lines)
	}
}

func TestShortenBytes(t *testing.T) {
	for _, text := range []string{"", "abcdefgh", "äöüßäöü", "世界世界世界", "a世b界c", strings.Repeat("🙂", 10)} {
		for max := len("…"); max < 45; max++ {
			got := shortenBytes(text, max)
			switch {
			case len(text) <= max && got != text:
				t.Errorf("%q to %d: got %q", text, max, got)
			case len(got) > max || !utf8.ValidString(got):
				t.Errorf("%q to %d: got %q", text, max, got)
			case got != text && (!strings.HasPrefix(text, strings.TrimSuffix(got, "…")) || len(got) <= max-4):
				t.Errorf("%q to %d: got %q", text, max, got)
			}
		}
	}
}

// What the command line says is cleaned before any format sees it.
func TestCommandLineIsCleaned(t *testing.T) {
	r := works()
	r.Host, r.User, r.UserFrom = "a|b\n", "\x1b[2Jc", "d\x00|e"
	for _, format := range Names() {
		out := written(format, verdict.Judge(r, ranges()), Options{Verbose: 2, Name: "f|g\n", Notes: []string{"h\n|i"}})
		if strings.ContainsAny(out, "\x1b\x00") || strings.Contains(out, "a|b") || strings.Contains(out, "|e") || strings.Contains(out, "f|g") || strings.Contains(out, "|i") {
			t.Errorf("%s: %q", format, out)
		}
	}
}

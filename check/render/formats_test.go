package render

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/testkit/formattest"
	"check_pop3x/check/verdict"
)

// in renders a report in a format, which a strict reader takes.
func in(t *testing.T, format string, r *report.Report, l verdict.Limits, o Options) string {
	t.Helper()
	v := verdict.Judge(r, l)
	out := written(format, v, o)
	if err := formattest.Of(format)(out, int(v.Status)); err != nil {
		t.Errorf("%s: %v", format, err)
	}
	return out
}

func TestNames(t *testing.T) {
	if got := Names(); !slices.Equal(got, []string{"checkmk", "json", "nagios", "prometheus"}) {
		t.Error(got)
	}
}

// A whole document, and what is null in one that has nothing.
func TestJSON(t *testing.T) {
	out := in(t, "json", full(), ranges("time 2 @1:5", "time_tls 1ms -"), Options{Verbose: 3, Version: "v1", Name: "the <name>"})
	for _, want := range []string{
		`{"schema":1,"plugin":{"name":"check_pop3x","version":"v1"},"name":"the <name>","state":{"name":"WARNING","code":1},"text":"tls took 6 ms (warning above 1 ms); look at the server's load, and at the network; 5 messages`,
		`"target":{"host":"mail.example.org","port":995,"security":"starttls","user":"alice","user_from":"POP3X_USER x"},`,
		`"start":"2026-11-21T10:00:00.000Z","seconds":0.034211,"complete":true,`,
		`"findings":[{"state":"OK","phase":"capa","kind":"cleartext-offered","metric":null,"text":"the server offers USER before TLS","within":null,"problem":null,"said":null,"hint":"disable logins without TLS on the server (Dovecot: auth_allow_cleartext = no)","address":null},` +
			`{"state":"WARNING","phase":"tls","kind":null,"metric":"time_tls","text":"tls took 6 ms (warning above 1 ms)","within":null,"problem":null,"said":null,"hint":"look at the server's load, and at the network","address":null}]`,
		`{"name":"tls","seconds":0.006,"budget":null,"failed":false,"warning":"0.001","critical":null}`,
		`{"name":"login","seconds":0.021,"budget":null,"failed":true,"warning":null,"critical":null}`,
		`{"name":"time","value":0.034211,"unit":"s","warning":"2","critical":"@1:5","min":0,"max":10}`,
		`{"name":"size","value":18067,"unit":"B","warning":null,"critical":null,"min":0,"max":null}`,
		`"attempts":[{"address":"[2001:db8::1]:110","seconds":0.0012,"error":"connection refused x","tries":null},{"address":"192.0.2.1:110","seconds":0.001,"error":null,"tries":null}]`,
		`"greeting":"Dovecot ready.","capabilities_before_tls":["STLS","USER"],"capabilities_under_tls":null,"capabilities":["TOP","SASL PLAIN x","bad[2J",""]`,
		`"verified":true,"tlsa":null,"insecure":false,"pinned":false,"certificates":[{"subject":"mail.example.org","issuer":"Example \"CA\"","names":["mail.example.org","192.0.2.1"],` +
			`"not_before":"2026-11-21T09:00:00.000Z","not_after":"2026-12-21T11:00:00.000Z","days":30,"key":"","pin":"","besides":false},{"subject":"old","issuer":"root","names":[],`,
		`"days":-1,"key":"","pin":"","besides":false}],"disordered":false,"expiry":null,"ocsp":null,"client":null},"crls":null,"password_program":["the store[2J is open","for now"],"token":null,"ticket":null,"login":{"user":"alice","mechanism":"PLAIN","source":"/etc/pop3x pw","token":false},"refusals":null,"mailbox":{"messages":5,"octets":18067,"changed":false,"gone":0,"headers":null,"retrieved":null}`,
		`"transcript":[{"from":"server","text":"+OK Dovecot ready."},{"from":"client","text":"AUTH PLAIN ***"},{"from":"server","text":"+OK"}]}` + "\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	out = in(t, "json", broke("", fault.New(fault.Usage, "no host")), ranges(), Options{Version: "v1"})
	for _, name := range []string{"greeting", "capabilities_before_tls", "capabilities", "tls", "login", "mailbox", "transcript"} {
		if !strings.Contains(out, `"`+name+`":null`) {
			t.Errorf("%s was not reached: %s", name, out)
		}
	}
	if !strings.Contains(out, `"name":"POP3 192.0.2.1"`) {
		t.Error(out)
	}
}

// What logged in may be a token. What the program said that knows the password is
// for -v.
func TestJSONOfALogin(t *testing.T) {
	r := full()
	r.Login.Token = true
	for verbose, want := range map[int]string{0: `"password_program":null`, 1: `"password_program":["the store`} {
		out := in(t, "json", r, ranges(), Options{Verbose: verbose, Version: "v1"})
		if !strings.Contains(out, want) || !strings.Contains(out, `"source":"/etc/pop3x pw","token":true}`) {
			t.Errorf("-v %d: %s", verbose, out)
		}
	}
}

// It is never cut, however long the lines and however many there are.
func TestJSONIsNotCut(t *testing.T) {
	long := strings.Repeat("ä", 60<<10)
	r := full()
	r.Greeting, r.Capabilities = &long, []string{long}
	r.Transcript = slices.Repeat([]report.Line{fromServer("x")}, 10000)
	out := in(t, "json", r, ranges(), Options{Verbose: 3, Version: "v1"})
	if strings.Count(out, long) != 2 || strings.Count(out, `{"from":"server","text":"x"}`) != 10000 {
		t.Errorf("%d octets", len(out))
	}
}

// A login by a token is told from one by a password.
func TestJSONLoginByToken(t *testing.T) {
	for _, token := range []bool{false, true} {
		r := works()
		r.Login = &report.Login{User: "alice", Mechanism: "XOAUTH2", Token: token}
		want := fmt.Sprintf(`"login":{"user":"alice","mechanism":"XOAUTH2","source":null,"token":%v}`, token)
		if out := in(t, "json", r, ranges(), Options{Version: "v1"}); !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
}

// Numbers are as plain as those of the line, from the least to the largest.
func TestJSONNumbers(t *testing.T) {
	r := works()
	r.Mailbox = &report.Mailbox{Messages: 1<<63 - 1, Octets: 1<<63 - 1}
	r.Phases = []report.Phase{{Name: "connect", Time: 1, Budget: 86400 * time.Second}}
	out := in(t, "json", r, ranges(), Options{Version: "v1"})
	for _, want := range []string{`"messages":9223372036854775807`, `"seconds":0.000000001,"budget":86400`, `"name":"messages","value":9223372036854775807`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
	if !json.Valid([]byte(out)) || strings.Contains(out, "e-") {
		t.Error(out)
	}
}

// With --jail no format has a word of the server's.
func TestJailInAllFormats(t *testing.T) {
	const secret = "Zaphod"
	r := full()
	r.Greeting, r.BeforeTLS, r.Capabilities = new(secret), []string{secret}, []string{secret}
	r.Transcript = []report.Line{fromServer("+OK " + secret), fromClient("QUIT")}
	r.Findings = []report.Finding{
		{Phase: "greeting", Fault: &fault.Error{Kind: fault.Mismatch, Said: secret, Text: `does not contain "x"`}},
		{Phase: "stls", Fault: fault.New(fault.STLS, "STLS is not offered")},
		{Phase: "login", Fault: fault.New(fault.Mechanism, "none in common")},
	}
	for _, format := range []string{"json", "prometheus", "checkmk"} {
		if out := in(t, format, r, ranges(), Options{Verbose: 3, Jail: true, Version: "v1"}); strings.Contains(out, secret) {
			t.Errorf("%s: %s", format, out)
		}
	}
	out := in(t, "json", r, ranges(), Options{Verbose: 3, Jail: true, Version: "v1"})
	if want := `"transcript":[{"from":"server","text":null},{"from":"client","text":"QUIT"}]`; !strings.Contains(out, want) {
		t.Error(out)
	}
}

// A whole file, and one of a check that had nothing to do.
func TestPrometheus(t *testing.T) {
	r := full()
	r.Mailbox.Headers = &report.Headers{Top: true, Read: new(int64(2)), Matches: new(int64(1)), Oldest: new(start.Add(-36 * time.Hour)), Newest: new(start.Add(-time.Minute))}
	r.Mailbox.Retrieved = &report.Retrieved{Message: 5, Octets: 1000, Time: 2 * time.Second}
	r.TLS.Expiry = &r.TLS.Certificates[0]
	r.Findings = append(r.Findings, r.Findings[0]) // the same fault again is no second series
	got := in(t, "prometheus", r, ranges("time_tls 1ms -"), Options{Version: "v1", Name: `a"b\c|d`, Verbose: 3})
	var series []string
	for line := range strings.Lines(got) {
		if name, labelled := strings.CutPrefix(line, "pop3_"); labelled {
			series = append(series, strings.Replace(strings.TrimSuffix(name, "\n"), `host="mail.example.org",port="995",user="alice",check="a\"b\\c d"`, "…", 1))
		}
	}
	want := []string{
		`up{…} 1`, `state{…} 1`, `last_run_timestamp_seconds{…} 1795255200`,
		`fault_info{…,phase="capa",kind="cleartext-offered",state="ok",cause="the server offers USER before TLS",remedy="disable logins without TLS on the server (Dovecot: auth_allow_cleartext = no)"} 1`, `limit_passed_info{…,metric="time_tls",state="warning",cause="the time of tls is above 1 ms",remedy="look at the server's load, and at the network"} 1`,
		`tls_verified{…} 1`, `tls_info{…,version="TLS 1.3",cipher="TLS_AES_128_GCM_SHA256",curve="X25519MLKEM768"} 1`, `check_info{…,version="v1"} 1`,
		`duration_seconds{…} 0.034211`, `phase_duration_seconds{…,phase="connect"} 0.001`, `phase_duration_seconds{…,phase="tls"} 0.006`,
		`phase_duration_seconds{…,phase="greeting"} 0.002`, `phase_duration_seconds{…,phase="capa"} 0.0003`, `phase_duration_seconds{…,phase="login"} 0.021`,
		`phase_duration_seconds{…,phase="stat"} 0.001`, `phase_duration_seconds{…,phase="quit"} 0.005`,
		`messages{…} 5`, `mailbox_bytes{…} 18067`, `oldest_message_timestamp_seconds{…} 1795125600`, `newest_message_timestamp_seconds{…} 1795255140`,
		`certificate_expiry_timestamp_seconds{…} 1797850800`, `matching_messages{…} 1`, `retrieval_bytes_per_second{…} 500`,
	}
	if !slices.Equal(series, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(series, "\n     "), strings.Join(want, "\n     "))
	}
	got = in(t, "prometheus", &report.Report{Start: start, Findings: []report.Finding{{Fault: fault.New(fault.Usage, "no host")}}}, ranges(), Options{Version: "v1"})
	for _, line := range []string{"pop3_up 0\n", "pop3_state 3\n", `pop3_fault_info{kind="usage",state="unknown",cause="no host"} 1` + "\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("no %s in\n%s", line, got)
		}
	}
}

// The line of a local check: quotes, levels, bounds.
func TestCheckmk(t *testing.T) {
	r := works()
	r.Phases = timesOf("resolve", "333ns", "connect", "1500ms")
	limits := ranges("time 0:2 ~:5", "time_resolve @1:2 1m", "time_connect 1:2 0.5:", "messages 10: 5:", "size 20 -")
	got := in(t, "checkmk", r, limits, Options{Name: `"Bob's" | mail`, Verbose: 3})
	want := `1 "’Bob’s’ mail" time=0.034211;2;5;0;10|time_resolve=0.000000;;60;0|time_connect=1.500000;1:2;0.5:;0|messages=5;10:;5:;0|size=18067;20;;0 5 messages (warning below 10); is mail delivered? `
	if !strings.HasPrefix(got, want) {
		t.Errorf("got  %swant %s", got, want)
	}
	if got := in(t, "checkmk", broke("", fault.New(fault.Usage, `no C:\new`)), verdict.Limits{}, Options{}); got != `3 "POP3 192.0.2.1" time=0.009000;;;0 no C:\ new [usage]`+"\n" {
		t.Error(got)
	}
	if got := in(t, "checkmk", &report.Report{Complete: true}, ranges(), Options{}); got != `0 "POP3" - greeting received; no login tried`+"\n" {
		t.Error(got)
	}
	for n := range 40 {
		in(t, "checkmk", many(n, strings.Repeat("ä", 390)), ranges("time 2 5"), Options{Name: strings.Repeat("ö", 300)})
	}
}

package render

import (
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/probe"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// A limit that is exceeded is told with what to look at, then what was learned
// and which address it is about.
func TestExceededLimits(t *testing.T) {
	expiry := works()
	expiry.TLS = &report.TLS{Expiry: lasting(`mail."example".org`, 12)}
	lossy := works()
	lossy.Attempts = []report.Attempt{{Address: "[2001:db8::1]:995", Error: "x", Tries: 9}, {Address: "192.0.2.1:995", Tries: 3}}
	lossy.Time, lossy.Phases[0].Time = new(4*time.Second), 3*time.Second
	crowd := read(report.Headers{Top: true, Read: new(int64(2)), Oldest: ago(40 * 24 * time.Hour), Newest: ago(14 * time.Minute)})
	crowd.Mailbox.Messages = 1500
	const (
		learned = "; 5 messages, 18067 octets, at 192.0.2.1:995"
		login   = "; wrong passwords from this host, or a mailbox in use, delay logins: see the server's log"
		fetched = "; is what fetches this mail running? see its log"
		lost    = "; look for lost packets on the way, and at the load of the server"
		fills   = "; delete or archive mail, or raise the quota: a full mailbox takes no new mail"
	)
	for _, s := range []struct {
		r      *report.Report
		limits verdict.Limits
		want   string
	}{
		{works(), ranges("time 20ms 30ms"), `CRITICAL - took 34 ms (critical above 30 ms): login 21 ms` + login + learned},
		{works(), ranges("time @20ms:1s -"), `WARNING - took 34 ms (warning between 20 ms and 1 s): login 21 ms` + login + learned},
		{works(), ranges("time 1s:2s -"), `WARNING - took 34 ms (warning below 1 s); find out with -v what answers there` + learned},
		{works(), ranges("time_tls ~:5ms -"), `WARNING - tls took 6 ms (warning above 5 ms); look at the server's load, and at the network` + learned},
		{works(), ranges("time 20ms -", "time_login - 10ms"), `CRITICAL - login took 21 ms (critical above 10 ms), took 34 ms (warning above 20 ms)` + login + learned},
		{works(), ranges("time 20ms -", "messages 4 -"), `WARNING - took 34 ms (warning above 20 ms): login 21 ms` + login + `; 5 messages (warning above 4)` + fetched + `; 18067 octets, at 192.0.2.1:995`},
		{works(), ranges("messages 3 -", "size 10000 -"), `WARNING - 5 messages (warning above 3)` + fetched + `; mailbox of 18067 octets (warning above 10000 octets)` + fills + `; at 192.0.2.1:995`},
		{works(), ranges("messages 3 -", "size - 9kB"), `CRITICAL - mailbox of 18.1 kB (critical above 9 kB)` + fills + `; 5 messages (warning above 3)` + fetched + `; at 192.0.2.1:995`},
		{lossy, ranges("time 2s -"), `WARNING - took 4 s (warning above 2 s): connect 3 s in 3 tries` + lost + learned},
		{lossy, ranges("time_connect - 2s"), `CRITICAL - connect took 3 s (critical above 2 s): in 3 tries` + lost + learned},
		{expiry, ranges("cert_days 30: 7:"), `WARNING - the certificate of "mail.'example'.org" expires in 12 days (warning below 30 days); renew it and reload the server` + learned},
		{crowd, ranges("messages - 1000", "oldest_age - 7d"),
			`CRITICAL - 1500 messages (critical above 1000), oldest message is 40 days old (critical above 7 days)` + fetched + `; 18067 octets, newest 14 min old, at 192.0.2.1:995`},
	} {
		if got := text(s.r, s.limits, Options{}); got != "POP3 "+s.want {
			t.Errorf("got  %s\nwant POP3 %s", got, s.want)
		}
	}
}

// Beside a fault that ended the session, only a limit of its state matters.
func TestLimitsBesideAFault(t *testing.T) {
	r := broke("login", fault.New(fault.Auth, "no"))
	r.TLS = &report.TLS{Expiry: lasting("mail", 12)}
	for limit, want := range map[string]bool{"cert_days 30: -": false, "cert_days - 30:": true} {
		if got := text(r, ranges(limit), Options{}); strings.Contains(got, "expires in 12 days") != want {
			t.Errorf("%s: %s", limit, got)
		}
	}
}

// Cause and remedy of each limit fit into what a phone shows.
func TestLimitsFitIntoAMessage(t *testing.T) {
	crowd := func() *report.Report {
		r := read(report.Headers{Top: true, Read: new(int64(2000)), Matches: new(int64(1500)), Oldest: ago(40 * 24 * time.Hour), Newest: ago(50 * time.Hour)})
		r.Mailbox.Messages, r.Mailbox.Octets, r.Time = 1500, 2345678901, new(15025*time.Millisecond)
		return r
	}
	for _, limit := range []string{
		"messages 1000", "messages 2000:", "size 1900MiB", "size 2900MiB:", "oldest_age 7d", "oldest_age 400d:", "newest_age 24h", "newest_age 2w:",
		"matches 1000", "matches 2000:", "time 1m30s:", "time 1500ms",
	} {
		checkFits(t, crowd(), ranges(strings.Replace(limit, " ", " - ", 1)))
	}
	for _, phase := range probe.Names() {
		r := crowd()
		r.Phases = timesOf(phase, "12345ms")
		checkFits(t, r, ranges("time - 1500ms"))
		checkFits(t, r, ranges("time_"+phase+" - 1500ms"))
		checkFits(t, r, ranges("time_"+phase+" - 1m30s:"))
	}
	r := works()
	r.TLS = &report.TLS{Expiry: lasting("mail-store-17.example.org", 12)}
	r.TLS.Expiry.NotBefore = r.TLS.Expiry.NotAfter.AddDate(0, 0, -90)
	share, err := verdict.ParseLeft("33.5%")
	if err != nil {
		t.Fatal(err)
	}
	checkFits(t, r, verdict.Limits{Certificate: &verdict.CertificateLimit{Warning: share, Critical: share}})
}

// checkFits fails unless a limit is exceeded and its remedy ends within 160
// characters.
func checkFits(t *testing.T, r *report.Report, l verdict.Limits) {
	t.Helper()
	line := text(r, l, Options{})
	worst := verdict.Judge(r, l).Worst()
	if len(worst) != 1 || worst[0].Metric == nil {
		t.Fatalf("%+v: %s", worst, line)
	}
	try := worst[0].Remedy()
	if end := strings.Index(line, try) + len(try); try == "" || end > 160 || !strings.Contains(line, "); "+try) && !strings.Contains(line, " s; "+try) {
		t.Errorf("%d characters: %s", end, line)
	}
}

// What does not work as it should is in the line in any case: in front if all
// else is well, and behind what is worse.
func TestNotes(t *testing.T) {
	dead := report.Finding{Phase: "connect", Fault: fault.New(fault.Address, "192.0.2.2 refused the connection, 192.0.2.1 works")}
	six := report.Finding{Phase: "connect", Fault: fault.New(fault.Address, "IPv6 fails from here (no answer from 2001:db8:77:2::42 within 1 s), IPv4 works").Because(fault.IPv6Fails)}
	empty := report.Finding{Phase: "stat", Fault: fault.New(fault.Empty, "the mailbox is empty")}
	states := func(l verdict.Limits, kind fault.Kind, s verdict.Status) verdict.Limits {
		l.States = map[fault.Kind]verdict.Status{kind: s}
		return l
	}
	const users = "; repair that server, or take its address out of DNS: users wait or fail there [address]"
	for name, c := range map[string]struct {
		findings []report.Finding
		limits   verdict.Limits
		want     string
	}{
		"an address": {[]report.Finding{dead}, ranges(), "OK - connect: 192.0.2.2 refused the connection, 192.0.2.1 works" + users + "; 0 messages, 0 octets in 34 ms"},
		"IPv6": {[]report.Finding{six}, ranges(),
			"OK - connect: IPv6 fails from here (no answer from 2001:db8:77:2::42 within 1 s), IPv4 works; clients try it first: fix it, or remove the AAAA record [address]; 0 messages, 0 octets in 34 ms"},
		"an address that matters": {[]report.Finding{dead}, states(ranges(), fault.Address, verdict.Warning),
			"WARNING - connect: 192.0.2.2 refused the connection, 192.0.2.1 works" + users + ", at 192.0.2.1:995"},
		"and a limit": {[]report.Finding{dead}, ranges("messages - 1:"),
			"CRITICAL - no message (critical below 1); is mail delivered? look at the MTA's queue and log; 0 octets, at 192.0.2.1:995; connect: 192.0.2.2 refused the connection, 192.0.2.1 works [address]"},
		"empty": {[]report.Finding{empty}, ranges(), "OK - 0 messages, 0 octets in 34 ms"},
		"empty, mail wanted": {[]report.Finding{empty}, ranges("newest_age 12h 24h"),
			"CRITICAL - stat: the mailbox is empty, so it has no message of the last 24 h; is mail delivered? is the store mounted? else use --state empty=ok [empty], at 192.0.2.1:995"},
		"empty, mail wanted, which is OK": {[]report.Finding{empty}, states(ranges("newest_age 12h -"), fault.Empty, verdict.OK),
			"OK - stat: the mailbox is empty, so it has no message of the last 12 h [empty]; 0 messages, 0 octets in 34 ms"},
	} {
		r := works()
		r.Phases, r.Mailbox, r.Findings = nil, &report.Mailbox{}, c.findings
		if got := text(r, c.limits, Options{}); got != "POP3 "+c.want {
			t.Errorf("%s:\ngot  %s\nwant POP3 %s", name, got, c.want)
		}
	}
}

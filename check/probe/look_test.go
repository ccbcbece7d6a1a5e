package probe

import (
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/testkit/pop3test"
	"check_pop3x/check/transport"
)

// TestMeaning is what each sight tells.
func TestMeaning(t *testing.T) {
	answer := func(said string) transport.Sight { return transport.Sight{Connected: true, Said: said} }
	silence := transport.Sight{Connected: true, Err: os.ErrDeadlineExceeded}
	nobody := transport.Sight{Err: fault.New(fault.Timeout, "")}
	refused := transport.Sight{Err: fault.New(fault.Refused, "connection refused")}
	hungUp := transport.Sight{Connected: true, Err: io.EOF}
	forbidden := transport.Sight{Err: fault.New(fault.Unreachable, "a firewall forbids connections")}
	for _, c := range []struct {
		way     transport.Way
		seen    transport.Sight
		problem fault.Problem
		text    string
	}{
		{transport.Knock, transport.Sight{Connected: true}, fault.PortSilent, "but port 110 answers"},
		{transport.Knock, refused, fault.HostUp, "but port 110 refuses at once"},
		{transport.Knock, nobody, fault.HostSilent, "nor from port 110"},
		{transport.Knock, forbidden, "", ""},
		{transport.Hello, answer("\x15\x03\x01\x00\x02\x02F"), fault.SpeaksTLS, "but port 110 speaks TLS from the first byte"},
		{transport.Hello, answer("HTTP/1.1 400 Bad Request"), fault.SpeaksHTTP, "but port 110 speaks HTTP"},
		{transport.Hello, answer("+OK ready"), fault.AnsweredAnother, "but a second connection was answered in POP3"},
		{transport.Hello, answer("-ERR too many"), "", "and a second connection was answered with -ERR"},
		{transport.Hello, answer("J\x00\x00\x00\n8.0.36"), fault.OtherService, "but something other than POP3 answers"},
		{transport.Hello, hungUp, fault.HungUpAtTLS, "and the server hung up at the start of TLS"},
		{transport.Hello, transport.Sight{Connected: true, Err: syscall.ECONNRESET}, fault.HungUpAtTLS, "and the server hung up at the start of TLS"},
		{transport.Hello, silence, fault.SilentInBoth, "nor to the start of TLS"},
		{transport.Hello, nobody, fault.SilentInBoth, "nor to a second connection"},
		{transport.Hello, refused, "", "and a second connection was refused"},
		{transport.Hello, forbidden, "", ""},
		{transport.Listen, answer("+O"), "", ""},
		{transport.Listen, answer("+OK ready"), fault.InClear, "but port 110 speaks POP3 without TLS"},
		{transport.Listen, answer("* OK ready"), fault.SpeaksIMAP, "but port 110 speaks IMAP"},
		{transport.Listen, answer("220 mail ESMTP"), fault.SpeaksSMTP, "but port 110 speaks SMTP"},
		{transport.Listen, answer("220 FTP ready"), fault.SpeaksFTP, "but port 110 speaks FTP"},
		{transport.Listen, answer("SSH-2.0-OpenSSH_10.0"), fault.SpeaksSSH, "but port 110 speaks SSH"},
		{transport.Listen, silence, fault.SilentInBoth, "nor a greeting without TLS"},
		{transport.Listen, hungUp, "", ""},
	} {
		look := transport.Peek{Address: netip.MustParseAddrPort("192.0.2.1:110"), Way: c.way}
		if problem, text, _ := meaning(look, c.seen); problem != c.problem || text != c.text {
			t.Errorf("%d, %+v: %s: %s", c.way, c.seen, problem, text)
		}
	}
}

func TestOtherPort(t *testing.T) {
	for _, c := range []struct {
		port, other uint16
		security    report.Security
	}{
		{110, 995, report.Clear}, {110, 995, report.TLSFirst}, {110, 995, report.STLS},
		{995, 110, report.Clear}, {995, 110, report.TLSFirst},
		{1110, 110, report.Clear}, {1110, 110, report.STLS}, {1995, 995, report.TLSFirst},
	} {
		p := Plan{Target: report.Target{Port: c.port, Security: c.security}}
		if got := p.OtherPort(); got != c.other {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

// silent runs a check, with a password that may be sent, of a server that does not
// greet. It returns what came on each connection.
func silent(t *testing.T, change func(*Plan)) (r *report.Report, received []string) {
	t.Helper()
	d, err := pop3test.Parse("silence\nnext\nclient-hello\nsilence")
	if err != nil {
		t.Fatal(err)
	}
	player, err := d.Start(pop3test.Options{})
	if err != nil {
		t.Fatal(err)
	}
	plan := Plan{
		Target: report.Target{Host: "127.0.0.1", Port: player.Addr().(*net.TCPAddr).AddrPort().Port()},
		Family: resolve.Any, Started: time.Now(), Budget: 10 * time.Second, Budgets: map[string]time.Duration{},
		LoginPlan: LoginPlan{Auth: AuthAuto, AllowCleartext: true, Secret: credential.Text("pw", "correct horse")},
	}
	plan.User = "alice"
	change(&plan)
	r = Run(t.Context(), &plan)
	if err := player.Finish(); err != nil {
		t.Error(err)
	}
	for _, c := range player.Played().Conversations {
		received = append(received, c.Received())
	}
	return r, received
}

// TestSecondLookOnlyWithTime: a small limit is not for a second look, whosever it
// is, and neither is one that is nearly over.
func TestSecondLookOnlyWithTime(t *testing.T) {
	for name, change := range map[string]func(*Plan){
		"the whole budget is small": func(p *Plan) { p.Budget = 2999 * time.Millisecond },
		"that of the phase is":      func(p *Plan) { p.Budgets["greeting"] = 2999 * time.Millisecond },
		"it is nearly over":         func(p *Plan) { p.Started = p.Started.Add(-8100 * time.Millisecond) },
		"it is not wanted":          func(p *Plan) { p.Budget, p.NoSecondLook = 3*time.Second, true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, came := silent(t, change)
			if r.Look != nil || len(came) != 1 || r.Findings[0].Fault.Text != "" || r.Findings[0].Fault.Problem != "" {
				t.Errorf("%d connections, %+v", len(came), r.Look)
			}
		})
	}
}

// TestSecondLook: the phase ends at its limit, and so does the look. Whatever a
// login would send, a ClientHello is all that is sent.
func TestSecondLook(t *testing.T) {
	t.Parallel()
	r, came := silent(t, func(p *Plan) { p.Budgets["greeting"] = 3 * time.Second })
	f := r.Findings[0].Fault
	if len(came) != 2 || r.Look == nil || f.Problem != fault.SilentInBoth || f.Within != 3*time.Second || f.Kind != fault.Timeout {
		t.Fatalf("%d connections, %+v, %+v", len(came), r.Look, f)
	}
	if took := r.Phases[len(r.Phases)-1].Time; took < 3*time.Second || r.Look.Time <= 0 || r.Look.Time > 2*lookTime {
		t.Errorf("the phase took %v, the look %v", took, r.Look.Time)
	}
	hello := came[1]
	if record := int(hello[3])<<8 | int(hello[4]); came[0] != "" || hello[0] != 22 || len(hello) != 5+record {
		t.Errorf("sent %q and %q, which is more than a ClientHello", came[0], hello)
	}
}

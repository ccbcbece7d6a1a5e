package probe

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// Each round of visits side by side has a share, and each login.
func TestTurns(t *testing.T) {
	for name, s := range map[string]struct {
		visits, at   int
		logsIn, each bool
		want         int
	}{
		"one":                        {1, 0, false, false, 1},
		"eight":                      {8, 7, false, false, 1},
		"nine":                       {9, 0, false, false, 2},
		"the ninth":                  {9, 1, false, false, 1},
		"sixteen":                    {16, 7, false, false, 2},
		"one login":                  {3, 0, true, false, 2},
		"a login at each":            {3, 0, true, true, 4},
		"a login at each of sixteen": {16, 0, true, true, 18},
	} {
		plan := &Plan{LoginAtEach: s.each, LoginPlan: LoginPlan{Auth: AuthAuto}}
		if s.logsIn {
			plan.User = "alice"
		}
		p := &pool{plan: plan, visits: make([]*visit, s.visits)}
		if got := p.turns(s.at); got != s.want {
			t.Errorf("%s: %d, want %d", name, got, s.want)
		}
	}
}

// What is left is shared; who is alone has the whole budget, and is told its size.
func TestShare(t *testing.T) {
	plan := &Plan{Started: time.Now().Add(-2 * time.Second), Budget: 10 * time.Second}
	p := &pool{plan: plan}
	ctx, cancel := plan.wholeBudget(context.Background())
	defer cancel()
	if one := p.share(ctx, plan, 4); one.Budget > 2*time.Second || one.Budget < 1900*time.Millisecond || time.Since(one.Started) > time.Second || !one.NoSecondLook {
		t.Errorf("%v from %v", one.Budget, one.Started)
	}
	if one := p.share(ctx, plan, 1); one.Budget != plan.Budget || one.Started != plan.Started || plan.NoSecondLook {
		t.Errorf("%v from %v", one.Budget, one.Started)
	}
}

// An address whose server never speaks keeps nobody from the others, and no secret is
// read where none works.
func TestSilentAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	read := 0
	secret := credential.Text("test", "secret")
	own := secret.Read
	secret.Read = func(ctx context.Context) (string, error) { read++; return own(ctx) }
	plan := &Plan{
		Target:  report.Target{Host: "127.0.0.1", Port: netip.MustParseAddrPort(l.Addr().String()).Port(), User: "alice"},
		Family:  "ip",
		Started: time.Now(), Budget: 300 * time.Millisecond, EachAddress: true,
		LoginPlan: LoginPlan{Auth: AuthAuto, Secret: secret, AllowCleartext: true},
	}
	r := Run(context.Background(), plan)
	if read != 0 || len(r.Addresses) != 1 || r.Complete {
		t.Fatalf("%d reads, %+v", read, r)
	}
	f := r.Addresses[0].Findings[0]
	if f.Phase != "greeting" || f.Fault.Kind != fault.Timeout || f.Fault.Within > 150*time.Millisecond || *r.Time > 250*time.Millisecond {
		t.Errorf("%s: %v, in %v", f.Phase, f.Fault, *r.Time)
	}
}

// A signal ends all, and is told of each address.
func TestInterruptedPool(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(fault.New(fault.Interrupted, "terminated signal received"))
	r := Run(ctx, &Plan{
		Target: report.Target{Host: "127.0.0.1", Port: 1}, Family: "ip",
		Started: time.Now(), Budget: time.Second, EachAddress: true, LoginPlan: LoginPlan{Auth: AuthAuto},
	})
	if len(r.Addresses) != 1 || len(r.Addresses[0].Findings) != 1 || r.Addresses[0].Findings[0].Fault.Kind != fault.Interrupted {
		t.Errorf("%+v", r)
	}
}

// What the server said before the secret was known is searched for it too.
func TestHide(t *testing.T) {
	record := newRecorder(report.Target{})
	record.greeting("hello correct horse")
	record.capabilities([]string{"TOP", "X-correct horse"})
	record.line(false, "+OK hello correct horse")
	record.find("capa", &fault.Error{Kind: fault.Closed, Text: "x", Said: "correct horse"})
	record.hide(credential.NewRedactor("correct horse"))
	r := record.report
	for _, text := range []string{*r.Greeting, r.Capabilities[1], *r.Transcript[0].Text, r.Findings[0].Fault.Said} {
		if strings.Contains(text, "horse") {
			t.Error(text)
		}
	}
	if r.Capabilities[0] != "TOP" || r.BeforeTLS != nil {
		t.Errorf("%+v", r)
	}
}

// Different certificates are told, and one that is the same at both is not.
func TestOtherCertificate(t *testing.T) {
	front := new(session)
	at := func(address string, c *report.Certificate) *visit {
		v := &visit{address: netip.MustParseAddrPort(address), front: front, record: newRecorder(report.Target{})}
		if c != nil {
			v.record.report.TLS = &report.TLS{Certificates: []report.Certificate{*c}}
		}
		return v
	}
	end := time.Date(2027, 5, 1, 12, 0, 0, 0, time.UTC)
	one, renewed := &report.Certificate{Pin: "a", NotAfter: end}, &report.Certificate{Pin: "a", NotAfter: end.AddDate(0, 1, 0)}
	p := &pool{plan: &Plan{}, visits: []*visit{at("192.0.2.1:995", nil), at("192.0.2.2:995", one), at("192.0.2.3:995", one)}}
	if all := p.otherCertificates(); all != nil {
		t.Error(all)
	}
	front = new(session) // of another server
	p.visits = append(p.visits, at("192.0.2.5:995", renewed))
	if all := p.otherCertificates(); all != nil {
		t.Error(all)
	}
	front = p.visits[0].front
	p.visits = append(p.visits, at("192.0.2.4:995", renewed))
	const want = "192.0.2.2 (until 2027-05-01) and 192.0.2.4 (until 2027-06-01) show different certificates"
	all := p.otherCertificates()
	if len(all) != 1 || fault.Of(all[0]).Text != want || fault.Of(all[0]).Problem != fault.OtherCertificate {
		t.Errorf("%v, want %s", all, want)
	}
}

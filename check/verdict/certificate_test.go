package verdict

import (
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// What has to be left of a life is a number of days, a time, or a share.
func TestParseLeft(t *testing.T) {
	for text, want := range map[string]string{ // of a life of 90 days
		"30": "30: below 30 days", "1": "1: below 1 day", "0": "0: below 0 days", "36h": "1.5: below 36 h", "2d": "2: below 2 days",
		"1d12h": "1.5: below 1d12h", "90m": "0.0625: below 90 minutes", "33%": "29.7: below 33 % of its 90 days", "12.5%": "11.25: below 12.5 % of its 90 days",
		"100%": "90: below 100 % of its 90 days", "65535": "65535: below 65535 days",
	} {
		l, err := ParseLeft(text)
		r := l.limit(start, start.Add(90*day-time.Second))
		if got := r.String() + " " + r.Exceeded(Real(-1)); err != nil || got != want {
			t.Errorf("%q: %s, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "%", "x", "-1", "-1h", "-1%", "101%", "65536", "1.5", "1e3", "33 %%", "h", "NaN%", "0x10", "70000d", "3 %x"} {
		if l, err := ParseLeft(text); err == nil {
			t.Errorf("%q is taken for %+v", text, l)
		}
	}
}

// A share is more than another one, and a time than another one; of a share and a
// time nobody knows before the life.
func TestLeftIsMore(t *testing.T) {
	for _, c := range []struct {
		a, b string
		more bool
	}{
		{"30", "7", true}, {"7", "30", false}, {"7", "7", false}, {"36h", "1", true}, {"1", "36h", false}, {"33%", "15%", true},
		{"15%", "33%", false}, {"33%", "2", false}, {"2", "33%", false}, {"0", "33%", false},
	} {
		a, errA := ParseLeft(c.a)
		b, errB := ParseLeft(c.b)
		if errA != nil || errB != nil || a.IsMore(b) != c.more {
			t.Errorf("%s and %s: %v, %v", c.a, c.b, errA, errB)
		}
	}
}

// A limit looks at the time that is left, not at the whole days that are shown.
func TestCertificateLimit(t *testing.T) {
	left := func(text string) Left {
		l, err := ParseLeft(text)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for _, c := range []struct {
		warn, crit string
		left       time.Duration
		want       string
	}{
		{"30", "7", 30 * day, "OK"},
		{"30", "7", 30*day - time.Minute, "WARNING cert_days~30:=warning"},
		{"36h", "12h", 37 * time.Hour, "OK"},
		{"36h", "12h", 35 * time.Hour, "WARNING cert_days~1.5:=warning"},
		{"36h", "12h", 11 * time.Hour, "CRITICAL cert_days~0.5:=critical"},
		{"33%", "15%", 30 * day, "OK"},
		{"33%", "15%", 29 * day, "WARNING cert_days~29.7:=warning"},
		{"33%", "2", 47 * time.Hour, "CRITICAL cert_days~2:=critical"},
		{"30", "0", -time.Second, "CRITICAL cert_days~0:=critical"},
	} {
		r := complete()
		r.TLS.Expiry.NotAfter = start.Add(c.left)
		r.TLS.Expiry.NotBefore = start.Add(c.left + time.Second - 90*day)
		if got := told(Judge(r, Limits{Certificate: &CertificateLimit{left(c.warn), left(c.crit)}})); got != c.want {
			t.Errorf("-D %s,%s with %v: got %s, want %s", c.warn, c.crit, c.left, got, c.want)
		}
	}
	r := complete()
	r.TLS = nil
	if got := toldUnjudged(Judge(r, Limits{Certificate: &CertificateLimit{left("30"), left("0")}})); got != "tls: the server showed no certificate, so the time that the certificate lasts is unknown (--certificate)" {
		t.Error(got)
	}
}

// What we log in with is judged by the warning alone.
func TestCredentials(t *testing.T) {
	life := func(left time.Duration) report.Credential {
		return report.Credential{Name: "it", From: start.Add(left + time.Second - 90*day), To: start.Add(left)}
	}
	for _, c := range []struct {
		limit string
		own   report.Credential
		want  string
	}{
		{"30", life(31 * day), ""},
		{"30", life(29 * day), "it expires in 29 days (warning below 30 days)"},
		{"36h", life(35 * time.Hour), "it expires in 35 hours (warning below 36 h)"},
		{"33%", life(30 * day), ""},
		{"33%", life(29 * day), "it expires in 29 days (warning below 33 % of its 90 days)"},
		{"30", life(-time.Hour), "it expired 1 day ago (warning below 30 days)"},
		{"33%", report.Credential{Name: "it", From: start, To: start.Add(-day)}, "it expired 1 day ago (warning below 33 %)"},
	} {
		l, err := ParseLeft(c.limit)
		if err != nil {
			t.Fatal(err)
		}
		r := complete()
		r.TLS, r.Credentials = nil, []report.Credential{c.own}
		v := Judge(r, Limits{Certificate: &CertificateLimit{Warning: l, Critical: l}, States: map[fault.Kind]Status{fault.Unjudged: OK}})
		got := ""
		for _, f := range v.Findings {
			if f.Fault.Kind == fault.CredentialExpiry {
				got += f.Fault.Text
			}
		}
		if got != c.want || (got != "") != (v.Status == Warning) {
			t.Errorf("%s: %v, %q, want %q", c.limit, v.Status, got, c.want)
		}
		if v := Judge(r, Limits{}); v.Status != OK {
			t.Errorf("without a limit: %v", v.Status)
		}
	}
	r := complete()
	r.Credentials = []report.Credential{{Name: "it"}}
	if got := toldUnjudged(Judge(r, Limits{Certificate: &CertificateLimit{}})); got != `: it has no date behind "# expires", so its end is unknown (--certificate)` {
		t.Error(got)
	}
}

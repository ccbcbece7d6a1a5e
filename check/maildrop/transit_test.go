package maildrop

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// Received fields as programs write them, unfolded.
func TestParseReceived(t *testing.T) {
	const at = "Fri, 27 Nov 2026 11:00:00 +0000"
	for _, c := range []struct{ program, field, from, by, with, tls string }{
		{"Postfix", "from a.example.org (a.example.org [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519) (No client certificate requested) by mx.example.org (Postfix) with ESMTPS id 4F1 for <bob@example.org>; " + at + " (UTC)", "a.example.org", "mx.example.org", "ESMTPS", "TLS 1.3"},
		{"Postfix, pickup", "by mx.example.org (Postfix, from userid 0) id 4F1; " + at, "", "mx.example.org", "", ""},
		{"Exim", "from [192.0.2.1] (helo=a) by mx.example.org with esmtpsa (TLS1.2) tls TLS_ECDHE_RSA (Exim 4.96) (envelope-from <a@b>) id 1q-2 for b@c; " + at, "[192.0.2.1]", "mx.example.org", "esmtpsa", "TLS 1.2"},
		{"Exim, local", "from root by mx.example.org with local (Exim 4.96) id 1q-2; " + at, "root", "mx.example.org", "local", ""},
		{"Exchange", "from A.example.org (2603::1) by B.example.org (2603::2) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_X) id 15.20.1; " + at, "A.example.org", "B.example.org", "Microsoft SMTP Server", "TLS 1.2"},
		{"Gmail", "from a.example.org (a.example.org. [192.0.2.1]) by mx.google.com with ESMTPS id x1-2si3 for <bob@gmail.com> (version=TLS1_3 cipher=X bits=256/256); Fri, 27 Nov 2026 03:00:00 -0800 (PST)", "a.example.org", "mx.google.com", "ESMTPS", "TLS 1.3"},
		{"Gmail inside", "by 2002:a05:6a10::1 with SMTP id y2; Fri, 27 Nov 2026 03:00:00 -0800 (PST)", "", "2002:a05:6a10::1", "SMTP", ""},
		{"sendmail", "from a (a [192.0.2.1]) by mx.example.org (8.17.1/8.17.1) with ESMTPS id x (version=TLSv1 cipher=AES bits=256 verify=NO) for <b@c>; " + at, "a", "mx.example.org", "ESMTPS", "TLS 1.0"},
		{"qmail, local", "(qmail 1234 invoked by uid 0); 27 Nov 2026 11:00:00 -0000", "", "", "", ""},
		{"qmail, no semicolon", "(qmail 1234 invoked by uid 0) 27 Nov 2026 11:00:00 -0000", "", "", "", ""},
		{"qmail", "from unknown (HELO a) (192.0.2.1) by mx.example.org with SMTP; 27 Nov 2026 11:00:00 -0000", "unknown", "mx.example.org", "SMTP", ""},
		{"Dovecot", "from mx.example.org by store.example.org with LMTP id a (envelope-from <a@b>) for <c@d>; " + at, "mx.example.org", "store.example.org", "LMTP", ""},
		{"RFC 8314", "from a by b with ESMTP tls TLS_AES_128_GCM_SHA256 id 1; " + at, "a", "b", "ESMTP", "TLS"},
		{"no version", "from a by b with UTF8LMTPSA id 1; " + at, "a", "b", "UTF8LMTPSA", "TLS"},
		{"nobody", "from (b; [192.0.2.1]) by b with SMTP; " + at, "", "b", "SMTP", ""},
	} {
		r := parseReceived(c.field)
		if r.from != c.from || r.by != c.by || r.with != c.with || r.tls != c.tls {
			t.Errorf("%s: %q", c.program, r)
		}
		if got := trusted(r.date); got.Unix() != 1795777200 {
			t.Errorf("%s: %v of %q", c.program, got, r.date)
		}
	}
}

// whenRead is when the headers are.
var whenRead = time.Unix(1795777200+3600, 0)

// headerOf reads a header of these lines.
func headerOf(lines ...string) *Header {
	h := &Header{wanted: fields{"received": true, "date": true, authResults: true}}
	for _, line := range lines {
		h.Add([]byte(line))
	}
	return h
}

// by is a Received field of a server, that many seconds after a time.
func by(host string, seconds int) string {
	return "Received: by " + host + " with ESMTP; " + time.Unix(int64(1795777200+seconds), 0).UTC().Format(time.RFC1123Z)
}

// The topmost field is the last server's; what clocks say that disagree is not
// blamed on a server.
func TestTransit(t *testing.T) {
	date := "Date: " + time.Unix(1795777200, 0).UTC().Format(time.RFC1123Z)
	for name, c := range map[string]struct {
		lines []string
		want  string
		clock string
	}{
		"slow at the second":       {[]string{by("c", 252), by("b", 11), by("a", 0), date}, "3 hops 252s b>c 241s", ""},
		"from Date":                {[]string{by("a", 30), date}, "1 hop 30s >a 30s", ""},
		"one clock ahead":          {[]string{by("d", 20), by("c", 10), by("b", 3605), by("a", 0)}, "4 hops 20s", "b and c differ by 59 min 55 s or more"},
		"one clock behind":         {[]string{by("d", 20), by("c", -3600), by("b", 5), by("a", 0)}, "4 hops 20s", "b and c differ by 1 h or more"},
		"all backwards":            {[]string{by("b", 0), by("a", 60)}, "2 hops 0s", "a and b differ by 1 min or more"},
		"the sender's clock":       {[]string{by("a", -60), date}, "1 hop 0s", "its sender and a differ by 1 min or more"},
		"clocks of a second":       {[]string{by("b", 0), by("a", 1)}, "2 hops 0s", ""},
		"one in the middle":        {[]string{by("c", 9), "Received: by b; yesterday", by("a", 0)}, "3 hops 9s a>c 9s", ""},
		"dateless":                 {[]string{"Received: by d", by("c", 9), "Received: by b", by("a", 0)}, "4 hops 9s a>c 9s", ""},
		"through qmail":            {[]string{"Received: from q by c; Fri, 27 Nov 2026 11:00:09 +0000", "Received: (qmail 1 invoked by uid 0); 27 Nov 2026 11:00:05 -0000", by("a", 0)}, "3 hops 9s a>q 5s", ""},
		"within one server":        {[]string{by("a", 50), by("a", 0)}, "2 hops 50s a>a 50s", ""},
		"none":                     {[]string{date}, "0 hops the newest message has no Received", ""},
		"one, without Date":        {[]string{by("a", 0)}, "1 hop the newest message has only one date", ""},
		"the last one in 2099":     {[]string{"Received: by c; 27 Nov 2099 11:00:00 +0000", by("b", 1), by("a", 0)}, "3 hops the newest message has no good date in a Received", ""},
		"the last one is no date":  {[]string{"Received: by c; soon", by("b", 1), by("a", 0)}, "3 hops the newest message has no good date in a Received", ""},
		"the first one has a day":  {[]string{by("b", 1), "Received: by a; 27 Nov 2026 11:00:00"}, "2 hops the newest message has no good date in a Received", ""},
		"no date at all":           {[]string{"Received: by b", date}, "1 hop the newest message has no date in a Received", ""},
		"more than are remembered": {strings.Split(strings.Repeat(by("b", 0)+"\n", maxValues+1), "\n")[:maxValues+1], "0 hops the Received fields of the newest message are too long", ""},
	} {
		h := headerOf(c.lines...)
		if got := told(h.transit(1, whenRead)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		switch err := h.way(whenRead).clocks(); {
		case (err != nil) != (c.clock != ""), err != nil && !strings.Contains(err.Error(), c.clock):
			t.Errorf("%s: %v, want %q", name, err, c.clock)
		}
	}
}

// A message that this program has sent began its way then, whatever the clock of the first server shows.
func TestTransitOfOurs(t *testing.T) {
	for name, c := range map[string]struct {
		lines       []string
		want, clock string
	}{
		"all is well":         {[]string{by("b", 9), by("a", 0)}, "2 hops 9s a>b 9s", ""},
		"first clock behind":  {[]string{by("b", 0), by("a", -300)}, "2 hops 0s", "clocks of this host and a differ by 5 min or more"},
		"first clock ahead":   {[]string{by("b", 0), by("a", 300)}, "2 hops 0s", "clocks of a and b differ by 5 min or more"},
		"both ahead, or late": {[]string{by("b", 301), by("a", 300)}, "2 hops 5m1s >a 300s", ""},
	} {
		h := headerOf(c.lines...)
		h.SentAt(time.Unix(1795777200, 0))
		if got := told(h.transit(1, whenRead)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		switch err := h.way(whenRead).clocks(); {
		case (err != nil) != (c.clock != ""), err != nil && !strings.Contains(err.Error(), c.clock):
			t.Errorf("%s: %v, want %q", name, err, c.clock)
		}
	}
}

func told(t *report.Transit) string {
	text := fault.Count(len(t.Hops), "hop") + " " + t.Unknown
	if t.Time != nil {
		text += t.Time.Truncate(time.Second).String()
		text = strings.Replace(text, "4m12s", "252s", 1)
	}
	if l := t.Slowest; l != nil {
		text += fmt.Sprintf(" %s>%s %.0fs", l.From, l.To, l.Time.Seconds())
	}
	return text
}

// Only what the trusted host said above its own Received counts.
func TestAuthenticated(t *testing.T) {
	const ours = "Authentication-Results: mx.example.org; "
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"all pass":              {[]string{ours + "spf=pass smtp.mailfrom=a.b; dkim=pass (2048; good) header.d=a.b;", "\tdmarc=pass header.from=a.b", "Received: by mx"}, ""},
		"one fails":             {[]string{ours + "spf=softfail; dkim=pass; dmarc=pass"}, "the newest message has spf=softfail, says mx.example.org"},
		"one is missing":        {[]string{ours + "spf=fail; dkim=pass"}, "the newest message has spf=fail and no dmarc, says mx.example.org"},
		"a word of its own":     {[]string{ours + "spf=zaphod; dkim=pass; dmarc=pass"}, "the newest message has spf=?, says mx.example.org"},
		"none":                  {[]string{ours + "none"}, "the newest message has no spf, no dkim and no dmarc, says mx.example.org"},
		"a field each":          {[]string{ours + "dmarc=pass", ours + "dkim/1 = pass", "Authentication-Results: MX.example.org 1; spf=pass", "Received: by mx"}, ""},
		"a good one is enough":  {[]string{ours + "spf=pass; dkim=fail; dkim=pass; dmarc=pass"}, ""},
		"forged below":          {[]string{ours + "spf=pass; dkim=pass", "Received: by mx", ours + "dmarc=pass"}, "the newest message has no dmarc, says mx.example.org"},
		"a later server's":      {[]string{"Received: by store", ours + "spf=pass; dkim=pass; dmarc=pass", "Received: by mx"}, ""},
		"another host's":        {[]string{"Authentication-Results: example.net; spf=pass; dkim=pass; dmarc=pass"}, "the newest message has no Authentication-Results of mx.example.org, but Authentication-Results: example.net"},
		"nobody's":              {[]string{"Subject: x"}, "the newest message has no Authentication-Results of mx.example.org"},
		"in a comment":          {[]string{ours + "spf=fail (; spf=pass); dkim=pass; dmarc=pass"}, "the newest message has spf=fail, says mx.example.org"},
		"in a quoted string":    {[]string{ours + `spf=fail reason="; spf=pass"; dkim=pass; dmarc=pass`}, "the newest message has spf=fail, says mx.example.org"},
		"Exchange has no name":  {[]string{"Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.b; dkim=pass"}, "the newest message has no Authentication-Results of mx.example.org, but Authentication-Results: spf=pass"},
		"the name in quotation": {[]string{`Authentication-Results: "mx.example.org"; spf=pass; dkim=pass; dmarc=pass`}, ""},
	} {
		_, err := headerOf(c.lines...).lacking(Plan{Auth: []string{"spf", "dkim", "dmarc"}, Trusted: "mx.example.org"})
		got := ""
		if err != nil {
			got = fault.Of(err).Text
			if said := fault.Of(err).Said; said != "" {
				got += ", but " + said
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Whatever is in the fields, the parts of the way add up to no more than the whole
// of it, unless clocks disagree; and a hop is one for each field.
func FuzzReceived(f *testing.F) {
	for _, text := range []string{
		"from a by b with c; 27 Nov 2026 11:00:00 +0000", "(qmail 1 invoked by uid 0); 27 Nov 2026 11:00:00 -0000", ";", `"(;`, "by", "with with with", "(((",
		"by b (version=TLS1_3)", "by b (TLSv", "\\", ") 1 Jan 2026 00:00 +0000", "by b; 1 Jan 1970 00:00 +9999",
	} {
		f.Add(text, text, text)
	}
	f.Add("; 1 Nov 2000 0:0 +0000", "; 1 Nov 2600 0:0 +0000", "; 1 Nov 2000 0:0 +0000")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		fields := []string{a, b, c}
		h := &Header{kept: map[string][]string{"received": fields, "date": {"27 Nov 2026 10:59:00 +0000"}}}
		got := h.transit(1, whenRead)
		if len(got.Hops) != len(fields) || (got.Time == nil) != (got.Unknown != "") {
			t.Fatalf("%q: %+v", fields, got)
		}
		sum := time.Duration(0)
		for _, hop := range got.Hops {
			if hop.Delay != nil {
				sum += *hop.Delay - hop.Behind
			}
			if hop.Delay != nil && *hop.Delay < 0 || hop.Behind < 0 || strings.ContainsAny(hop.Host+hop.From, " \t") {
				t.Errorf("%q: %+v", fields, hop)
			}
		}
		if got.Time != nil && *got.Time != max(sum, 0) {
			t.Errorf("%q: %v, and a sum of %v", fields, *got.Time, sum)
		}
		if got.Slowest != nil && got.Slowest.Time > *got.Time {
			t.Errorf("%q: %+v of %v", fields, got.Slowest, *got.Time)
		}
		h.kept[authResults], h.heights = fields, []int{0, 0, 0}
		_, _ = h.lacking(Plan{Auth: Methods(), Trusted: "mx"})
	})
}

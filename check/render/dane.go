package render

import "check_pop3x/check/report"

// dane is what the TLSA records come to, one each.
func (p page) dane() []string {
	d := p.v.Report.DANE
	if d == nil {
		return nil
	}
	secured := ", secured by DNSSEC"
	if !d.Secure {
		secured = ", not secured by DNSSEC"
	}
	lines := []string{clean(d.Name, maxText) + ", says " + d.Server + secured}
	for _, r := range d.Records {
		lines = append(lines, clean(r.Record, maxText)+" "+p.tlsa(r))
	}
	return lines
}

func (p page) tlsa(r report.TLSA) string {
	switch {
	case r.Unused != "":
		return "is not used: " + clean(r.Unused, maxText)
	case r.Matches:
		return "matches"
	case p.v.Report.TLS == nil:
		return "was not compared"
	}
	return "does not match"
}

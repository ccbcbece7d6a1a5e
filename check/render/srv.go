package render

import (
	"fmt"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// srv says which servers DNS names for a domain, and which of them was used.
func srv(s *report.SRV) []string {
	if s == nil {
		return nil
	}
	secure := "not secured by DNSSEC"
	if s.Secure {
		secure = "secured by DNSSEC"
	}
	all := []string{fmt.Sprintf("%s, by DNS server %s, %s", fault.Shorten(s.Name, maxName), s.Server, secure)}
	for _, r := range s.Records {
		line := fmt.Sprintf("%d %d %d %s", r.Priority, r.Weight, r.Port, fault.Shorten(r.Target, maxName))
		switch {
		case r.Target == "":
			line += ". (not offered)"
		case s.Used == fmt.Sprintf("%s:%d", r.Target, r.Port):
			line += "  used"
		}
		all = append(all, line)
	}
	return all
}

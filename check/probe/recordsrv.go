package probe

import (
	"fmt"
	"slices"

	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
)

// srv records what a domain says of its servers. The last answer counts.
func (r *recorder) srv(domain string, asked []*resolve.Services) {
	last := asked[len(asked)-1]
	all := &report.SRV{Domain: domain, Name: last.Name, Server: last.From.String(), Secure: last.Secure}
	for _, one := range last.Records {
		all.Records = append(all.Records, report.Service{Priority: int(one.Priority), Weight: int(one.Weight), Port: int(one.Port), Target: r.said(one.Target)})
	}
	r.report.SRV = all
}

// target records which of them is used.
func (r *recorder) target(one resolve.Service, security report.Security) {
	known := *r.report.SRV
	known.Used = fmt.Sprintf("%s:%d", r.said(one.Target), one.Port)
	r.report.SRV = &known
	r.report.Port, r.report.Security = one.Port, security
}

// fromResolve drops the phases of a server that could not be reached.
func (r *recorder) fromResolve() {
	if at := slices.IndexFunc(r.report.Phases, func(p report.Phase) bool { return p.Name != "srv" }); at >= 0 {
		r.report.Phases = r.report.Phases[:at]
	}
}

package verdict

import (
	"math"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// judgeFault gives a fault its state.
func (l Limits) judgeFault(f report.Finding) Finding {
	if f.Fault.Kind == fault.Empty {
		return l.judgeEmpty(f)
	}
	return Finding{Status: l.state(f.Fault.Kind), Phase: f.Phase, Fault: f.Fault}
}

// judgeEmpty judges an empty mailbox: if mail has to be new, it exceeds the limit,
// unless --state says what an empty mailbox is.
func (l Limits) judgeEmpty(f report.Finding) Finding {
	all := Finding{Status: l.state(fault.Empty), Phase: f.Phase, Fault: f.Fault}
	never, limits := Real(math.Inf(1)), l.Metrics[newestAge.Label]
	wanted, status := limits.Critical, Critical
	if !wanted.Alerts(never) {
		wanted, status = limits.Warning, Warning
	}
	if !wanted.Alerts(never) {
		return all
	}
	if _, chosen := l.States[fault.Empty]; !chosen {
		all.Status = status
	}
	said := *f.Fault
	said.Text, said.Problem = said.Text+", so it has no message of the last "+wanted.passed(never), fault.NoNewMail
	all.Fault = &said
	return all
}

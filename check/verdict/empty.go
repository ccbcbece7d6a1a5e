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
	wanted, never := "", Real(math.Inf(1))
	limit, status := l.Metrics[newestAge.Label], OK
	switch {
	case limit.Critical.Alerts(never):
		wanted, status = newestAge.Critical, Critical
	case limit.Warning.Alerts(never):
		wanted, status = newestAge.Warning, Warning
	default:
		return all
	}
	if _, chosen := l.States[fault.Empty]; !chosen {
		all.Status = status
	}
	said := *f.Fault
	said.Text += ", and --" + wanted + " wants new mail"
	all.Fault = &said
	return all
}

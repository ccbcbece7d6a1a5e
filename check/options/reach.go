package options

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"check_pop3x/check/probe"
	"check_pop3x/check/verdict"
)

// reachable refuses a critical limit on a time that cannot be reached because a time
// limit ends the check before. The usual time limit was not chosen, a file may serve
// other checks, and a warning may be higher than a short time limit: of those, -v tells.
func (a *settings) reachable(p *probe.Plan, limits map[string]verdict.Limit) error {
	timeout := ceiling{"timeout", "--timeout " + string(a.options.Limits.Timeout), p.Budget}
	if err := a.below(timeout, limits["time"], "warning", "critical", ""); err != nil {
		return err
	}
	for _, phase := range probe.Names() {
		most := timeout
		if own, given := p.Budgets[phase]; given && own < p.Budget {
			most = ceiling{"phase-timeout", fmt.Sprintf("--phase-timeout %s=%s", phase, seconds(own.Seconds())), own}
		} else if given && own > p.Budget {
			a.never(fmt.Sprintf("--phase-timeout %s=%s", phase, seconds(own.Seconds())), timeout)
		}
		if err := a.below(most, limits["time_"+phase], "phase-warning", "phase-critical", phase+"="); err != nil {
			return err
		}
	}
	return nil
}

// A ceiling is what a time cannot exceed.
type ceiling struct {
	option string // its long name
	typed  string
	most   time.Duration
}

// below compares the limits on a time with what it cannot exceed. of is in front of
// the limits as they are typed.
func (a *settings) below(c ceiling, l verdict.Limit, warning, critical, of string) error {
	if c.cuts(l.Critical) {
		what := fmt.Sprintf("--%s %s%s", critical, of, seconds(l.Critical.End))
		if a.isTyped(critical) && a.isTyped(c.option) {
			return about(fmt.Sprintf("%s is never reached, because %s ends the check before: type a longer time limit, or a lower one for critical", what, c.typed), critical, c.option)
		}
		a.never(what, c)
	}
	if c.cuts(l.Warning) {
		a.never(fmt.Sprintf("--%s %s%s", warning, of, seconds(l.Warning.End)), c)
	}
	return nil
}

// cuts reports whether a range is an upper limit above the ceiling.
func (c ceiling) cuts(r *verdict.Range) bool { return isUpper(r) && r.End > c.most.Seconds() }

// never notes that something is above a ceiling.
func (a *settings) never(what string, c ceiling) {
	a.notes = append(a.notes, what+" is never reached, because "+c.typed+" ends the check before")
}

// isTyped reports whether an option is on the command line.
func (a *settings) isTyped(name string) bool {
	s := a.get(name)
	return s != nil && s.typed
}

// seconds are seconds as people type them.
func seconds(s float64) string { return strconv.FormatFloat(s, 'f', -1, 64) + "s" }

// ageNotes tells, for -v, of ages without a unit, which are seconds: hours or days are
// more likely meant.
func (a *settings) ageNotes() (notes []string) {
	for _, row := range verdict.Metrics() {
		for _, option := range []string{row.Warning, row.Critical} {
			typed := a.ranged(option)
			if row.Unit.Example != verdict.Age.Example || typed == nil {
				continue
			}
			for bound := range strings.SplitSeq(strings.TrimPrefix(string(*typed), "@"), ":") {
				if n, err := strconv.ParseFloat(bound, 64); err == nil && n > 0 {
					notes = append(notes, fmt.Sprintf("--%s %s: %s is in seconds, type %[3]sh for hours or %[3]sd for days", option, *typed, bound))
				}
			}
		}
	}
	return notes
}

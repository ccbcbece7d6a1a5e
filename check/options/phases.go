package options

import (
	"fmt"
	"slices"
	"strings"

	"check_pop3x/check/probe"
	"check_pop3x/check/verdict"
)

// ofPhase splits PHASE=VALUE.
func ofPhase(option, typed, example string) (phase, value string, err error) {
	phase, value, both := strings.Cut(typed, "=")
	switch known := slices.Contains(probe.Names(), phase); {
	case known && !both:
		return "", "", refuse(option, "%q has no time, type for example %s=%s", typed, phase, example)
	case !known:
		return "", "", refuse(option, "%q does not begin with a phase, type for example login=%s; the phases are %s",
			typed, example, strings.Join(probe.Names(), ", "))
	}
	return phase, value, nil
}

// needPhases refuses limits of phases that do not run. Like other options without
// use, one from a file is dropped.
func (a *settings) needPhases(p *probe.Plan, limits map[string]verdict.Limit) error {
	for _, s := range a.given {
		if !strings.HasPrefix(s.option.ValueName, "PHASE=") {
			continue
		}
		for i, typed := range *s.field.Addr().Interface().(*texts) {
			phase, _, _ := strings.Cut(typed, "=")
			how := p.Lacks(phase)
			if how != "" && i >= len(s.places) {
				return refuse(s.option.LongName, "the phase %s does not run in this check, type %s", phase, how)
			}
			if how != "" {
				a.notes = append(a.notes, fmt.Sprintf("%s: %s %s has no effect without %s", s.places[i].text, s.option.LongName, typed, how))
				delete(limits, "time_"+phase)
			}
		}
	}
	return nil
}

// ofPhases adds the limits of phases.
func (o Limits) ofPhases(limits map[string]verdict.Limit) error {
	row := &verdict.Row{Warning: "phase-warning", Critical: "phase-critical", Unit: verdict.Seconds}
	warnings, err := phaseRanges(row.Warning, o.PhaseWarning)
	if err != nil {
		return err
	}
	criticals, err := phaseRanges(row.Critical, o.PhaseCritical)
	if err != nil {
		return err
	}
	for _, phase := range probe.Names() {
		if err := addLimit(limits, "time_"+phase, row, warnings[phase], criticals[phase]); err != nil {
			return err
		}
	}
	return nil
}

// phaseRanges returns the range of each phase that has one. The last one counts.
func phaseRanges(option string, values texts) (map[string]*text, error) {
	ranges := map[string]*text{}
	return ranges, each(option, values, func(typed string) error {
		phase, value, err := ofPhase(option, typed, "2s")
		if err == nil {
			_, err = parseRange(option, value, verdict.Seconds)
			ranges[phase] = (*text)(&value)
		}
		return err
	})
}

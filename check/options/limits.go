package options

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"check_pop3x/check/verdict"
)

// Limits bound times and the certificate.
type Limits struct {
	Warning       *text `unquote:"false" short:"w" long:"warning" value-name:"RANGE" everyday:"yes"`
	Critical      *text `unquote:"false" short:"c" long:"critical" value-name:"RANGE" everyday:"yes"`
	Timeout       text  `unquote:"false" short:"t" long:"timeout" value-name:"DURATION[:STATE]" everyday:"yes"`
	PhaseTimeout  texts `unquote:"false" long:"phase-timeout" value-name:"PHASE=DURATION"`
	PhaseWarning  texts `unquote:"false" long:"phase-warning" value-name:"PHASE=RANGE"`
	PhaseCritical texts `unquote:"false" long:"phase-critical" value-name:"PHASE=RANGE"`
	Certificate   text  `unquote:"false" short:"D" long:"certificate" value-name:"WARN[,CRIT]" everyday:"yes"`
}

// budget returns how long the whole check may take.
func (o Limits) budget() (time.Duration, error) {
	typed, _, _ := strings.Cut(string(o.Timeout), ":")
	return duration("timeout", typed)
}

// budgets returns how long each phase may take.
func (o Limits) budgets() (map[string]time.Duration, error) {
	budgets := map[string]time.Duration{}
	return budgets, each("phase-timeout", o.PhaseTimeout, func(typed string) error {
		phase, value, err := ofPhase("phase-timeout", typed, "3s")
		if err == nil {
			budgets[phase], err = duration("phase-timeout", value)
		}
		return err
	})
}

func duration(option, typed string) (time.Duration, error) {
	d, err := verdict.ParseDuration(typed)
	if dotted := strings.Replace(typed, ",", ".", 1); err != nil && dotted != typed {
		if _, wrong := verdict.ParseDuration(dotted); wrong == nil {
			return 0, refuse(option, "%v, type %s", err, dotted)
		}
	}
	if err != nil {
		return 0, refuse(option, "%v, type for example 10s", err)
	}
	return d, nil
}

// limits returns the limits by metric: those of the options that the table of
// metrics names. With --match, the limits on messages count those that match.
func (a *settings) limits() (map[string]verdict.Limit, error) {
	limits := map[string]verdict.Limit{}
	matching := len(a.options.Mailbox.Match) > 0
	for _, row := range verdict.Metrics() {
		if row.Label == "messages" && matching || row.Label == "matches" && !matching {
			continue
		}
		if err := addLimit(limits, row.Label, row, a.ranged(row.Warning), a.ranged(row.Critical)); err != nil {
			return nil, err
		}
	}
	if err := a.options.Limits.ofPhases(limits); err != nil {
		return nil, err
	}
	return limits, nil
}

// ranged returns the range given for an option that takes one; nil is none.
func (a *settings) ranged(option string) *text {
	if s := a.get(option); s != nil {
		typed, _ := s.field.Interface().(*text)
		return typed
	}
	return nil
}

// addLimit reads the ranges of a metric; nil is none. A warning above the
// critical limit would never be seen.
func addLimit(limits map[string]verdict.Limit, metric string, row *verdict.Row, warning, critical *text) (err error) {
	var l verdict.Limit
	if warning != nil {
		if l.Warning, err = parseRange(row.Warning, string(*warning), row.Unit); err != nil {
			return err
		}
	}
	if critical != nil {
		if l.Critical, err = parseRange(row.Critical, string(*critical), row.Unit); err != nil {
			return err
		}
	}
	if l != (verdict.Limit{}) {
		limits[metric] = l
	}
	if isUpper(l.Warning) && isUpper(l.Critical) && l.Warning.End > l.Critical.End {
		return about(fmt.Sprintf("--%s %s is above --%s %s, exchange them: a warning comes first",
			row.Warning, *warning, row.Critical, *critical), row.Warning, row.Critical)
	}
	return nil
}

// isUpper reports whether a range is nothing but an upper limit, such as 5s.
func isUpper(r *verdict.Range) bool {
	return r != nil && !r.AlertOnInside && r.Start == 0 && !math.IsInf(r.End, 1)
}

func parseRange(option, typed string, unit verdict.Unit) (*verdict.Range, error) {
	r, err := verdict.ParseRange(typed, unit)
	if err != nil {
		return nil, refuse(option, "%v", err)
	}
	return r, nil
}

// certificate reads WARN[,CRIT]; CRIT is 0 by default, as in check_pop. It is nil
// without the option.
func (o Limits) certificate() (*verdict.CertificateLimit, error) {
	if o.Certificate == "" {
		return nil, nil
	}
	warn, crit, both := strings.Cut(string(o.Certificate), ",")
	if !both {
		crit = "0"
	}
	w, errW := verdict.ParseLeft(warn)
	c, errC := verdict.ParseLeft(crit)
	switch err := cmp.Or(errW, errC); {
	case err != nil:
		return nil, refuse("certificate", "%v, type for example 30,7 or 36h,12h or 33%%,15%%", err)
	case c.IsMore(w):
		return nil, refuse("certificate", "%q has more for critical than for warning, type %s,%s", o.Certificate, crit, warn)
	}
	return &verdict.CertificateLimit{Warning: w, Critical: c}, nil
}

package check

import (
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"check_pop3x/check/fault"
	"check_pop3x/check/probe"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
	"check_pop3x/check/verdict"
)

// A planner turns options into a plan and limits. It keeps the first refusal:
// the user mends one thing at a time.
type planner struct {
	o      *options
	typed  *options // those of the command line, without the files of --extra-opts
	secret string   // password = ... from --extra-opts; "" without
	notes  []string // for -v
	err    error    // the first of the refusals
	said   []string // all that were met

	plan   probe.Plan
	limits verdict.Limits
}

// refuse keeps the first refusal.
func (p *planner) refuse(format string, args ...any) {
	p.fail(fault.New(fault.Usage, format, args...))
}

// fail keeps the first error; nil is none.
func (p *planner) fail(err error) {
	if err == nil {
		return
	}
	p.said = append(p.said, err.Error())
	if p.err == nil {
		p.err = err
	}
}

func newPlanner(o *options) *planner {
	p := &planner{o: o, typed: o}
	p.limits = verdict.Limits{States: map[fault.Kind]verdict.Status{}, Metrics: map[string]verdict.Limit{}}
	p.plan.Budgets = map[string]time.Duration{}
	return p
}

// run fills in everything. The states come first: they also hold for what is
// refused here.
func (p *planner) run(in invocation) error {
	for _, part := range p.parts(in) {
		if part(); p.err != nil {
			return p.err
		}
	}
	return nil
}

// refuses says whether err is among all that there is to refuse, also behind
// something else.
func (p *planner) refuses(in invocation, err error) bool {
	for _, part := range p.parts(in) {
		p.err = nil
		part()
	}
	return slices.Contains(p.said, err.Error())
}

func (p *planner) parts(in invocation) []func() {
	if filepath.Base(in.args[0]) == "check_spop" && !p.o.Target.StartTLS {
		p.o.Target.TLS = true
	}
	p.plan.Started = in.started
	if p.o.Token.Login {
		return []func(){p.states, p.timeouts, func() { p.canDeviceLogin(in) }}
	}
	return []func(){p.states, p.compatible, p.target, p.tls, p.timeouts, p.ranges, func() { p.login(in.stdin) }, p.mailbox, p.output}
}

func (p *planner) compatible() {
	if c := p.o.Compatible; c.Send != "" || c.Quit != "" {
		p.refuse("--send and --quit: check_pop3x speaks POP3 itself, see --steps")
	}
}

func (p *planner) target() {
	t := p.o.Target
	p.plan.Host = p.host(string(t.Hostname))
	p.plan.Port = p.port(string(t.Port))
	p.plan.Family = transport.Any
	switch {
	case t.IPv4 && t.IPv6:
		p.refuse("-4 and -6 exclude each other, type one of them")
	case t.IPv4:
		p.plan.Family = transport.IPv4
	case t.IPv6:
		p.plan.Family = transport.IPv6
	}
	if t.Resolver != "" {
		var err error
		if p.plan.Resolver, err = transport.ParseResolver(strings.TrimSpace(string(t.Resolver))); err != nil {
			p.refuse("--resolver: %v", err)
		}
	}
	p.plan.Expect = p.o.Verdict.Expect
	if a, err := netip.ParseAddr(p.plan.Host); err == nil && (t.IPv4 && a.Is6() || t.IPv6 && a.Is4()) {
		p.refuse("--hostname: %s is not of the family that -4 or -6 asks for", p.plan.Host)
	}
}

// host checks a name or an address; brackets around an address are for URLs and
// go.
func (p *planner) host(typed string) string {
	host := strings.TrimSpace(typed)
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") && strings.Contains(host, ":") {
		host = host[1 : len(host)-1]
	}
	switch {
	case host == "":
		p.refuse("no host, type -H HOST")
	case strings.HasPrefix(host, "-"):
		p.refuse("--hostname: %q is an option, the name is missing, type -H HOST", host)
	case strings.HasPrefix(host, "/"):
		p.refuse("--hostname: %q is a path, sockets are not supported: type a name or an address", host)
	case strings.HasPrefix(host, "[") && strings.Contains(host, "]:"):
		p.refuse("--hostname: %q has a port in it, type it behind -p", host)
	case strings.ContainsFunc(host, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`/@"'|[]`, r)
	}):
		p.refuse("--hostname: %q is neither a name nor an address", host)
	case strings.Count(host, ":") == 1:
		p.refuse("--hostname: %q has a port in it, type it behind -p", host)
	case strings.Contains(host, ":"):
		if _, err := netip.ParseAddr(host); err != nil {
			p.refuse("--hostname: %q is not an IPv6 address", host)
		}
	}
	return host
}

// port is the typed one, or the usual one of the way in.
func (p *planner) port(typed string) uint16 {
	if typed == "" {
		if p.security() == report.TLSFirst {
			return 995
		}
		return 110
	}
	n, err := strconv.ParseUint(strings.TrimSpace(typed), 10, 16)
	if err != nil || n == 0 {
		p.refuse("--port: %q is not a port, type a number from 1 to 65535", typed)
	}
	return uint16(n)
}

// timeouts reads the budgets; --timeout may bring the state of running out.
func (p *planner) timeouts() {
	typed, state, both := strings.Cut(string(p.o.Limits.Timeout), ":")
	if _, said := p.limits.States[fault.Timeout]; both && !said { // --state says it for all kinds
		p.state(fault.Timeout, "--timeout", state)
	}
	p.plan.Budget = p.duration("--timeout", typed)
	p.limits.Timeout = p.plan.Budget
	for _, one := range p.o.Limits.PhaseTimeout {
		if phase, value, ok := p.ofPhase("--phase-timeout", "3s", one); ok {
			p.plan.Budgets[phase] = p.duration("--phase-timeout", value)
		}
	}
}

func (p *planner) duration(option, typed string) time.Duration {
	d, err := verdict.ParseDuration(typed)
	if err != nil {
		p.refuse("%s: %v, type for example 10s", option, err)
	}
	return d
}

// ofPhase splits PHASE=VALUE.
func (p *planner) ofPhase(option, example, typed string) (phase, value string, ok bool) {
	phase, value, ok = strings.Cut(typed, "=")
	for _, name := range probe.Names() {
		if ok && phase == name {
			return phase, value, true
		}
	}
	p.refuse("%s: %q does not name a phase, type for example login=%s; the phases are %s", option, typed, example, strings.Join(probe.Names(), ", "))
	return "", "", false
}

func (p *planner) ranges() {
	l := p.o.Limits
	for _, one := range l.Warning {
		p.limit("--warning", "time", one, setWarning)
	}
	for _, one := range l.Critical {
		p.limit("--critical", "time", one, setCritical)
	}
	for _, one := range l.PhaseWarning {
		if phase, value, ok := p.ofPhase("--phase-warning", "2s", one); ok {
			p.limit("--phase-warning", "time_"+phase, value, setWarning)
		}
	}
	for _, one := range l.PhaseCritical {
		if phase, value, ok := p.ofPhase("--phase-critical", "2s", one); ok {
			p.limit("--phase-critical", "time_"+phase, value, setCritical)
		}
	}
	p.certificate(string(l.Certificate))
}

func setWarning(l *verdict.Limit, r *verdict.Range)  { l.Warning = r }
func setCritical(l *verdict.Limit, r *verdict.Range) { l.Critical = r }

// limit reads a range in seconds.
func (p *planner) limit(option, metric, typed string, set func(*verdict.Limit, *verdict.Range)) {
	p.bounds(option, metric, typed, verdict.Seconds, set)
}

// bounds reads a range in that unit.
func (p *planner) bounds(option, metric, typed string, unit verdict.Unit, set func(*verdict.Limit, *verdict.Range)) {
	r, err := verdict.ParseRange(typed, unit)
	if err != nil {
		p.refuse("%s: %v", option, err)
		return
	}
	l := p.limits.Metrics[metric]
	set(&l, r)
	p.limits.Metrics[metric] = l
}

// certificate reads WARN[,CRIT]; CRIT is 0 by default, as in check_pop.
func (p *planner) certificate(typed string) {
	if typed == "" {
		return
	}
	warn, crit, both := strings.Cut(typed, ",")
	if !both {
		crit = "0"
	}
	w, errW := strconv.ParseUint(warn, 10, 16)
	c, errC := strconv.ParseUint(crit, 10, 16)
	switch {
	case errW != nil || errC != nil:
		p.refuse("--certificate: %q is not a number of days, type for example 30 or 30,7", typed)
	case c > w:
		p.refuse("--certificate: %q has more days for critical than for warning, type %s,%s", typed, crit, warn)
	}
	p.limits.Metrics["cert_days"] = verdict.Limit{Warning: verdict.AtLeast(float64(w)), Critical: verdict.AtLeast(float64(c))}
}

func (p *planner) states() {
	v := p.o.Verdict
	if v.Mismatch != "" {
		p.state(fault.Mismatch, "--mismatch", string(v.Mismatch))
	}
	if v.Refuse != "" {
		p.state(fault.Refused, "--refuse", string(v.Refuse))
	}
	for _, one := range v.State {
		kind, state, _ := strings.Cut(one, "=")
		if _, ok := verdict.Lookup(fault.Kind(kind)); !ok {
			p.refuse("--state: %q does not name a kind of fault, type for example in-use=ok; see --help for the kinds", one)
		}
		p.state(fault.Kind(kind), "--state", state)
	}
}

func (p *planner) state(kind fault.Kind, option, typed string) {
	s, ok := verdict.ParseStatus(typed)
	if !ok {
		p.refuse("%s: %q is not a state, type ok, warning, critical or unknown", option, typed)
		return
	}
	p.limits.States[kind] = s
}

package options

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/jessevdk/go-flags"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/probe"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/verdict"
)

// An Input is one run as the system started it.
type Input struct {
	Args    []string // the program's name in front
	Stdin   *os.File
	Started time.Time
}

// A Planner turns options into a plan and limits. It keeps the first refusal:
// the user mends one thing at a time.
type Planner struct {
	O      *Options
	Plan   probe.Plan
	Limits verdict.Limits
	Notes  []string // for -v

	typed  *Options // those of the command line, without the files of --extra-opts
	secret string   // password = ... from --extra-opts; "" without
	err    error    // the first of the refusals
	said   []string // all that were met
}

// refuse keeps the first refusal.
func (p *Planner) refuse(format string, args ...any) {
	p.fail(fault.New(fault.Usage, format, args...))
}

// fail keeps the first error; nil is none.
func (p *Planner) fail(err error) {
	if err == nil {
		return
	}
	p.said = append(p.said, err.Error())
	if p.err == nil {
		p.err = err
	}
}

// NewPlanner makes a planner of what was typed.
func NewPlanner(o *Options) *Planner {
	p := &Planner{O: o, typed: o}
	p.Limits = verdict.Limits{States: map[fault.Kind]verdict.Status{}, Metrics: map[string]verdict.Limit{}}
	p.Plan.Budgets = map[string]time.Duration{}
	return p
}

// run fills in everything. The states come first: they also hold for what is
// refused here.
func (p *Planner) run(in Input) error {
	for _, part := range p.parts(in) {
		if part(); p.err != nil {
			return p.err
		}
	}
	return nil
}

// refuses says whether err is among all that there is to refuse, also behind
// something else.
func (p *Planner) refuses(in Input, err error) bool {
	for _, part := range p.parts(in) {
		p.err = nil
		part()
	}
	return slices.Contains(p.said, err.Error())
}

func (p *Planner) parts(in Input) []func() {
	if filepath.Base(in.Args[0]) == "check_spop" && !p.O.Target.StartTLS {
		p.O.Target.TLS = true
	}
	p.Plan.Started = in.Started
	if p.O.Token.Login {
		return []func(){p.states, p.timeouts, func() { p.canDeviceLogin(in) }}
	}
	return []func(){p.states, p.compatible, p.target, p.tls, p.timeouts, p.ranges, func() { p.login(in.Stdin) }, p.mailbox, p.output}
}

func (p *Planner) compatible() {
	if c := p.O.Compatible; c.Send != "" || c.Quit != "" {
		p.refuse("--send and --quit: check_pop3x speaks POP3 itself, see --steps")
	}
}

func (p *Planner) target() {
	t := p.O.Target
	p.Plan.Host = p.host(string(t.Hostname))
	p.Plan.Port = p.port(string(t.Port))
	p.Plan.Family = resolve.Any
	switch {
	case t.IPv4 && t.IPv6:
		p.refuse("-4 and -6 exclude each other, type one of them")
	case t.IPv4:
		p.Plan.Family = resolve.IPv4
	case t.IPv6:
		p.Plan.Family = resolve.IPv6
	}
	if t.Resolver != "" {
		var err error
		if p.Plan.Resolver, err = resolve.ParseResolver(strings.TrimSpace(string(t.Resolver))); err != nil {
			p.refuse("--resolver: %v", err)
		}
	}
	p.Plan.Expect = p.O.Verdict.Expect
	if a, err := netip.ParseAddr(p.Plan.Host); err == nil && (t.IPv4 && a.Is6() || t.IPv6 && a.Is4()) {
		p.refuse("--hostname: %s is not of the family that -4 or -6 asks for", p.Plan.Host)
	}
}

// host checks a name or an address; brackets around an address are for URLs and
// go.
func (p *Planner) host(typed string) string {
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
func (p *Planner) port(typed string) uint16 {
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
func (p *Planner) timeouts() {
	typed, state, both := strings.Cut(string(p.O.Limits.Timeout), ":")
	if _, said := p.Limits.States[fault.Timeout]; both && !said { // --state says it for all kinds
		p.state(fault.Timeout, "--timeout", state)
	}
	p.Plan.Budget = p.duration("--timeout", typed)
	p.Limits.Timeout = p.Plan.Budget
	for _, one := range p.O.Limits.PhaseTimeout {
		if phase, value, ok := p.ofPhase("--phase-timeout", "3s", one); ok {
			p.Plan.Budgets[phase] = p.duration("--phase-timeout", value)
		}
	}
}

func (p *Planner) duration(option, typed string) time.Duration {
	d, err := verdict.ParseDuration(typed)
	if err != nil {
		p.refuse("%s: %v, type for example 10s", option, err)
	}
	return d
}

// ofPhase splits PHASE=VALUE.
func (p *Planner) ofPhase(option, example, typed string) (phase, value string, ok bool) {
	phase, value, ok = strings.Cut(typed, "=")
	for _, name := range probe.Names() {
		if ok && phase == name {
			return phase, value, true
		}
	}
	p.refuse("%s: %q does not name a phase, type for example login=%s; the phases are %s", option, typed, example, strings.Join(probe.Names(), ", "))
	return "", "", false
}

func (p *Planner) ranges() {
	l := p.O.Limits
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
func (p *Planner) limit(option, metric, typed string, set func(*verdict.Limit, *verdict.Range)) {
	p.bounds(option, metric, typed, verdict.Seconds, set)
}

// bounds reads a range in that unit.
func (p *Planner) bounds(option, metric, typed string, unit verdict.Unit, set func(*verdict.Limit, *verdict.Range)) {
	r, err := verdict.ParseRange(typed, unit)
	if err != nil {
		p.refuse("%s: %v", option, err)
		return
	}
	l := p.Limits.Metrics[metric]
	set(&l, r)
	p.Limits.Metrics[metric] = l
}

// certificate reads WARN[,CRIT]; CRIT is 0 by default, as in check_pop.
func (p *Planner) certificate(typed string) {
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
	p.Limits.Metrics["cert_days"] = verdict.Limit{Warning: verdict.AtLeast(w, verdict.Days), Critical: verdict.AtLeast(c, verdict.Days)}
}

func (p *Planner) states() {
	v := p.O.Verdict
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

func (p *Planner) state(kind fault.Kind, option, typed string) {
	s, ok := verdict.ParseStatus(typed)
	if !ok {
		p.refuse("%s: %q is not a state, type ok, warning, critical or unknown", option, typed)
		return
	}
	p.Limits.States[kind] = s
}

// Prepare completes the plan that the command line began. The files that it
// names are looked at within the budget: any of them may be a FIFO or on a file
// system that is gone. The planner is there also beside an error: its states
// hold for that, too.
func (in Input) Prepare(ctx context.Context, early *Planner, files, args []string) (*Planner, error) {
	early.states()
	if early.timeouts(); early.err != nil {
		return early, early.err
	}
	if len(files) == 0 && !early.O.TLS.files() && early.O.Output.Output == "" && !credential.UnderSystemd() {
		return early, early.run(in)
	}
	budget := early.Plan.Budget
	ctx, cancel := context.WithDeadlineCause(ctx, in.Started.Add(budget), &fault.Error{Kind: fault.Timeout, Within: budget})
	defer cancel()
	whole, err := fault.Await(ctx, func() (*Planner, error) { return in.plan(files, args, early.O) })
	if whole == nil {
		whole = early
	}
	return whole, err
}

// plan adds to the options o of the command line those of files.
func (in Input) plan(files, args []string, o *Options) (*Planner, error) {
	typed := o
	extra, err := readExtraOpts(files, in.Stdin)
	if err == nil && len(files) > 0 {
		o, err = Parse(append(extra.options, args...))
		err = extra.blame(err) // of args alone it was parsed already
	}
	if wanted, ok := errors.AsType[*flags.Error](err); ok && wanted.Type == flags.ErrHelp {
		err = fault.New(fault.Usage, "--extra-opts: help is for the command line")
	}
	p := NewPlanner(o)
	if err != nil {
		return p, err
	}
	p.typed, p.secret = typed, extra.password
	if err = p.run(in); err != nil && len(files) > 0 && !NewPlanner(typed).refuses(in, err) {
		err = extra.blame(err)
	}
	return p, err
}

// Remarks tells, for -v, what has no effect, and what a system does in its own way.
func (p *Planner) Remarks(goos string) []string {
	return slices.Concat(p.O.notes(), p.O.platformNotes(goos), p.Notes)
}

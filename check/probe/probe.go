package probe

import (
	"context"
	"net/netip"
	"time"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/maildrop"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/transport"
	"check_pop3x/check/trust"
)

// A Plan is what to check.
type Plan struct {
	report.Target
	Family   resolve.Family
	Resolver resolve.Resolver
	TLS      trust.Policy
	DANE     *DANE // nil: the server is believed by its chain

	WarnBelow uint16 // the version of TLS below which there is a finding; 0: none

	Started time.Time                // when the process began, from which Budget counts
	Budget  time.Duration            // for all of it
	Budgets map[string]time.Duration // for a phase, by name

	Secret         *credential.Source // the password; nil without one
	Token          *credential.Source // an access token in the place of a password; nil without one
	Auth           string             // one of Logins
	Authzid        string             // whose mailbox to open, where that is not User's; "" without
	MinIterations  int                // the fewest that SCRAM may ask for; 0: those of RFC 7677
	Binding        string             // one of transport.BindingTypes for PLUS; "" the usual one of the TLS version
	AllowCleartext bool               // the secret may go out readable by anyone on the path

	Expect []string // one of them is wanted in the greeting

	Mailbox maildrop.Plan
}

// LogsIn says whether there is a login. By a certificate there may be one without
// a name.
func (p Plan) LogsIn() bool { return p.User != "" || p.Auth == AuthExternal }

// A phase is one row of the table.
type phase struct {
	name string
	when func(*session) bool // nil: always
	run  func(*session, context.Context) error
	most time.Duration // its budget is never larger; 0: no bound but the whole

	command pop3.Command // what it sends first, if that is known before any reply: it may be pipelined
	step    step         // how --steps names it
}

// phases is the session in wire order, but for quit.
var phases = []phase{
	{name: "resolve", when: (*session).byName, run: (*session).resolve},
	{name: "tlsa", when: (*session).wantsTLSA, run: (*session).tlsa},
	{name: "connect", run: (*session).connect},
	{name: "tls", when: (*session).implicitTLS, run: (*session).handshake},
	{name: "greeting", run: (*session).greeting},
	{name: "capa", run: (*session).capa},
	{name: "stls", when: (*session).wantsSTLS, run: (*session).stls},
	{name: "token", when: (*session).wantsToken, run: (*session).fetchToken},
	{name: "login", when: (*session).hasUser, run: (*session).login},
	{name: "stat", when: (*session).hasUser, run: (*session).stat, command: pop3.STAT},
	{name: "list", when: wants("list"), run: (*session).list, command: pop3.LIST, step: inAll},
	{name: "uidl", when: wants("uidl"), run: (*session).uidl, command: pop3.UIDL, step: inAll},
	{name: "top", when: (*session).wantsHeaders, run: (*session).top, step: inAll},
	{name: "retr", when: wantsMessage("retr"), run: (*session).retr, step: named},
	{name: "noop", when: wants("noop"), run: (*session).noop, step: inAll},
	{name: "reset", when: wantsMessage("reset"), run: (*session).reset, step: named},
}

// quit ends a session that went well. Its failure changes nothing. The answer is
// awaited, so that the mailbox lock is free for the next check, but not for long.
var quit = phase{name: "quit", run: (*session).quit, most: time.Second}

// Names lists the phases in wire order.
func Names() []string {
	var names []string
	for _, p := range append(phases, quit) {
		names = append(names, p.name)
	}
	return names
}

// A session is one run in progress.
type session struct {
	plan   Plan
	report *report.Report
	ctx    context.Context // ends with the whole budget or a signal

	secret string
	token  string // the access token; "" without
	hide   *credential.Redactor

	facts  *trust.Facts // of the handshake; nil in clear
	stamp  string       // for APOP; "" without one that is well-formed
	stamps bool         // the greeting has something like it
	within string       // why the server refuses a login, said inside of AUTH

	addrs []netip.Addr
	conn  *transport.Conn
	pop   *pop3.Conn
	capas pop3.Capabilities // nil where the server has no CAPA

	upgrading bool // STLS was sent: what comes next is TLS
	index     maildrop.Index
	cut       bool // QUIT would do harm, or would not be understood: the connection is closed without it
}

// Run checks the server once. It returns within the whole budget, or when ctx
// ends, with what was learned until then; the cause of ctx becomes a finding.
func Run(ctx context.Context, plan Plan) *report.Report {
	s := &session{plan: plan, report: &report.Report{Target: plan.Target, Start: time.Now()}, hide: credential.NewRedactor()}
	if err := s.refuse(); err != nil {
		s.find("login", err)
		return s.report
	}
	if err := s.readSecret(ctx); err != nil {
		s.find(s.plan.secretName(), err)
		return s.report
	}
	ctx, cancel := s.wholeBudget(ctx)
	defer cancel()
	s.ctx, s.report.Start = ctx, time.Now()
	err := s.session()
	s.report.Time = new(time.Since(s.report.Start) - s.spent("token"))
	s.leave(err)
	return s.report
}

// session runs the phases until one fails.
func (s *session) session() error {
	for _, p := range phases {
		if p.when != nil && !p.when(s) {
			continue
		}
		if s.cut {
			s.notReached(p)
			continue
		}
		if err := s.run(p); err != nil {
			found := s.classify(p.name, err)
			s.find(p.name, found)
			s.refused(p.name, found)
			return err
		}
	}
	s.report.Complete = true
	return nil
}

// wholeBudget is ctx until the whole budget has run out.
func (s *session) wholeBudget(ctx context.Context) (context.Context, context.CancelFunc) {
	end := s.plan.Started.Add(s.plan.Budget)
	return context.WithDeadlineCause(ctx, end, &fault.Error{Kind: fault.Timeout, Within: s.plan.Budget})
}

// readSecret fetches the secret before anything is sent. A person's time at the
// prompt does not count.
func (s *session) readSecret(ctx context.Context) (err error) {
	if s.plan.Token != nil {
		return s.prepareToken(ctx)
	}
	source := s.plan.Secret
	if source == nil {
		return nil
	}
	if source.Interactive {
		asked := time.Now()
		defer func() { s.plan.Started = s.plan.Started.Add(time.Since(asked)) }()
	} else {
		var cancel context.CancelFunc
		ctx, cancel = s.wholeBudget(ctx)
		defer cancel()
	}
	s.secret, err = source.Read(ctx)
	s.aside(source)
	if err != nil {
		return err
	}
	s.conceal(s.secret)
	return s.fits()
}

// aside writes down what the source had to say besides.
func (s *session) aside(source *credential.Source) {
	if source.Aside == nil {
		return
	}
	if said := source.Aside(); len(said) > 0 {
		s.report.Helper = said
	}
}

// conceal keeps secrets out of the report from now on.
func (s *session) conceal(secrets ...string) { s.hide.Add(secrets...) }

// find writes down a fault.
func (s *session) find(phase string, err error) {
	f := *fault.Of(err)
	f.Said = s.hide.Keep(f.Said)
	f.Text = s.hide.Keep(f.Text)
	s.report.Findings = append(s.report.Findings, report.Finding{Phase: phase, Fault: &f})
}

func (s *session) hasUser() bool { return s.plan.LogsIn() }

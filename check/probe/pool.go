package probe

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
)

// maxSessions is how many addresses have a session at the same time.
const maxSessions = 8

// A pool is the addresses behind a name, each of which has a session of its own.
// First all of them are visited without a login, side by side. Then the first that
// works is visited again to log in, or each of them in turn. Until one works, no
// secret is read.
type pool struct {
	plan   *Plan
	front  *session // what is done once for all: names are looked up, the secret is read
	visits []*visit
}

// runPool checks each address of the server.
func runPool(ctx context.Context, plan *Plan) *report.Report {
	s := newSession(plan)
	s.record.clientCertificate(plan.TLS.Client)
	p := &pool{plan: plan, front: s}
	if err := plan.checkCleartext(); err != nil {
		s.record.find("login", err)
		return s.record.report
	}
	if !p.find(ctx) {
		return s.record.report
	}
	p.visitAll(ctx)
	p.logIn(ctx)
	return p.report()
}

// find looks up the addresses, and reports whether there are any.
func (p *pool) find(ctx context.Context) bool {
	ctx, cancel := p.plan.wholeBudget(ctx)
	defer cancel()
	start := time.Now()
	p.front.record.report.Start = start
	err := p.front.run(ctx, phases[:atConnect()])
	p.front.record.report.Complete = false // there is more to come
	if err == nil && !p.plan.byName() {
		err = p.front.link.resolve(ctx)
	}
	if err != nil {
		p.front.record.report.Time = new(time.Since(start))
		return false
	}
	all, leftOut := transport.Routed(p.front.link.addresses, p.plan.Port)
	p.front.record.leftOut(leftOut)
	for _, address := range all {
		p.visits = append(p.visits, &visit{address: address, front: p.front})
	}
	return true
}

// visitAll has a session without a login with each address. Each has at least its
// share of the time that is left: those that are visited side by side share one, and
// each login will need one.
func (p *pool) visitAll(ctx context.Context) {
	ctx, cancel := p.plan.wholeBudget(ctx)
	defer cancel()
	var all sync.WaitGroup
	places := make(chan struct{}, maxSessions)
	for i, v := range p.visits {
		places <- struct{}{}
		plan := p.plan.within(ctx, p.turns(i))
		plan.User, plan.LoginPlan = "", LoginPlan{Auth: AuthAuto}
		all.Go(func() {
			v.run(ctx, newSession(plan))
			<-places
		})
	}
	all.Wait()
}

// turns is how many shares of the time are to be left when a visit begins.
func (p *pool) turns(visit int) int {
	rounds := (len(p.visits) - visit + maxSessions - 1) / maxSessions
	switch {
	case !p.plan.LogsIn():
		return rounds
	case p.plan.LoginAtEach:
		return rounds + len(p.visits)
	}
	return rounds + 1
}

// logIn visits the first address that works once more, or each of them, now with a
// login.
func (p *pool) logIn(ctx context.Context) {
	works := slices.DeleteFunc(slices.Clone(p.visits), func(v *visit) bool { return !v.record.report.Complete })
	if !p.plan.LogsIn() || len(works) == 0 {
		return
	}
	if !p.plan.LoginAtEach {
		works = works[:1]
	}
	proof := p.front.login.proof
	if err := proof.read(ctx); err != nil {
		p.front.record.find(p.plan.secretName(), err)
		return
	}
	defer proof.forget()
	ctx, cancel := p.plan.wholeBudget(ctx) // after the prompt, whose time does not count
	defer cancel()
	for i, v := range works {
		s := newSession(p.plan.within(ctx, len(works)-i))
		s.record.redactor, s.login.proof.password = p.front.record.redactor, proof.password
		v.run(ctx, s)
	}
	for _, v := range p.visits {
		v.record.hide(p.front.record.redactor)
	}
}

// within returns the plan of one of several sessions that share what is left of the
// budget.
func (p *Plan) within(ctx context.Context, several int) *Plan {
	one := *p
	if end, _ := ctx.Deadline(); several > 1 {
		one.Started = time.Now()
		share := max(end.Sub(one.Started), 0) / time.Duration(several)
		one.Budget = max(share.Round(10*time.Millisecond), time.Millisecond) // as it is said
	}
	one.NoSecondLook = true
	if p.CRL != nil {
		one.CRL = new(*p.CRL)
	}
	return &one
}

// A visit is an address of a pool, and the last session with it.
type visit struct {
	address netip.Addr
	front   *session
	record  *recorder
}

// run has a session with the address.
func (v *visit) run(ctx context.Context, s *session) {
	v.record = s.record
	before := s.record.goOn(v.front.record, netip.AddrPortFrom(v.address, s.plan.Port))
	s.link.addresses = []netip.Addr{v.address}
	if ctx.Err() != nil {
		s.record.find("connect", notReached(context.Cause(ctx)))
		return
	}
	err := fault.Guard(func() error {
		ctx, cancel := s.plan.wholeBudget(ctx)
		defer cancel()
		s.attend(ctx, phases[atConnect():], before)
		return nil
	})
	s.record.find("", err)
}

// notReached is the fault of an address for which no time was left.
func notReached(cause error) error {
	if f := fault.Of(cause); f.Within > 0 {
		return fault.New(f.Kind, "the address was not reached within %s", fault.Duration(f.Within))
	}
	return cause
}

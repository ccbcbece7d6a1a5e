package probe

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/transport"
)

// maxSessions is how many addresses have a session at the same time.
const maxSessions = 8

// maxVisits limits what DNS can make us do.
const maxVisits = 32

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

// find looks up the servers and their addresses, and reports whether there are any.
func (p *pool) find(ctx context.Context) bool {
	ctx, cancel := p.plan.wholeBudget(ctx)
	defer cancel()
	start := time.Now()
	p.front.record.report.Start = start
	err := p.front.run(ctx, phases[:atResolve()])
	p.front.record.report.Complete = false // there is more to come
	if err != nil {
		p.front.record.report.Time = new(time.Since(start))
		return false
	}
	if p.plan.SRV == nil {
		return p.findAddresses(ctx, p.front, 0)
	}
	targets := p.front.link.targets
	for i, target := range targets {
		p.findTarget(ctx, target, len(targets)-i)
	}
	return true
}

// findTarget looks up the addresses of one of several servers of a domain. If it has
// none, there is a visit that says why.
func (p *pool) findTarget(ctx context.Context, target resolve.Service, several int) {
	plan := p.share(ctx, p.plan, several+p.turns(len(p.visits))+1)
	ctx, cancel := plan.wholeBudget(ctx)
	defer cancel()
	plan.Host, plan.Port = target.Target, target.Port
	s := newSession(plan)
	before := s.record.goOn(p.front.record, fmt.Sprintf("%s:%d", target.Target, target.Port))
	s.link.use(target)
	if !p.findAddresses(ctx, s, before) {
		p.visits = append(p.visits, &visit{front: s, record: s.record})
	}
}

// findAddresses looks up the addresses of a server, and reports whether there are
// any. before is the time that was needed to find the server.
func (p *pool) findAddresses(ctx context.Context, front *session, before time.Duration) bool {
	start := time.Now()
	err := front.run(ctx, phases[atResolve():atConnect()])
	front.record.report.Complete = false
	if err == nil && !front.plan.byName() {
		err = front.link.resolve(ctx)
	}
	if err != nil {
		front.record.report.Time = new(before + time.Since(start))
		return false
	}
	all, leftOut := front.plan.routed(front.link.addresses)
	if front != p.front {
		p.front.record.leftOutOf(front.record)
	}
	p.front.record.leftOut(leftOut)
	for _, address := range all {
		p.add(&visit{address: netip.AddrPortFrom(address, front.plan.Port), front: front})
	}
	return true
}

// add adds a visit, unless the address is visited already, under another name.
func (p *pool) add(v *visit) {
	if !slices.ContainsFunc(p.visits, func(other *visit) bool { return other.address == v.address }) && len(p.visits) < maxVisits {
		p.visits = append(p.visits, v)
	}
}

// routed returns the addresses that are worth a visit. What this machine has a route
// to says nothing about what a proxy has.
func (p *Plan) routed(all []netip.Addr) ([]netip.Addr, []transport.LeftOut) {
	if p.Route.Proxy != nil {
		return all, nil
	}
	return transport.Routed(all, p.Port)
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
		if v.record != nil { // it has no address
			continue
		}
		places <- struct{}{}
		plan := p.share(ctx, v.front.plan, p.turns(i))
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
		s := newSession(p.share(ctx, v.front.plan, len(works)-i))
		s.record.redactor, s.login.proof.password = p.front.record.redactor, proof.password
		v.run(ctx, s)
	}
	for _, v := range p.visits {
		v.record.hide(p.front.record.redactor)
	}
}

// share returns the plan of one of several sessions that share what is left of the
// budget.
func (p *pool) share(ctx context.Context, plan *Plan, several int) *Plan {
	one := *plan
	one.Started, one.Budget = p.plan.Started, p.plan.Budget
	if end, _ := ctx.Deadline(); several > 1 {
		one.Started = time.Now()
		share := max(end.Sub(one.Started), 0) / time.Duration(several)
		one.Budget = max(share.Round(10*time.Millisecond), time.Millisecond) // as it is said
	}
	one.NoSecondLook = true
	if plan.CRL != nil {
		one.CRL = new(*plan.CRL)
	}
	return &one
}

// A visit is an address of a pool, and the last session with it.
type visit struct {
	address netip.AddrPort
	front   *session // with which the address was found
	record  *recorder
}

// run has a session with the address.
func (v *visit) run(ctx context.Context, s *session) {
	v.record = s.record
	before := s.record.goOn(v.front.record, v.address.String())
	s.link.addresses, s.link.proxies = []netip.Addr{v.address.Addr()}, v.front.link.proxies
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

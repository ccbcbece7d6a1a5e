package probe

import (
	"context"
	"errors"
	"slices"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

// A session is one check in progress.
type session struct {
	plan    *Plan
	record  *recorder
	link    *link
	login   *login
	mailbox *mailbox
	sender  *sender       // nil: nothing is sent, or without a login
	apart   time.Duration // spent in phases that are not part of the time
}

// Run checks the server once. It returns within the whole budget, or when ctx
// ends, with what was learned until then. The cause of ctx's end becomes a
// finding.
func Run(ctx context.Context, plan *Plan) *report.Report {
	if plan.EachAddress {
		return runPool(ctx, plan)
	}
	s := newSession(plan)
	s.record.clientCertificate(plan.TLS.Client)
	if err := plan.checkCleartext(); err != nil {
		s.record.find("login", err)
	} else if err := s.login.proof.read(ctx); err != nil {
		s.record.find(plan.secretName(), err)
	} else if err := s.readSender(ctx); err != nil {
		s.record.find("password", err)
	} else {
		s.visit(ctx)
	}
	return s.record.report
}

func newSession(plan *Plan) *session {
	record := newRecorder(plan.Target)
	record.dialogue = plan.Dialogue
	record.route(plan.Route)
	link := &link{plan: plan, record: record}
	box := &mailbox{plan: &plan.Mailbox, link: link, record: record}
	if plan.sends() {
		box.watch = &watch{plan: plan.Send, record: record}
	}
	return &session{
		plan: plan, record: record, link: link, mailbox: box,
		login: &login{plan: plan, proof: &proof{plan: plan, record: record}, link: link, record: record},
	}
}

// visit runs the phases within the whole budget, and leaves.
func (s *session) visit(ctx context.Context) {
	ctx, cancel := s.plan.wholeBudget(ctx)
	defer cancel()
	s.record.report.Start = time.Now()
	s.attend(ctx, phases, 0)
}

// attend runs phases, and leaves. before is the time of those that ran already.
func (s *session) attend(ctx context.Context, phases []phase, before time.Duration) {
	start := time.Now()
	err := s.run(ctx, phases)
	s.record.report.Time = new(before + time.Since(start) - s.apart)
	s.leave(ctx, err)
	s.remember(ctx)
	s.otherAddresses(ctx)
}

// run runs phases until one fails.
func (s *session) run(ctx context.Context, phases []phase) error {
	for _, p := range phases {
		if !s.wants(p) || !s.isReady(ctx, p) {
			continue
		}
		if s.link.noQuit && !p.beside {
			s.record.find(p.name, fault.New(fault.Usage, "not reached: the connection ends with a message that was read in part, see --retr-max"))
			continue
		}
		switch err := s.runPhase(ctx, p); {
		case err == nil:
		case p.beside:
			s.record.find(p.name, err)
		default:
			return s.fail(ctx, p.name, err)
		}
	}
	s.record.report.Complete = true
	return nil
}

// fail records why a phase failed. A handshake that may have failed for lack of a
// cipher suite is tried once more with more of them, on a second connection.
func (s *session) fail(ctx context.Context, phase string, err error) error {
	f := report.Finding{Phase: phase, Fault: s.faultOf(phase, err)}
	if s.hasNext(ctx, phase) {
		return s.next(ctx, f)
	}
	if s.link.wantsLegacy(f.Fault) {
		return s.again(ctx, f)
	}
	f = s.link.reason(s.link.resetAtOnce(f))
	f.Fault = s.link.orProxy(f.Fault)
	s.record.find(f.Phase, f.Fault)
	if f.Phase == "login" && f.Fault.Kind == fault.Auth && !errors.Is(err, errHeld) {
		s.login.refusal = err
	}
	return err
}

// again connects once more, and offers more in the handshake than the server
// refused. The phases that ran on the first connection count no more, except in
// the time of the check.
func (s *session) again(ctx context.Context, refusal report.Finding) error {
	s.link.offerLegacy(refusal)
	s.record.connectAgain(refusal.Fault)
	return s.run(ctx, phases[atConnect():])
}

// wants reports whether a phase has to run.
func (s *session) wants(p phase) bool {
	return p.in(s.plan) && !(p.needsMessage && s.mailbox.empty())
}

// isReady reports whether a phase has something to do, as far as only the phases
// before it could tell.
func (s *session) isReady(ctx context.Context, p phase) bool {
	if p.ready == nil {
		return true
	}
	start := time.Now()
	defer func() { s.apart += time.Since(start) }()
	return p.ready(s, ctx)
}

// fetchToken is not part of the time of the check: the mail server has no part in
// it.
func (s *session) fetchToken(ctx context.Context) error { return s.login.proof.fetchToken(ctx) }

// fetchTicket is not part of it either.
func (s *session) fetchTicket(ctx context.Context) error { return s.login.proof.fetchTicket(ctx) }

// pipeline sends the command of a phase and those of the phases after it in one
// write, as far as they are known already (RFC 2449, section 6.8). A phase whose
// command was sent early lasts from the end of the one before it.
func (s *session) pipeline(p phase) error {
	if p.command == "" || !s.link.pipelines() || s.link.pop.Pending() > 0 {
		return nil
	}
	var commands []pop3.Command
	first := slices.IndexFunc(phases, func(q phase) bool { return q.name == p.name })
	for _, next := range phases[first:] {
		if !s.wants(next) {
			continue
		}
		if next.command == "" {
			break
		}
		commands = append(commands, next.command)
	}
	if len(commands) < 2 {
		return nil
	}
	return s.link.pop.Pipeline(commands...)
}

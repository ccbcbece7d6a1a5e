package probe

import (
	"context"
	"errors"
	"os"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

// farewell is how long QUIT may take whose reply nobody awaits.
const farewell = 100 * time.Millisecond

// runPhase runs one phase within its own budget or what is left of the whole one,
// whichever is smaller, measures it and records it. If the phase failed only
// because the connection's deadline passed, runPhase returns the reason for the
// deadline.
func (s *session) runPhase(ctx context.Context, p phase) error {
	if err := s.prepare(ctx, p); err != nil {
		return err
	}
	budget, cutBy := p.budget(s.plan), ctx
	ctx, cancel := withBudget(ctx, budget)
	defer cancel()
	if !p.apart {
		cutBy = ctx
	}
	stop := func() bool { return true }
	if conn := s.link.conn; conn != nil {
		stop = context.AfterFunc(cutBy, func() { conn.SetDeadline(time.Unix(1, 0)) }) // has passed, so that nothing waits any more
	}
	lookout := s.lookOut(ctx, p)
	start := time.Now()
	err := fault.Guard(func() error {
		if err := s.pipeline(p); err != nil {
			return err
		}
		return p.work.run(s, ctx)
	})
	took := time.Since(start)
	cut := !stop()
	if isTimeout(err) && ctx.Err() != nil || err == nil && cut {
		err = withAnswer(context.Cause(ctx), err)
	}
	cancel()
	err = p.blame(s.lookBack(lookout, s.link.explain(p, err)))
	if p.apart {
		s.apart += took
	}
	s.record.report.Phases = append(s.record.report.Phases, report.Phase{Name: p.name, Time: took, Budget: min(budget, s.plan.Budgets[p.name]), Failed: err != nil})
	return err
}

// withAnswer adds to a time limit that ended a phase what had come of an answer by
// then, as the error of the phase tells it.
func withAnswer(limit, err error) error {
	part, begun := errors.AsType[*pop3.Unfinished](err)
	f, ok := errors.AsType[*fault.Error](limit)
	if !begun || !ok || f.Within == 0 {
		return limit
	}
	told := *f
	told.Problem, told.Text, told.Said = fault.StoppedShort, part.Text, part.Said
	return &told
}

// explain adds to a time limit that ended a phase what the connection knows about
// the silence, if it is the mail server that was silent.
func (l *link) explain(p phase, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Within == 0 || f.Who != "" || p.late != "" || l.conn == nil || l.plan.Route.Proxy != nil {
		return err
	}
	if explained := l.conn.Explain(f); f.Problem == "" || explained.Problem != "" {
		return explained
	}
	return f
}

// blame gives a time limit that ended a phase the kind of the phase: it is not the
// mail server that was silent.
func (p phase) blame(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Timeout || p.late == "" {
		return err
	}
	blamed := *f
	blamed.Kind = p.late
	return &blamed
}

// prepare does what comes before a phase.
func (s *session) prepare(ctx context.Context, p phase) error {
	if p.before == nil {
		return nil
	}
	start := time.Now()
	defer func() { s.apart += time.Since(start) }()
	return fault.Guard(func() error { return p.before(s, ctx) })
}

// budget returns the phase's own budget; 0 is none.
func (p phase) budget(plan *Plan) time.Duration {
	own := plan.Budgets[p.name]
	if p.maximum > 0 && (own == 0 || own > p.maximum) {
		return p.maximum
	}
	return own
}

// withBudget returns ctx with a budget; 0 is none.
func withBudget(ctx context.Context, budget time.Duration) (context.Context, context.CancelFunc) {
	if budget == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, budget, &fault.Error{Kind: fault.Timeout, Within: budget})
}

// isTimeout reports whether err says only that the time is up.
func isTimeout(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, context.Canceled)
}

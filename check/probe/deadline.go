package probe

import (
	"context"
	"errors"
	"os"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// past is a deadline that has passed: it ends whatever waits on a connection.
var past = time.Unix(1, 0)

// farewell bounds a QUIT whose answer nobody awaits.
const farewell = 100 * time.Millisecond

// run runs one phase within the smaller of its own budget and what is left of
// the whole one, measures it and writes it down. An error that is only the
// connection's deadline comes back as the reason why the time was up.
func (s *session) run(p phase) error {
	budget := p.budget(s.plan)
	ctx, cancel := within(s.ctx, budget)
	defer cancel()
	stop := func() bool { return true }
	if conn := s.conn; conn != nil {
		stop = context.AfterFunc(ctx, func() { conn.SetDeadline(past) })
	}
	start := time.Now()
	err := fault.Guard(func() error {
		if err := s.ahead(p); err != nil {
			return err
		}
		return p.run(s, ctx)
	})
	took := time.Since(start)
	cut := !stop()
	if late(err) && ctx.Err() != nil || err == nil && cut {
		err = context.Cause(ctx)
	}
	s.report.Phases = append(s.report.Phases, report.Phase{Name: p.name, Time: took, Budget: min(budget, s.plan.Budgets[p.name]), Failed: err != nil})
	return err
}

// budget is the phase's own; 0 is none.
func (p phase) budget(plan Plan) time.Duration {
	own := plan.Budgets[p.name]
	if p.most > 0 && (own == 0 || own > p.most) {
		return p.most
	}
	return own
}

// within gives ctx a budget of its own; 0 is none.
func within(ctx context.Context, budget time.Duration) (context.Context, context.CancelFunc) {
	if budget == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, budget, &fault.Error{Kind: fault.Timeout, Within: budget})
}

// late says whether err is nothing but time that is up.
func late(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, context.Canceled)
}

package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
	"check_pop3x/check/submit"
)

// A sender is who logs in to the submission server: the user of the mailbox, or
// another one with a password.
type sender struct {
	needs  sasl.Need
	secret string
	source string // where it came from
}

// readSender reads the password that is for sending only.
func (s *session) readSender(ctx context.Context) (err error) {
	if !s.plan.sends() || s.plan.Send.Secret == nil {
		return nil
	}
	ctx, cancel := s.plan.wholeBudget(ctx)
	defer cancel()
	source := s.plan.Send.Secret
	s.sender = &sender{needs: sasl.Password, source: source.Name}
	s.sender.secret, err = source.Read(ctx)
	s.record.redactor.Add(s.sender.secret)
	return err
}

// keepSender keeps what logs in to the mailbox, if it is to send as well.
func (s *session) keepSender(way Way) {
	if !s.plan.sends() || s.sender != nil || s.plan.Send.Security == report.Clear {
		return
	}
	proof := s.login.proof
	s.sender = &sender{needs: s.plan.has(), source: proof.source(way), secret: cmp.Or(proof.token, proof.password)}
}

// logIn logs in by the best mechanism that the server offers, which is always over
// TLS. A login that was refused too often waits, as that to the mailbox does.
func (m *mailer) logIn(ctx context.Context) error {
	mechanism, err := m.choose()
	if err != nil {
		return err
	}
	m.report.User, m.report.Mechanism, m.report.Source = fault.Clean(m.plan.User), mechanism.Name, fault.Clean(m.sender.source)
	if err := m.recall(ctx); err != nil {
		return err
	}
	client, err := mechanism.New(sasl.Credentials{
		User: m.plan.User, Secret: m.sender.secret, Host: m.plan.Host, Port: m.plan.Port, MinIterations: m.link.plan.MinIterations,
	})
	if err != nil {
		return err
	}
	err = m.smtp.Auth(mechanism.Name, exchange{client, m.link.conn, m.link.record, ctx})
	m.remember(ctx, err)
	return err
}

// choose returns the best mechanism.
func (m *mailer) choose() (sasl.Mechanism, error) {
	offered := m.smtp.Mechanisms()
	for _, one := range sasl.Mechanisms() {
		if one.Needs == m.sender.needs && !one.Bound && !one.ByName && slices.Contains(offered, one.Name) {
			return one, nil
		}
	}
	f := fault.New(fault.Send, "the submission server offers no login").Because(fault.SendNoLogin)
	if len(offered) > 0 {
		f.Text = "the submission server has no login for this check, only " + fault.JoinFirst(offered)
	}
	return sasl.Mechanism{}, f
}

// recall fails if the same secret was refused too often lately.
func (m *mailer) recall(ctx context.Context) error {
	if m.plan.Refusals == nil {
		return nil
	}
	known, err := m.plan.Refusals.Recall(ctx, m.sender.secret, time.Now())
	if err != nil || !known.Held {
		return nil // it is tried, as that to the mailbox is
	}
	known.Fault.Kind = fault.Send
	known.Fault.Text += fmt.Sprintf(", %d times, next try in %s", known.Count, fault.Age(time.Until(known.Next).Round(time.Second)))
	return known.Fault
}

// remember keeps for later runs what the server thought of the secret.
func (m *mailer) remember(ctx context.Context, err error) {
	refusal, refused := errors.AsType[*submit.Refusal](err)
	switch r := m.plan.Refusals; {
	case r == nil:
	case err == nil:
		_ = r.Forget(ctx)
	case refused && refusal.Fault().Problem == fault.SendLogin:
		_, _ = r.Add(ctx, m.refused(refusal), time.Now())
	}
}

// refused is the fault of a refusal, which names the user if it is about the login.
func (m *mailer) refused(refusal *submit.Refusal) *fault.Error {
	f := refusal.Fault()
	f.Said = m.link.record.said(f.Said)
	if f.Problem == fault.SendLogin {
		f.Text = fmt.Sprintf("the submission server refused %s (%s)", m.report.User, strings.Join(nonEmpty(m.report.Mechanism, m.report.Source), ", "))
	}
	return f
}

func nonEmpty(words ...string) []string {
	return slices.DeleteFunc(words, func(word string) bool { return word == "" })
}

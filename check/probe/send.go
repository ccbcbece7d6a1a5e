package probe

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/loop"
	"check_pop3x/check/report"
	"check_pop3x/check/submit"
	"check_pop3x/check/transport"
)

// A Submission is how the next probe is sent.
type Submission struct {
	report.Target // the submission server; STLS is STARTTLS
	TLS           transport.TLS
	Secret        *credential.Source   // of User; nil: what logs in to the mailbox
	Refusals      *credential.Refusals // of this login in earlier runs; nil: they are not counted

	From, To, Subject string
	Sender            string        // the name of this host
	Every             time.Duration // that is between two probes; 0: each run sends one
	Record            *loop.Record
	Delete            bool // old probes are deleted
}

func (p *Plan) sends() bool { return p.Send != nil && p.LogsIn() }

// isDue reports whether it is time to send the next probe. Nothing is sent that
// nobody could look for.
func (s *session) isDue(ctx context.Context) bool {
	w, plan := s.mailbox.watch, s.plan.Send
	switch {
	case !w.see(ctx):
		return false
	case w.state.Due(time.Now(), plan.Every):
		return true
	}
	s.record.sendLater(plan.server(), w.state.Tried.Add(plan.Every))
	return false
}

// send sends the next probe. The session with the mail server goes on meanwhile, and
// has to be ended in time. What the phase finds stands beside what the session has
// shown.
func (s *session) send(ctx context.Context) error {
	ctx, cancel := s.plan.untilQuit(ctx)
	defer cancel()
	m := newMailer(s.plan, s.record, s.sender)
	s.record.send(m.report)
	err := m.blame(ctx, m.run(ctx))
	if err != nil && m.report.ID != "" {
		s.doubt(ctx, m.report.ID)
	}
	m.leave()
	s.record.sent(m.link.record)
	return err
}

// doubt keeps that a probe may be on its way, though the time of its phase may be up.
// If that fails, it counts as one that is.
func (s *session) doubt(ctx context.Context, id string) {
	ctx, cancel := s.plan.wholeBudget(context.WithoutCancel(ctx))
	defer cancel()
	_ = s.plan.Send.Record.Doubt(ctx, id)
}

// untilQuit returns a context that leaves time for QUIT, if there is much.
func (p *Plan) untilQuit(ctx context.Context) (context.Context, context.CancelFunc) {
	left := time.Until(p.Started.Add(p.Budget))
	left = max(left-quit.maximum, left/2).Round(10 * time.Millisecond)
	return context.WithTimeoutCause(ctx, left, &fault.Error{Kind: fault.Send, Within: left})
}

// A mailer sends one probe, on a link of its own.
type mailer struct {
	plan   *Submission
	link   *link // to the submission server
	sender *sender
	smtp   *submit.Session
	key    loop.Key
	report *report.Send
}

// newMailer returns a mailer whose link has the way of the check to another server.
func newMailer(plan *Plan, record *recorder, sender *sender) *mailer {
	there := *plan
	there.Target, there.TLS = plan.Send.Target, plan.Send.TLS
	there.TLS.Client, there.Route.Socket, there.Route.Header = plan.TLS.Client, "", 0
	there.SRV, there.DANE = nil, nil
	own := newRecorder(there.Target)
	own.redactor, own.dialogue = record.redactor, record.dialogue
	return &mailer{
		plan: plan.Send, link: &link{plan: &there, record: own}, sender: sender,
		report: &report.Send{Server: plan.Send.server(), From: fault.Clean(plan.Send.From), To: fault.Clean(plan.Send.To)},
	}
}

// run goes through the parts until one fails.
func (m *mailer) run(ctx context.Context) (err error) {
	if m.key, err = m.plan.Record.Key(ctx); err != nil {
		return unrecorded(err)
	}
	for _, part := range []struct {
		name string
		in   bool
		do   func(context.Context) error
	}{
		{"connect", true, m.connect},
		{"tls", m.plan.Security == report.TLSFirst, m.link.handshake},
		{"greeting", true, m.greet},
		{"tls", m.plan.Security == report.STLS, m.startTLS},
		{"login", m.plan.Security != report.Clear, m.logIn},
		{"data", true, m.data},
	} {
		if !part.in {
			continue
		}
		start := time.Now()
		err := part.do(ctx)
		m.report.Parts = append(m.report.Parts, report.Part{Name: part.name, Time: time.Since(start)})
		if err != nil {
			return err
		}
	}
	return nil
}

// connect connects to the server, by a proxy if one leads there.
func (m *mailer) connect(ctx context.Context) error {
	l := m.link
	if l.plan.byName() {
		if err := l.resolve(ctx); err != nil {
			return err
		}
	}
	if err := l.connect(ctx); err != nil {
		return err
	}
	conn := l.conn
	context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	if l.plan.usesProxy() {
		if err := l.proxy(ctx); err != nil {
			return err
		}
	}
	m.smtp = submit.New(conn, l.record.line)
	return nil
}

func (m *mailer) greet(context.Context) error {
	if err := m.smtp.Greet(); err != nil {
		return err
	}
	return m.smtp.Hello(m.name())
}

// startTLS switches to TLS, which is required: nothing falls back.
func (m *mailer) startTLS(ctx context.Context) error {
	if err := m.smtp.StartTLS(); err != nil {
		return err
	}
	if err := m.link.handshake(ctx); err != nil {
		return err
	}
	return m.smtp.UnderTLS(m.name())
}

// name is how we call ourselves: by the address that we connect from (RFC 5321,
// section 4.1.3). Few hosts know a name of theirs that others can look up.
func (m *mailer) name() string {
	a := m.link.conn.Local().WithZone("")
	if a.Is4() {
		return "[" + a.String() + "]"
	}
	return "[IPv6:" + a.String() + "]"
}

// data sends the probe. It is out from right before its last line on.
func (m *mailer) data(ctx context.Context) error {
	p := loop.NewProbe(time.Now())
	mail := submit.Message{From: m.plan.From, To: m.plan.To, Subject: m.plan.Subject, ID: p.ID, Date: p.Sent, Sender: m.plan.Sender}.Mail()
	mail.Text = m.key.Sign(p, mail.Text)
	answer, err := m.smtp.Send(mail, func() error {
		m.report.ID = p.ID
		return unrecorded(m.plan.Record.Send(ctx, p))
	})
	m.report.Answer = m.link.record.said(answer)
	if _, refused := errors.AsType[*submit.Refusal](err); refused && m.report.ID != "" {
		m.report.ID = ""
		m.link.record.find("send", unrecorded(m.plan.Record.TakeBack(ctx, p)))
	}
	return err
}

// unrecorded is why the state directory cannot be used; nil is no error.
func unrecorded(err error) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Within > 0 {
		return fault.Of(fault.From(f, "the state directory")).Because(fault.SendUnrecorded)
	} else if ok {
		return f
	}
	return fault.New(fault.Usage, "the mail is not sent, as it cannot be recorded: %v", err).Because(fault.SendUnrecorded)
}

// leave leaves the server. Nobody waits for its answer to QUIT.
func (m *mailer) leave() {
	if m.smtp != nil {
		m.smtp.Quit()
	}
	if m.link.conn != nil {
		m.link.conn.CloseNotify()
	}
}

// server is the submission server as people write it.
func (p *Submission) server() string {
	return fault.Clean(net.JoinHostPort(p.Host, strconv.Itoa(int(p.Port))))
}

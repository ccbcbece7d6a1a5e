package probe

import (
	"context"
	"errors"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/submit"
)

// sendProblems are the problems that have another remedy if it is the submission
// server that has them. "" stands for no problem, besides the kind.
var sendProblems = []struct {
	kind    fault.Kind
	problem fault.Problem // "": none
	there   fault.Problem
}{
	{fault.DNS, fault.UnknownHost, fault.SendUnknownHost},
	{fault.DNS, fault.ShortHost, fault.SendUnknownHost},
	{fault.DNS, fault.NoAddress, fault.SendUnknownHost},
	{fault.Refused, "", fault.SendUnheard},
	{fault.TLS, fault.SpeaksSMTP, fault.SendInPlain},
	{fault.TLS, fault.SpeaksFTP, fault.NotSMTP},
	{fault.TLS, fault.SpeaksIMAP, fault.NotSMTP},
	{fault.TLS, fault.SpeaksHTTP, fault.NotSMTP},
	{fault.TLS, fault.SpeaksSSH, fault.NotSMTP},
	{fault.TLS, fault.InClear, fault.NotSMTP},
	{fault.TLS, fault.UnknownName, ""},
	{fault.TLS, fault.Unanswered, fault.SendClosed},
	{fault.TLS, fault.UnansweredAll, fault.SendClosed},
	{fault.TLS, fault.ResetAtOffer, fault.SendClosed},
	{fault.TLS, fault.ResetAtAnyOffer, fault.SendClosed},
	{fault.Proxy, fault.ProxyServerRefused, fault.SendUnheard},
	{fault.Proxy, fault.ProxyForbids, fault.SendForbidden},
	{fault.Certificate, fault.NotPinned, fault.SendNotPinned},
	{fault.Certificate, fault.WrongName, fault.SendWrongName},
	{fault.Certificate, fault.OtherServer, fault.SendWrongName},
}

// blame returns the fault of a probe that was not sent, or of which nobody knows.
// What is wrong with the submission server is of one kind, so that nobody takes it
// for the mail server.
func (m *mailer) blame(ctx context.Context, err error) error {
	if refusal, ok := errors.AsType[*submit.Refusal](err); ok {
		return m.refused(refusal)
	}
	if isTimeout(err) && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	switch f.Kind {
	case fault.Usage, fault.Interrupted, fault.Internal, fault.Send, fault.Deferred:
		if f.Within == 0 {
			return f
		}
	}
	return m.there(f)
}

// there is a fault of the connection, or of a time limit, as one of the submission
// server.
func (m *mailer) there(f *fault.Error) *fault.Error {
	told := *f
	told.Kind, told.Text = fault.Send, strings.Replace(f.Text, "the server", "the submission server", 1)
	for _, row := range sendProblems {
		if row.kind == f.Kind && row.problem == f.Problem {
			told.Problem = row.there
		}
	}
	if f.Within > 0 && f.Problem == "" {
		told.Problem = fault.SendSilent
		if f.Who == "" {
			told.Who, told.Text = m.plan.server(), m.progress()
		}
		if m.smtp != nil && m.smtp.Asked() != submit.Greeting {
			told.Problem = fault.SendSlow
		}
	}
	return &told
}

// progress is what was done last, before the time was up; "" if there was no
// connection yet.
func (m *mailer) progress() string {
	switch {
	case m.smtp == nil:
		return ""
	case m.report.ID != "":
		return "after the mail, which may be on its way"
	case m.smtp.Asked() == submit.Greeting:
		return "without a greeting"
	}
	return "after " + m.smtp.Asked()
}

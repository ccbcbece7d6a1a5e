package probe

import (
	"context"
	"errors"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

func (s *session) greeting(context.Context) error {
	text, err := s.pop.Greeting()
	if err != nil {
		return err
	}
	s.report.Greeting = new(s.hide.Keep(text))
	s.stamp, s.stamps = pop3.Timestamp(text)
	s.expect("+OK " + text)
	return nil
}

// expect looks for one of the wanted texts in the greeting. The session goes on
// without it: there may be more to find.
func (s *session) expect(line string) {
	for _, want := range s.plan.Expect {
		if strings.Contains(line, want) {
			return
		}
	}
	if wanted := s.plan.Expect; len(wanted) > 0 {
		s.find("greeting", &fault.Error{Kind: fault.Mismatch, Said: line, Text: "does not contain " + quoteAll(wanted)})
	}
}

func quoteAll(texts []string) string { return `"` + strings.Join(texts, `" or "`) + `"` }

// capa asks for capabilities. A server without CAPA is fine (RFC 2449 is an
// extension), so a refusal is no fault.
func (s *session) capa(context.Context) error {
	_, err := s.askCapa()
	return err
}

// askCapa asks, and returns a refusal.
func (s *session) askCapa() (refused *pop3.Error, err error) {
	capas, err := s.pop.Capa()
	if refused, ok := errors.AsType[*pop3.Error](err); ok && !refused.Unsolicited {
		return refused, nil
	}
	if err != nil {
		return nil, err
	}
	s.capas = capas
	kept := make([]string, len(capas))
	for i, c := range capas {
		kept[i] = s.hide.Keep(c)
	}
	s.report.Capabilities = kept
	return nil, nil
}

func (s *session) wantsSTLS() bool { return s.plan.Security == report.STLS }

// stls goes over to TLS and asks for the capabilities again: the ones from
// before count no more (RFC 2595, section 4).
func (s *session) stls(ctx context.Context) error {
	if !s.capas.Has("STLS") {
		return fault.New(fault.STLS, "STLS is not offered")
	}
	s.cleartextOffered()
	s.upgrading = true
	if err := s.pop.STLS(); err != nil {
		return err
	}
	s.report.BeforeTLS, s.report.Capabilities = s.report.Capabilities, nil
	if err := s.handshake(ctx); err != nil {
		return err
	}
	refused, err := s.askCapa()
	if refused != nil {
		err = s.lastWord(ctx, refused)
	}
	s.report.UnderTLS = s.report.Capabilities
	return err
}

// lastWord waits a moment for a server to hang up that knew CAPA before TLS and
// refuses it now: then its -ERR was not for CAPA, which it crossed, but for us
// (nginx says so to a client without a good certificate).
func (s *session) lastWord(ctx context.Context, refused *pop3.Error) error {
	s.conn.SetDeadline(time.Now().Add(farewell))
	n, err := s.conn.Read(make([]byte, 1))
	s.conn.SetDeadline(time.Time{})
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case n > 0:
		return fault.New(fault.Protocol, "more than one answer to CAPA")
	case late(err):
		return nil
	}
	refused.Unsolicited = true
	return refused
}

// cleartextOffered notes a login that the server would take in clear.
func (s *session) cleartextOffered() {
	offered := []string{}
	if s.capas.Has("USER") {
		offered = append(offered, "USER")
	}
	for _, mechanism := range []string{"PLAIN", "LOGIN"} {
		if s.capas.Has("SASL", mechanism) {
			offered = append(offered, mechanism)
		}
	}
	if len(offered) > 0 {
		s.find("capa", fault.New(fault.CleartextOffered, "the server offers %s before TLS", strings.Join(offered, ", ")))
	}
}

// quit says good-bye. The close alert of TLS spares the server a log entry.
func (s *session) quit(context.Context) error {
	err := s.pop.Quit()
	s.conn.CloseNotify()
	return err
}

// leave ends the session after err. One that is in step says QUIT; one that is
// not is cut, and so is one that must not be ended by QUIT, whatever err is.
func (s *session) leave(err error) {
	if s.conn == nil {
		return
	}
	defer s.conn.Close()
	switch {
	case s.cut:
	case err == nil:
		_ = s.run(quit)
	case s.inStep(err):
		s.conn.SetDeadline(time.Now().Add(farewell))
		s.pop.SendQuit()
	}
}

// inStep says whether the server still waits for a command after err: it
// refused the last one, or the plugin chose to send none.
func (s *session) inStep(err error) bool {
	if refused, ok := errors.AsType[*pop3.Error](err); ok {
		return !refused.Unsolicited
	}
	f := fault.Of(err)
	switch f.Kind {
	case fault.Mechanism, fault.TLSRequired, fault.Cleartext, fault.Usage, fault.Token:
		return true
	case fault.STLS:
		return !s.upgrading
	}
	return false
}

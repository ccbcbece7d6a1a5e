package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
	"check_pop3x/check/transport"
)

// A login opens the mailbox.
type login struct {
	plan   *Plan
	proof  *proof
	link   *link
	record *recorder
	token  int // octets of the access token that was used; 0: none

	accepted bool  // the server has let the user in
	refusal  error // of the credentials by the server; nil: none
}

// logIn logs in. A refusal is final: another try with another mechanism would
// count as a failed login.
func (s *session) logIn(ctx context.Context) error {
	defer s.login.proof.forget()
	way, err := s.login.choose()
	if err != nil {
		return err
	}
	s.login.announce(way)
	s.keepSender(way)
	if way.Needs == sasl.Token {
		s.login.token = len(s.login.proof.token)
	}
	if err := s.login.speakUTF8(); err != nil {
		return err
	}
	err = way.run(ctx, s.login)
	s.login.accepted = err == nil
	return err
}

// announce records how the user is logged in.
func (l *login) announce(w Way) {
	l.record.report.Login = &report.Login{
		User: fault.Clean(l.plan.User), Mechanism: w.Name, Source: fault.Clean(l.proof.source(w)), Token: w.Needs == sasl.Token,
	}
	if w.Needs == sasl.Ticket {
		l.record.report.Login.User = fault.Clean(l.plan.Ticket.Client())
	}
}

// maxExchangeToken is how long a token may be for Exchange Online, in octets. It
// refuses longer ones in the words for a wrong syntax (jstedfast/MailKit#1948).
const maxExchangeToken = 4096

// explain adds to a refusal what the way of the login tells about it. A timestamp
// in the greeting does not say that the user has a secret for APOP.
func (l *login) explain(f *fault.Error) {
	chosen := l.plan.Auth == AuthAuto && l.record.report.Login.Mechanism == "APOP"
	switch {
	case chosen && f.Kind == fault.Auth && f.Problem == "":
		f.Kind, f.Problem = fault.Mechanism, fault.APOPRefused
	case f.Problem == fault.SyntaxRefused && l.token > 0:
		f.Text = fmt.Sprintf("the server does not understand %s with a token of %d octets", l.record.report.Login.Mechanism, l.token)
		if l.token > maxExchangeToken && l.link.offer.exchange() {
			f.Problem = fault.LongToken
		}
	}
}

// speakUTF8 switches to UTF-8 if the server offers it and anything may need it: a
// server may hide headers with other characters than ASCII from clients that do not
// ask for them (RFC 6856, section 2.1).
func (l *login) speakUTF8() error {
	reads := l.plan.readsHeaders() || l.plan.Mailbox.Has("retr")
	if !l.link.offer.capabilities.Has("UTF8") || !reads && isASCII(l.plan.User+l.proof.password) {
		return nil
	}
	return l.link.pop.UTF8(l.link.pipelines())
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

// choose returns the best way that the server offers. Ways that would send the
// secret unencrypted against the user's will are skipped.
func (l *login) choose() (Way, error) {
	skipped := false
	for _, w := range l.plan.candidates() {
		switch {
		case !l.offered(w):
		case w.needsTLS() && l.plan.exposed():
			skipped = true
		default:
			return w, l.checkBinding(w)
		}
	}
	if skipped {
		return Way{}, l.plan.cleartextFault()
	}
	return Way{}, l.nothingInCommon()
}

// offered reports whether the server offers a way. A mechanism that the user
// named is tried on a server without CAPA, too.
func (l *login) offered(w Way) bool {
	offer := l.link.offer
	return w.offered(offer) || w.New != nil && offer.capabilities == nil && l.plan.Auth != AuthAuto
}

// credentials returns what a mechanism may use.
func (l *login) credentials(m sasl.Mechanism) sasl.Credentials {
	c := l.proof.credentials(m)
	if wanted, binds := l.plan.binds(m); binds && l.link.facts != nil {
		c.Binding.Type, c.Binding.Data = transport.Binding(&l.link.facts.State, wanted)
	}
	return c
}

// binds reports whether a login is bound to the channel, and to what of it; "" is
// the usual. That by a ticket is only if the user says to what: Exchange may want
// tls-server-end-point, and Cyrus refuses what does not fit its own.
func (p *Plan) binds(m sasl.Mechanism) (wanted string, binds bool) {
	switch {
	case m.Needs == sasl.Ticket:
		return p.Binding, p.Binding != ""
	case m.Relayable:
		return transport.TLSServerEndPoint, true
	}
	return p.Binding, m.Bound
}

// checkBinding fails if the way needs a channel binding that this TLS session does
// not have.
func (l *login) checkBinding(w Way) error {
	c := l.credentials(w.Mechanism)
	if !w.Bound && l.plan.Binding == "" || len(c.Binding.Data) > 0 {
		return nil
	}
	return fault.New(fault.Mechanism, "this TLS session has no %s to bind the login to", c.Binding.Type).Because(fault.NoBinding)
}

// nothingInCommon returns why there is no way to log in. A server that offers
// STLS may offer more after it.
func (l *login) nothingInCommon() error {
	offer, auth := l.link.offer, l.plan.Auth
	mechanisms, _ := offer.capabilities.Get("SASL")
	switch {
	case auth == AuthAPOP && offer.malformed:
		return fault.New(fault.Protocol, "the timestamp in the greeting is malformed, so APOP would not be safe")
	case auth == AuthAPOP:
		return fault.New(fault.Mechanism, "the server does not offer APOP: its greeting has no timestamp").Because(fault.NotOffered)
	case l.plan.Security == report.Clear && offer.capabilities.Has("STLS"):
		return fault.New(fault.TLSRequired, "the server offers no login without TLS")
	case len(mechanisms) == 0 && !offer.user():
		return fault.New(fault.Mechanism, "the server offers no way to log in")
	case !offer.user() && onlyHas(mechanisms, "DIGEST-MD5"):
		return fault.New(fault.Mechanism, "the server offers DIGEST-MD5 only, which is historic (RFC 6331) and left out here").Because(fault.OnlyHistoric)
	case auth != AuthAuto:
		return fault.New(fault.Mechanism, "the server does not offer %s", strings.ToUpper(auth)).Because(l.instead())
	case l.plan.Token != nil:
		return fault.New(fault.Mechanism, "the server offers no login with an access token")
	case l.plan.Ticket != nil:
		return fault.New(fault.Mechanism, "the server offers no login with a Kerberos ticket")
	}
	switch other := l.instead(); other {
	case fault.NeedsName:
		return fault.New(fault.Mechanism, "auto chooses none of the logins that the server offers").Because(other)
	case fault.NeedsToken, fault.NeedsTicket:
		return fault.New(fault.Mechanism, "the server offers no login with a password that this check has").Because(other)
	}
	return fault.New(fault.Mechanism, "the server offers no login that this check can use")
}

func onlyHas(words []string, only string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.EqualFold(word, only) })
}

// instead names the problem by what the server offers: a login that auto chooses,
// one that has to be named, or one with an access token. It returns "" if this
// check has none of them.
func (l *login) instead() (problem fault.Problem) {
	for w := range ways {
		switch {
		case !w.offered(l.link.offer) || l.plan.Authzid != "" && !w.Authzid:
		case w.Needs == l.plan.has() && !w.Bound && !w.ByName:
			return fault.NotOffered
		case w.Needs == l.plan.has():
			problem = fault.NeedsName
		case w.Needs == sasl.Token && l.plan.has() == sasl.Password && problem == "":
			problem = fault.NeedsToken
		case w.Needs == sasl.Ticket && l.plan.has() == sasl.Password && problem == "":
			problem = fault.NeedsTicket
		}
	}
	return problem
}

// userPass logs in by USER and PASS (RFC 1939, section 7). A server that hangs up
// at USER without TLS wants TLS first.
func (l *login) userPass(context.Context) error {
	err := l.link.pop.User(l.plan.User)
	if err == nil {
		return l.link.pop.Pass(l.proof.password)
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Closed && !errors.Is(err, pop3.ErrUnsent) && l.plan.Security == report.Clear {
		return &fault.Error{Kind: fault.TLSRequired, Text: "the connection ended right after USER", Err: err}
	}
	return err
}

// apop logs in by a digest of the greeting's timestamp and the password.
func (l *login) apop(context.Context) error {
	digest := pop3.Digest(l.link.offer.timestamp, l.proof.password)
	l.record.redactor.AddDigests(digest)
	return l.link.pop.APOP(l.plan.User, digest)
}

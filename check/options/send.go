package options

import (
	"net/netip"
	"os"
	"strconv"
	"strings"
	"unicode"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/loop"
	"check_pop3x/check/probe"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/verdict"
)

// Send says how mails are sent to the mailbox, so that later runs see whether they
// arrive.
type Send struct {
	Via              text  `unquote:"false" long:"send-via" value-name:"HOST[:PORT]" excludes:"addresses" restricted:"sends mail"`
	TLS              bool  `long:"send-tls" needs:"send-via" excludes:"send-clear" restricted:"changes how mail is sent"`
	Clear            bool  `long:"send-clear" needs:"send-via" excludes:"send-user,send-password-file" restricted:"changes how mail is sent"`
	User             text  `unquote:"false" long:"send-user" value-name:"NAME" needs:"send-via" restricted:"names a user"`
	PasswordFile     text  `unquote:"false" long:"send-password-file" value-name:"FILE" needs:"send-via" secret-file:"yes" restricted:"names a file"`
	From             text  `unquote:"false" long:"send-from" value-name:"ADDRESS" needs:"send-via" restricted:"says who gets mail"`
	To               text  `unquote:"false" long:"send-to" value-name:"ADDRESS" needs:"send-via" restricted:"says who gets mail"`
	Subject          text  `unquote:"false" long:"send-subject" value-name:"TEXT" needs:"send-via" restricted:"says what is sent"`
	DeliveryWarning  *text `unquote:"false" long:"delivery-warning" value-name:"RANGE" needs:"send-via"`
	DeliveryCritical *text `unquote:"false" long:"delivery-critical" value-name:"RANGE" needs:"send-via"`
	DeleteProbes     bool  `long:"delete-probes" needs:"send-via,state-dir" restricted:"deletes messages"`
	Every            text  `unquote:"false" long:"send-every" value-name:"DURATION" needs:"send-via" restricted:"may send more mail"`
}

// The usual ports: that of submission (RFC 6409), that with TLS from the first byte
// (RFC 8314), and that of a relay.
const (
	submissionPort = 587
	submissionsTLS = 465
	relayPort      = 25
)

// plan returns how the next probe is sent; nil is not at all.
func (o Send) plan(p probe.Plan, login Login, tls TLS, dir string) (*probe.Submission, error) {
	if o.Via == "" {
		return nil, nil
	}
	s, err := o.mail(p.User)
	if err != nil {
		return nil, err
	}
	if s.Target, err = o.target(); err != nil {
		return nil, err
	}
	if err = ofFamily(s.Host, p); err != nil {
		return nil, err
	}
	if s.User = p.User; o.User != "" {
		s.User = string(o.User)
	}
	if s.TLS, err = (TLS{CAFile: tls.CAFile, Insecure: tls.Insecure, Pin: tls.Pin, Min: tls.Min}).plan(s.Host, ""); err != nil {
		return nil, err
	}
	switch {
	case o.Clear:
	case o.PasswordFile != "":
		s.Secret = credential.File(string(o.PasswordFile))
	case p.Ticket != nil:
		return nil, about("--send-via needs --send-password-file FILE, as a Kerberos ticket is for the mailbox only", "send-via")
	}
	s.Delete = o.DeleteProbes
	s.Record = loop.NewRecord(dir, strings.ToLower(p.Host), strconv.Itoa(int(p.Port)), p.User, s.To)
	s.Refusals, err = login.refusals(probe.Plan{Target: s.Target, LoginPlan: probe.LoginPlan{Secret: p.Secret}}, dir)
	return s, err
}

// ofFamily refuses an address that -4, -6 or --source exclude.
func ofFamily(host string, p probe.Plan) error {
	a, err := netip.ParseAddr(host)
	if err != nil {
		return nil // a name may have addresses of both
	}
	is4, source := a.Unmap().Is4(), p.Route.Source
	switch {
	case p.Family == resolve.IPv4 && !is4 || p.Family == resolve.IPv6 && is4:
		return about("--send-via: "+a.String()+" is not of the family that -4 or -6 asks for: drop that, or give an address of it", "send-via")
	case source.IsValid() && source.Is4() != is4:
		return about("--send-via "+a.String()+" and --source "+source.String()+" are not of one family: give --send-via an address of the other", "send-via", "source")
	}
	return nil
}

// target returns the submission server.
func (o Send) target() (t report.Target, err error) {
	t.Security, t.Port = report.STLS, submissionPort
	switch {
	case o.TLS:
		t.Security, t.Port = report.TLSFirst, submissionsTLS
	case o.Clear:
		t.Security, t.Port = report.Clear, relayPort
	}
	typed := strings.TrimSpace(string(o.Via))
	if _, rest, found := strings.Cut(typed, "://"); found {
		return t, refuse("send-via", "%q is a URL, type --send-via %s", typed, strings.TrimRight(rest, "/"))
	}
	host := withoutBrackets(typed)
	if _, err := netip.ParseAddr(host); err != nil {
		if name, port, found := splitPort(host); found {
			n, err := strconv.ParseUint(port, 10, 16)
			if err != nil || n == 0 {
				return t, refuse("send-via", "%q is not a port, type a number from 1 to 65535", port)
			}
			host, t.Port = name, uint16(n)
		}
	}
	t.Host, err = asciiName("send-via", host)
	return t, err
}

// mail returns the mail: from whom to whom it goes, how often, and what is written
// on it.
func (o Send) mail(user string) (s *probe.Submission, err error) {
	s = &probe.Submission{From: string(o.From), To: string(o.To), Subject: string(o.Subject), Sender: hostName()}
	if s.Every, err = verdict.ParsePause(string(o.Every)); err != nil {
		return s, refuse("send-every", "%v, type for example 15m, or 0 for each run", err)
	}
	if strings.ContainsFunc(s.Subject, unicode.IsControl) || len(s.Subject) > maxSubject {
		return s, refuse("send-subject", "a subject has no line ends or other control characters, and at most %d octets", maxSubject)
	}
	for _, a := range []struct {
		option string
		field  *string
	}{{"send-to", &s.To}, {"send-from", &s.From}} {
		if *a.field != "" && !isAddress(*a.field) {
			return s, refuse(a.option, "%q is not an address, type for example check@example.org", *a.field)
		}
	}
	switch {
	case s.To == "" && isAddress(user):
		s.To = user
	case s.To == "":
		return s, about("--send-via needs --send-to ADDRESS, that of the mailbox, as its user's name is not one", "send-via")
	}
	switch {
	case s.From == "" && isAddress(string(o.User)):
		s.From = string(o.User)
	case s.From == "":
		s.From = s.To
	}
	if strings.ContainsAny(string(o.User), "\r\n\x00") {
		return s, refuse("send-user", "a name with CR, LF or NUL cannot be sent")
	}
	return s, nil
}

// The bounds of what is written on a mail, in octets: that of a path (RFC 5321,
// section 4.5.3.1.3) without its brackets, and one of our own.
const (
	maxAddress = 254
	maxSubject = 200
)

// isAddress reports whether text is the address of a mailbox as most are, without
// quotes or comments (RFC 5321, section 4.1.2).
func isAddress(text string) bool {
	local, domain, found := strings.Cut(text, "@")
	odd := strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`<>()[]\,;:"`, r)
	})
	return found && local != "" && domain != "" && !odd && !strings.Contains(domain, "@") && len(text) <= maxAddress
}

// hostName is the name of this host, for people.
func hostName() string {
	name, err := os.Hostname()
	if err != nil || !isName(name) {
		return "a host without a name"
	}
	return fault.Shorten(name, 64)
}

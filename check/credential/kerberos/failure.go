package kerberos

import (
	"strconv"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana/errorcode"

	"check_pop3x/check/fault"
)

// A refusalRow is what a KDC means by a code (RFC 4120, section 7.5.9).
type refusalRow struct {
	code    int32
	problem fault.Problem
	text    string // CLIENT, SERVICE, KEYTAB and REALM stand for names
}

var refusalRows = []refusalRow{
	{errorcode.KDC_ERR_NAME_EXP, fault.AccountExpired, "the account of CLIENT has expired in REALM"},
	{errorcode.KDC_ERR_C_PRINCIPAL_UNKNOWN, fault.UserUnknown, "the KDC of REALM does not know CLIENT"},
	{errorcode.KDC_ERR_S_PRINCIPAL_UNKNOWN, fault.ServiceUnknown, "the KDC of REALM does not know the service SERVICE"},
	{errorcode.KDC_ERR_SERVICE_EXP, fault.ServiceUnknown, "the service SERVICE has expired in REALM"},
	{errorcode.KDC_ERR_SERVICE_REVOKED, fault.ServiceUnknown, "the service SERVICE is locked in REALM"},
	{errorcode.KDC_ERR_ETYPE_NOSUPP, fault.OldEncryption, "the KDC of REALM has no encryption type in common"},
	{errorcode.KDC_ERR_CLIENT_REVOKED, fault.AccountLocked, "CLIENT is locked or disabled in REALM"},
	{errorcode.KDC_ERR_KEY_EXPIRED, fault.PasswordEnded, "the password of CLIENT has expired in REALM"},
	{errorcode.KDC_ERR_PREAUTH_FAILED, fault.KeyWrong, "the KDC of REALM refused the key of CLIENT in KEYTAB"},
	{errorcode.KDC_ERR_PREAUTH_REQUIRED, fault.OtherProof, "the KDC of REALM wants more than a key from CLIENT"},
	{errorcode.KDC_ERR_WRONG_REALM, fault.UserUnknown, "the KDC of REALM says that CLIENT is of another realm"},
	{errorcode.KRB_AP_ERR_TKT_EXPIRED, fault.TicketExpired, "the ticket of CLIENT has expired"},
	{errorcode.KRB_AP_ERR_TKT_NYV, fault.ClockOff, "the ticket of CLIENT does not count yet, by the clock of the KDC"},
	{errorcode.KRB_AP_ERR_BADKEYVER, fault.TicketStale, "the KDC of REALM has other keys than when the ticket of CLIENT was made"},
	{errorcode.KRB_AP_ERR_BAD_INTEGRITY, fault.TicketStale, "the KDC of REALM cannot read the ticket of CLIENT"},
	{errorcode.KRB_AP_ERR_MODIFIED, fault.TicketStale, "the KDC of REALM cannot read the ticket of CLIENT"},
}

// refused says why a KDC gave no ticket.
func (a *asker) refused(r refusal, asked requestBody) error {
	service := strings.Join(asked.Service.NameString, "/")
	f := &fault.Error{Kind: fault.Ticket, Problem: fault.KDCRefused}
	for _, row := range refusalRows {
		if row.code == r.Code {
			f.Problem = row.problem
			f.Text = strings.NewReplacer("CLIENT", a.client.name(), "SERVICE", service, "KEYTAB", a.keytab, "REALM", asked.Realm).Replace(row.text)
		}
	}
	switch {
	case r.Code == errorcode.KRB_AP_ERR_BAD_INTEGRITY && asked.isLogin(): // as Heimdal calls KDC_ERR_PREAUTH_FAILED
		return a.undecipherable(asked)
	case r.Code == errorcode.KRB_AP_ERR_SKEW:
		f.Problem, f.Text = fault.ClockOff, apart(time.Now(), r.Time, "the KDC's")
	case f.Problem == fault.ServiceUnknown && asked.isLogin():
		f.Problem, f.Text = fault.KDCUnknown, "the KDC that was asked is none of "+asked.Realm
	case f.Problem == fault.ServiceUnknown && asked.Service.NameString[0] == "krbtgt":
		f.Text = "the KDC of " + asked.Realm + " has no trust with " + asked.Service.NameString[1]
	case f.Text == "":
		f.Text = "the KDC of " + asked.Realm + " refused a ticket for " + service + " (error " + strconv.Itoa(int(r.Code)) + ")"
		f.Said = r.Text
	}
	return f
}

// apart says by how much this host's clock and another differ.
func apart(ours, theirs time.Time, whose string) string {
	if d := ours.Sub(theirs); d >= 0 {
		return "this host's clock is " + fault.Age(d) + " ahead of " + whose
	}
	return "this host's clock is " + fault.Age(theirs.Sub(ours)) + " behind " + whose
}

// undecipherable is the fault of an answer that our key does not open.
func (a *asker) undecipherable(asked requestBody) error {
	if asked.isLogin() {
		return fault.New(fault.Ticket, "%s has another key of %s than the KDC of %s", a.keytab, a.client.name(), asked.Realm).Because(fault.KeyWrong)
	}
	return fault.New(fault.Ticket, "the answer of the KDC of %s cannot be decrypted", asked.Realm).Because(fault.TicketStale)
}

// refusedBy says why the server refused a ticket, as it tells inside the login.
func refusedBy(r refusal, service Principal) error {
	f := &fault.Error{Kind: fault.Auth, Problem: fault.TicketRefused, Said: r.Text}
	switch r.Code {
	case errorcode.KRB_AP_ERR_SKEW:
		f.Problem, f.Text = fault.ClockOff, apart(time.Now(), r.Time, "the server's")
	case errorcode.KRB_AP_ERR_TKT_EXPIRED, errorcode.KRB_AP_ERR_TKT_NYV:
		f.Problem, f.Text = fault.ClockOff, "the ticket does not count by the server's clock"
	default:
		f.Text = "the server refused the ticket for " + service.name() + " (Kerberos error " + strconv.Itoa(int(r.Code)) + ")"
	}
	return f
}

package oauth

import (
	"regexp"
	"strings"

	"check_pop3x/check/fault"
)

// A meaning is what is behind an answer of a token server. The tables are data
// that the linker lays out: a map would be built at every start.
type meaning struct {
	said    string // a code, or how the answer begins
	problem fault.Problem
	cause   string // in our words
}

// The causes that several codes have.
const (
	notUsed      = "the refresh token has expired, as it was not used"
	revoked      = "the refresh token was revoked, perhaps by a new password"
	secondFactor = "the login needs a second factor"
	noConsent    = "nobody has consented to this access"
	ownDevice    = "a conditional access policy wants a managed device"
	keyUnknown   = "the application does not know the key that signed the request"
	otherClock   = "this host's clock differs from that of the token server"
	noUser       = "the token server does not know the user"
)

// entraCodes are the codes of Microsoft Entra ID that say what to do (Microsoft's
// page "Microsoft Entra authentication and authorization error codes").
var entraCodes = []meaning{
	{"AADSTS7000218", fault.SecretWanted, "the application sent neither a secret nor a key"},
	{"AADSTS7000222", fault.SecretExpired, "the client secret of the application has expired"},
	{"AADSTS7000215", fault.SecretWrong, "the client secret is wrong"},
	{"AADSTS700027", fault.KeyRefused, keyUnknown},
	{"AADSTS700024", fault.ClockWrong, otherClock},
	{"AADSTS700016", fault.ClientUnknown, "the tenant does not know the application"},
	{"AADSTS7000112", fault.ClientDisabled, "the application is disabled"},
	{"AADSTS90002", fault.TenantUnknown, "the tenant does not exist"},
	{"AADSTS700082", fault.RefreshEnded, notUsed},
	{"AADSTS700084", fault.RefreshEnded, "the refresh token has expired"},
	{"AADSTS70008", fault.RefreshEnded, notUsed},
	{"AADSTS70043", fault.RefreshEnded, "the refresh token has expired, as a policy wants logins more often"},
	{"AADSTS50173", fault.RefreshEnded, revoked},
	{"AADSTS50132", fault.RefreshEnded, "the login has ended, as the password expired or was changed"},
	{"AADSTS50133", fault.RefreshEnded, "the login has ended, as the password expired or was changed"},
	{"AADSTS50076", fault.SecondFactor, secondFactor},
	{"AADSTS50078", fault.SecondFactor, "the login by a second factor has expired"},
	{"AADSTS50079", fault.SecondFactor, "the user has to set up a second factor"},
	{"AADSTS50074", fault.SecondFactor, secondFactor},
	{"AADSTS65001", fault.ConsentWanted, noConsent},
	{"AADSTS90094", fault.ConsentWanted, "an administrator has to consent"},
	{"AADSTS53003", fault.PolicyBlocks, "a conditional access policy blocks the login"},
	{"AADSTS53000", fault.PolicyBlocks, ownDevice},
	{"AADSTS50158", fault.PolicyBlocks, "a conditional access policy wants more than this login"},
	{"AADSTS530003", fault.PolicyBlocks, ownDevice},
	{"AADSTS50034", fault.UserRefused, "the tenant does not know the user"},
	{"AADSTS50053", fault.AccountClosed, "the user is locked, or this host is blocked"},
	{"AADSTS50055", fault.AccountClosed, "the user's password has expired"},
	{"AADSTS50057", fault.AccountClosed, "the user is disabled"},
	{"AADSTS70011", fault.InvalidScope, "the token server does not know the scope"},
	{"AADSTS500011", fault.InvalidScope, "the tenant does not know the service that the scope names"},
	{"AADSTS650057", fault.InvalidScope, "the application may not ask for this scope"},
}

// googleAnswers are how Google's answers begin that say what to do (Google's page
// "Using OAuth 2.0 for Server to Server Applications", section "JWT error codes").
// The first that fits counts.
var googleAnswers = []meaning{
	{"invalid_grant: Invalid JWT Signature", fault.KeyDeleted, "Google does not know the key of the service account"},
	{"invalid_grant: Invalid JWT", fault.ClockWrong, otherClock},
	{"invalid_grant: Invalid email", fault.UserRefused, noUser},
	{"invalid_grant: Invalid grant: account not found", fault.UserRefused, noUser},
	{"invalid_grant: Not a valid email", fault.UserRefused, noUser},
	{"invalid_grant: Token has been expired", fault.GoogleRefreshEnded, "the refresh token has expired or was revoked"},
	{"invalid_grant: reauth related error", fault.RefreshEnded, "Google wants the user to log in again"},
	{"invalid_rapt", fault.RefreshEnded, "Google wants the user to log in again"},
	{"unauthorized_client", fault.NotDelegated, "the service account may not act for the user"},
	{"admin_policy_enforced", fault.AdminBlocks, "the administrator does not allow the application"},
	{"org_internal", fault.OtherOrganization, "the application is for users of its own organization"},
	{"deleted_client", fault.ClientDisabled, "the application was deleted"},
	{"disabled_client", fault.ClientDisabled, "the application is disabled"},
}

// rfcCodes are those of RFC 6749, section 5.2, and RFC 8628, section 3.5, for
// servers that say no more.
var rfcCodes = []meaning{
	{"invalid_client", fault.InvalidClient, "the token server does not accept the application"},
	{"unauthorized_client", fault.UnauthorizedClient, "the application may not ask for tokens in this way"},
	{"invalid_scope", fault.InvalidScope, "the token server refused the scope"},
	{"invalid_grant", fault.InvalidGrant, "the token server refused the grant"},
	{"access_denied", fault.TokenRefused, "the user denied the access"},
	{"expired_token", fault.TokenRefused, "the code was not entered in time"},
}

// refusedGrant is what invalid_grant means with a refresh token.
var refusedGrant = meaning{"invalid_grant", fault.RefreshEnded, "the refresh token is no longer accepted"}

// meaning returns what is behind the server's words. Its cause names the code, if
// it is one that we know.
func (r Request) meaning(said string) meaning {
	code, _, _ := strings.Cut(said, ":")
	m, known := find(rfcCodes, code)
	if code == "invalid_grant" && r.RefreshFile != "" {
		m = refusedGrant
	}
	if !known {
		m = meaning{"", fault.TokenRefused, "the token server refused the request"}
	}
	switch {
	case r.Name == google:
		for _, row := range googleAnswers {
			if strings.HasPrefix(said, row.said) && (row.problem != fault.NotDelegated || r.subject() != "") {
				m, m.said = row, code
				break
			}
		}
	default:
		if row, known := find(entraCodes, regexp.MustCompile(`AADSTS\d+`).FindString(said)); known {
			m = row
		}
	}
	if m.said != "" {
		m.cause += " (" + m.said + ")"
	}
	return m
}

// find finds a code in a table.
func find(table []meaning, code string) (meaning, bool) {
	for _, m := range table {
		if m.said == code {
			return m, true
		}
	}
	return meaning{}, false
}

package oauth

import (
	"cmp"
	"regexp"
	"strings"

	"check_pop3x/check/fault"
)

// A meaning is what is behind an answer of a token server. The tables are data
// that the linker lays out: a map would be built at every start.
type meaning struct {
	said    string // a code, or how the answer begins
	problem fault.Problem
}

// entraCodes are the codes of Microsoft Entra ID that say what to do (Microsoft's
// page "Microsoft Entra authentication and authorization error codes").
var entraCodes = []meaning{
	{"AADSTS7000218", fault.SecretWanted},
	{"AADSTS7000222", fault.SecretExpired},
	{"AADSTS7000215", fault.SecretWrong},
	{"AADSTS700027", fault.KeyRefused},
	{"AADSTS700024", fault.ClockWrong},
	{"AADSTS700016", fault.ClientUnknown},
	{"AADSTS7000112", fault.ClientDisabled},
	{"AADSTS90002", fault.TenantUnknown},
	{"AADSTS700082", fault.RefreshEnded},
	{"AADSTS700084", fault.RefreshEnded},
	{"AADSTS70008", fault.RefreshEnded},
	{"AADSTS70043", fault.RefreshEnded},
	{"AADSTS50173", fault.RefreshEnded},
	{"AADSTS50132", fault.RefreshEnded},
	{"AADSTS50133", fault.RefreshEnded},
	{"AADSTS50076", fault.SecondFactor},
	{"AADSTS50078", fault.SecondFactor},
	{"AADSTS50079", fault.SecondFactor},
	{"AADSTS50074", fault.SecondFactor},
	{"AADSTS65001", fault.ConsentWanted},
	{"AADSTS90094", fault.ConsentWanted},
	{"AADSTS53003", fault.PolicyBlocks},
	{"AADSTS53000", fault.PolicyBlocks},
	{"AADSTS50158", fault.PolicyBlocks},
	{"AADSTS530003", fault.PolicyBlocks},
	{"AADSTS50034", fault.UserRefused},
	{"AADSTS50053", fault.UserRefused},
	{"AADSTS50055", fault.UserRefused},
	{"AADSTS50057", fault.UserRefused},
	{"AADSTS70011", fault.InvalidScope},
	{"AADSTS500011", fault.InvalidScope},
	{"AADSTS650057", fault.InvalidScope},
}

// googleAnswers are how Google's answers begin that say what to do (Google's page
// "Using OAuth 2.0 for Server to Server Applications", section "JWT error codes").
// The first that fits counts.
var googleAnswers = []meaning{
	{"invalid_grant: Invalid JWT Signature", fault.KeyDeleted},
	{"invalid_grant: Invalid JWT", fault.ClockWrong},
	{"invalid_grant: Invalid email", fault.UserRefused},
	{"invalid_grant: Invalid grant: account not found", fault.UserRefused},
	{"invalid_grant: Not a valid email", fault.UserRefused},
	{"invalid_grant: Token has been expired", fault.GoogleRefreshEnded},
	{"invalid_grant: reauth related error", fault.RefreshEnded},
	{"invalid_rapt", fault.RefreshEnded},
	{"unauthorized_client", fault.NotDelegated},
	{"admin_policy_enforced", fault.AdminBlocks},
	{"org_internal", fault.AdminBlocks},
	{"deleted_client", fault.ClientDisabled},
	{"disabled_client", fault.ClientDisabled},
}

// rfcCodes are those of RFC 6749, section 5.2, for servers that say no more.
var rfcCodes = []meaning{
	{"invalid_client", fault.InvalidClient},
	{"unauthorized_client", fault.UnauthorizedClient},
	{"invalid_scope", fault.InvalidScope},
}

// meaning returns what is behind the server's words, or "".
func (r Request) meaning(said string) fault.Problem {
	code, _, _ := strings.Cut(said, ":")
	known := problemOf(rfcCodes, code)
	switch {
	case code == "invalid_grant" && r.RefreshFile != "":
		known = fault.RefreshEnded
	case code == "invalid_grant":
		known = fault.InvalidGrant
	}
	if r.Name != google {
		return cmp.Or(problemOf(entraCodes, regexp.MustCompile(`AADSTS\d+`).FindString(said)), known)
	}
	for _, m := range googleAnswers {
		if strings.HasPrefix(said, m.said) && (m.problem != fault.NotDelegated || r.subject() != "") {
			return m.problem
		}
	}
	return known
}

// problemOf finds a code in a table.
func problemOf(table []meaning, code string) fault.Problem {
	for _, m := range table {
		if m.said == code {
			return m.problem
		}
	}
	return ""
}

package render

import (
	"slices"
	"strings"

	"check_pop3x/check/report"
)

// A provider is one that refuses right passwords, and says of all of them only
// that the login failed.
type provider struct {
	hosts     []string // domains of its servers
	greetings []string // what their greetings contain; nil if that does not tell
	offers    string   // a mechanism by which it differs from others with that greeting; "" for none
	hint      string
}

// providers is the table of providers. The hints name what each asks its users to do for POP3.
var providers = []provider{
	{[]string{"gmail.com", "googlemail.com"}, []string{"Gpop ready"}, "",
		"Gmail takes no account passwords: use an application password or a token (--auth xoauth2), and switch POP on in the settings"},
	{[]string{"office365.com", "outlook.com", "hotmail.com", "live.com"}, []string{"Microsoft Exchange"}, "XOAUTH2",
		"Microsoft 365 has switched passwords off (basic authentication): use an access token (--auth xoauth2); POP may be off for the mailbox, too"},
	{nil, []string{"Microsoft Exchange"}, "",
		"POP may be off for the mailbox (Set-CASMailbox -PopEnabled), or the name be wanted as DOMAIN\\user"},
	{[]string{"gmx.net", "gmx.de", "gmx.com", "gmx.at", "gmx.ch", "web.de"}, []string{"POP server ready H mi"}, "",
		"GMX and web.de switch POP3 off when it is not used: switch it on in the settings; with two factors they want an application password"},
	{[]string{"yahoo.com", "yahoo.co.jp", "aol.com"}, nil, "",
		"Yahoo takes no account passwords: create an application password in the account's security settings"},
	{[]string{"yandex.ru", "yandex.com", "yandex.net"}, []string{"POP Ya!"}, "",
		"Yandex has POP3 off by default: switch it on in the settings (email clients), and use an application password"},
	{[]string{"mail.ru", "list.ru", "bk.ru", "inbox.ru"}, nil, "",
		"mail.ru takes no account passwords: create an application password in the account's security settings"},
	{[]string{"qq.com"}, []string{"QQMail POP3 Server"}, "",
		"QQ has POP3 off by default, and takes an authorization code instead of the password: create one in the settings"},
	{[]string{"163.com", "126.com", "yeah.net", "188.com"}, []string{"Pop3 Server (163com", "Pop3 Server (126com"}, "",
		"163 has POP3 off by default, and takes an authorization code instead of the password: create one in the settings"},
	{[]string{"icloud.com", "me.com", "mac.com"}, nil, "",
		"iCloud takes application passwords only, and documents no POP3"},
	{[]string{"zoho.com", "zoho.eu", "zoho.in"}, nil, "",
		"Zoho has POP off by default: switch it on in the settings of the mail account; with two factors it wants an application password"},
	{[]string{"ovh.net", "ovh.com", "ovh.ca"}, nil, "",
		"OVH wants the whole address as the name, and the mailbox's own password; POP3 may be off for the mailbox"},
	{[]string{"t-online.de"}, nil, "",
		"T-Online wants the password for e-mail programs, which is not that of the account"},
}

// anyProvider is the hint if the provider is not known.
const anyProvider = "if the password is right, POP3 may be switched off for the account, or it needs an application password or a token"

// providerHint says what else than a wrong password is behind a refused login.
func providerHint(r *report.Report) string {
	for _, p := range providers {
		if p.runs(r) {
			return p.hint
		}
	}
	return anyProvider
}

// runs reports whether the server is the provider's, by its name or its greeting.
func (p provider) runs(r *report.Report) bool {
	host := strings.ToLower(strings.TrimSuffix(r.Host, "."))
	named := slices.ContainsFunc(p.hosts, func(domain string) bool {
		return host == domain || strings.HasSuffix(host, "."+domain)
	})
	greets := r.Greeting != nil && slices.ContainsFunc(p.greetings, func(words string) bool { return strings.Contains(*r.Greeting, words) })
	return named || greets && (p.offers == "" || offersSASL(r.Capabilities, p.offers))
}

// offersSASL reports whether a mechanism is among the capabilities.
func offersSASL(capabilities []string, mechanism string) bool {
	return slices.ContainsFunc(capabilities, func(line string) bool {
		words := strings.Fields(line)
		return len(words) > 1 && strings.EqualFold(words[0], "SASL") && slices.Contains(words[1:], mechanism)
	})
}

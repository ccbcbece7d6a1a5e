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
		"use an application password, and switch POP on in its settings"},
	{[]string{"office365.com", "outlook.com", "hotmail.com", "live.com"}, []string{"Microsoft Exchange"}, "XOAUTH2",
		"use an access token (--auth xoauth2): it takes no passwords"},
	{nil, []string{"Microsoft Exchange"}, "",
		"check the password and POP for the mailbox, or try DOMAIN\\user"},
	{[]string{"gmx.net", "gmx.de", "gmx.com", "gmx.at", "gmx.ch", "web.de"}, []string{"POP server ready H mi"}, "",
		"switch POP3 on in the settings, and check the password"},
	{[]string{"yahoo.com", "yahoo.co.jp", "aol.com"}, nil, "", ownPassword},
	{[]string{"yandex.ru", "yandex.com", "yandex.net"}, []string{"POP Ya!"}, "",
		"switch POP3 on in the settings, and use an application password"},
	{[]string{"mail.ru", "list.ru", "bk.ru", "inbox.ru"}, nil, "", ownPassword},
	{[]string{"qq.com"}, []string{"QQMail POP3 Server"}, "", authorizationCode},
	{[]string{"163.com", "126.com", "yeah.net", "188.com"}, []string{"Pop3 Server (163com", "Pop3 Server (126com"}, "", authorizationCode},
	{[]string{"icloud.com", "me.com", "mac.com"}, nil, "",
		"use an application password; iCloud documents no POP3"},
	{[]string{"zoho.com", "zoho.eu", "zoho.in"}, nil, "",
		"switch POP on in the settings, and check the password"},
	{[]string{"ovh.net", "ovh.com", "ovh.ca"}, nil, "",
		"use the whole address and the mailbox's own password"},
	{[]string{"t-online.de"}, nil, "",
		"use the password for e-mail programs, not the account's"},
}

// The hints that several providers have, and the one if the provider is not known.
const (
	ownPassword       = "create an application password in the account's settings"
	authorizationCode = "switch POP3 on there, and use an authorization code as password"
	anyProvider       = "check the password and that the account is not locked"
)

// providerHint says what to do about a refused password.
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

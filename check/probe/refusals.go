package probe

import (
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// A wording is how servers say why they refuse, if they have no response code for
// it (RFC 2449, section 8; RFC 3206).
type wording struct {
	words   string // in lower case; * stands for anything
	kind    fault.Kind
	problem fault.Problem // "" if the kind says it all
}

// wordings is the table of refusals, the first that fits. Where a line gives two
// reasons, the one that is more exact comes first. The lines that the rows are
// taken from are in testdata/refusals.txt, with their servers and sources.
var wordings = []wording{
	// another password is wanted
	{"specific password", fault.Auth, fault.AppPassword},
	{"plication password", fault.Auth, fault.AppPassword},
	{"app password", fault.Auth, fault.AppPassword},
	{"authorized code", fault.Auth, fault.AppPassword},
	{"authorization code", fault.Auth, fault.AppPassword},
	{"授权码", fault.Auth, fault.AppPassword},
	{"basic auth", fault.Auth, fault.AppPassword},
	{"web login", fault.Auth, fault.WebLogin},
	{"web browser", fault.Auth, fault.WebLogin},
	{"verify your account", fault.Auth, fault.WebLogin},

	// the credentials were judged
	{"login failure or pop3 disabled", fault.Auth, ""},
	{"user name or", fault.Auth, ""},
	{"username or", fault.Auth, ""},
	{"login or password", fault.Auth, ""},
	{"wrong password", fault.Auth, ""},
	{"bad password", fault.Auth, ""},
	{"invalid password", fault.Auth, ""},
	{"incorrect password", fault.Auth, ""},
	{"password*incorrect", fault.Auth, ""},
	{"password not accepted", fault.Auth, ""},
	{"invalid credentials", fault.Auth, ""},
	{"密码错误", fault.Auth, ""},

	{"no such user", fault.Auth, fault.NameRefused},
	{"unknown user", fault.Auth, fault.NameRefused},
	{"user unknown", fault.Auth, fault.NameRefused},
	{"no mailbox for", fault.Auth, fault.NameRefused},
	{"never heard", fault.Auth, fault.NameRefused},

	// POP3 is not for this account
	{"pop*disabled", fault.Permanent, fault.POP3Off},
	{"pop*not enabled", fault.Permanent, fault.POP3Off},
	{"not enabled for pop", fault.Permanent, fault.POP3Off},
	{"enable pop", fault.Permanent, fault.POP3Off},
	{"pop*not allowed", fault.Permanent, fault.POP3Off},
	{"pop*denied", fault.Permanent, fault.POP3Off},
	{"没有权限使用pop", fault.Permanent, fault.POP3Off},

	// too many at once, or too often
	{"maximum number of connections", fault.InUse, fault.TooManySessions},
	{"too many*connections", fault.InUse, fault.TooManySessions},
	{"too many*sessions", fault.InUse, fault.TooManySessions},
	{"connection limit", fault.InUse, fault.TooManySessions},
	{"login*only every", fault.LoginDelay, ""},
	{"login limit", fault.LoginDelay, ""},
	{"minimum time between", fault.LoginDelay, ""},
	{"login delay", fault.LoginDelay, ""},
	{"too often", fault.LoginDelay, ""},
	{"too frequent", fault.LoginDelay, ""},
	{"frequency limit", fault.LoginDelay, ""},
	{"太频繁", fault.LoginDelay, ""},
	{"bandwidth limit", fault.LoginDelay, ""},

	// the mailbox is in use
	{"can't get lock", fault.InUse, ""},
	{"mailbox in use", fault.InUse, ""},
	{"unable to lock", fault.InUse, ""},
	{"locked by another", fault.InUse, ""},
	{"already locked", fault.InUse, ""},
	{"already in use", fault.InUse, ""},
	{"in use or locked", fault.InUse, ""},
	{"lock busy", fault.InUse, ""},
	{"mailbox*locked", fault.InUse, ""},
	{"maildrop*locked", fault.InUse, ""},
	{"another session", fault.InUse, ""},
	{"exclusive access", fault.InUse, ""},

	// the account has ended (RFC 3206, section 5, calls that AUTH)
	{"password*expired", fault.Auth, fault.AccountClosed},
	{"account*expired", fault.Auth, fault.AccountClosed},
	{"account*disabled", fault.Auth, fault.AccountClosed},
	{"account*blocked", fault.Auth, fault.AccountClosed},
	{"account*locked", fault.Auth, fault.AccountClosed},
	{"account*suspended", fault.Auth, fault.AccountClosed},
	{"account*inactive", fault.Auth, fault.AccountClosed},
	{"change*password", fault.Auth, fault.AccountClosed},
	{"user*disabled", fault.Auth, fault.AccountClosed},
	{"user*suspended", fault.Auth, fault.AccountClosed},
	{"mailbox*disabled", fault.Auth, fault.AccountClosed},

	// this host is banned
	{"banned", fault.Temporary, fault.Banned},
	{"blacklist", fault.Temporary, fault.Banned},
	{"blocklist", fault.Temporary, fault.Banned},
	{"blocked", fault.Temporary, fault.Banned},
	{"too many*fail", fault.Temporary, fault.Banned},
	{"too many*attempts", fault.Temporary, fault.Banned},
	{"unsafe login", fault.Temporary, fault.Banned},

	// there is no room
	{"quota", fault.Temporary, fault.NoRoom},
	{"no space", fault.Temporary, fault.NoRoom},
	{"disk*full", fault.Temporary, fault.NoRoom},
	{"mailbox*full", fault.Temporary, fault.NoRoom},

	// the mailbox cannot be opened
	{"chdir", fault.Permanent, fault.MailboxClosed},
	{"scan*maildir", fault.Temporary, fault.MailboxClosed},
	{"maildir", fault.Permanent, fault.MailboxClosed},
	{"mailbox*corrupt", fault.Permanent, fault.MailboxClosed},
	{"mailbox*damaged", fault.Permanent, fault.MailboxClosed},
	{"valid mbox", fault.Permanent, fault.MailboxClosed},
	{"mailbox does not exist", fault.Permanent, fault.MailboxClosed},
	{"mailbox*opened", fault.Temporary, fault.MailboxClosed},
	{"open*mailbox", fault.Temporary, fault.MailboxClosed},
	{"open*inbox", fault.Temporary, fault.MailboxClosed},
	{"open*maildrop", fault.Temporary, fault.MailboxClosed},
	{"open temporary", fault.Temporary, fault.MailboxClosed},
	{"access mailbox", fault.Temporary, fault.MailboxClosed},
	{"mailbox*unavailable", fault.Temporary, fault.MailboxClosed},
	{"mailbox not available", fault.Temporary, fault.MailboxClosed},
	{"inconsistent state", fault.Temporary, fault.MailboxClosed},
	{"copy mail spool", fault.Temporary, fault.MailboxClosed},

	// the server, or what is behind it
	{"server configuration", fault.Permanent, fault.BackendDown},
	{"internal", fault.Temporary, fault.BackendDown},
	{"database", fault.Temporary, fault.BackendDown},
	{"temporary", fault.Temporary, fault.BackendDown},
	{"temporarily", fault.Temporary, fault.BackendDown},
	{"try again later", fault.Temporary, fault.BackendDown},
	{"maintenance", fault.Temporary, fault.BackendDown},
	{"could not connect", fault.Temporary, fault.BackendDown},
	{"unable to contact", fault.Temporary, fault.BackendDown},
	{"unreachable", fault.Temporary, fault.BackendDown},
	{"not connected", fault.Temporary, fault.BackendDown},
	{"server unavailable", fault.Temporary, fault.BackendDown},
	{"service unavailable", fault.Temporary, fault.BackendDown},
	{"out of memory", fault.Temporary, fault.BackendDown},
	{"unable to fork", fault.Temporary, fault.BackendDown},
	{"pipe", fault.Temporary, fault.BackendDown},
	{"child crashed", fault.Temporary, fault.BackendDown},
	{"unable to start", fault.Temporary, fault.BackendDown},
	{"system error", fault.Temporary, fault.BackendDown},
	{"system failure", fault.Temporary, fault.BackendDown},
	{"server error", fault.Temporary, fault.BackendDown},
	{"busy", fault.Temporary, fault.BackendDown},
	{"overload", fault.Temporary, fault.BackendDown},

	// the command was not understood
	{"mechanism", fault.Mechanism, fault.MechanismRefused},
	{"auth method", fault.Mechanism, fault.MechanismRefused},
	{"auth type", fault.Mechanism, fault.MechanismRefused},
	{"authentication type", fault.Mechanism, fault.MechanismRefused},
	{"protocol error", fault.Mechanism, fault.SyntaxRefused},
	{"syntax", fault.Mechanism, fault.SyntaxRefused},
	{"command", fault.Mechanism, fault.SyntaxRefused},
	{"incorrect state", fault.Mechanism, fault.SyntaxRefused},
	{"unrecogni", fault.Mechanism, fault.SyntaxRefused},
	{"implemented", fault.Mechanism, fault.SyntaxRefused},
	{"argument", fault.Mechanism, fault.SyntaxRefused},
	{"parameter", fault.Mechanism, fault.SyntaxRefused},
	{"too long", fault.Mechanism, fault.SyntaxRefused},
	{"to long", fault.Mechanism, fault.SyntaxRefused},
	{"initial response", fault.Mechanism, fault.SyntaxRefused},
}

// reasons are what SCRAM servers say inside AUTH that is not about the password
// (RFC 5802, section 7).
var reasons = []wording{
	{"unknown-user", fault.Auth, fault.NameRefused},
	{"invalid-username-encoding", fault.Auth, fault.NameRefused},
	{"channel-bindings-dont-match", fault.Auth, fault.OtherBinding},
	{"unsupported-channel-binding-type", fault.Mechanism, fault.NoBinding},
	{"channel-binding-not-supported", fault.Mechanism, fault.NoBinding},
	{"no-resources", fault.Temporary, fault.BackendDown},
}

// reasonOf finds what a server said inside AUTH. It reports false if it was
// nothing, or is about the password.
func reasonOf(said string) (wording, bool) {
	at := slices.IndexFunc(reasons, func(row wording) bool { return row.words == said })
	if at < 0 {
		return wording{}, false
	}
	return reasons[at], true
}

// wordingOf returns the first row that fits what a server said; the zero row if
// none does.
func wordingOf(said string) wording {
	said = strings.ToLower(fault.Clean(said))
	for _, row := range wordings {
		if fits(said, row.words) {
			return row
		}
	}
	return wording{}
}

// fits reports whether a text has the words, in their order.
func fits(text, words string) bool {
	for word := range strings.SplitSeq(words, "*") {
		_, after, found := strings.Cut(text, word)
		if !found {
			return false
		}
		text = after
	}
	return true
}

// ofUser reports whether a refusal has its reason in the credentials or the
// account.
func (w wording) ofUser() bool { return w.kind == fault.Auth }

// ofServer reports whether a refusal has its reason in the server or the mailbox,
// so that it may also come after the login.
func (w wording) ofServer() bool { return w.kind != "" && !w.ofUser() && w.kind != fault.Mechanism }

// problemFor returns the problem behind a refusal of that kind, which a response
// code may have said otherwise.
func (w wording) problemFor(kind fault.Kind) fault.Problem {
	lasting := []fault.Kind{fault.Temporary, fault.Permanent}
	switch {
	case w.kind == kind, slices.Contains(lasting, kind) && slices.Contains(lasting, w.kind):
		return w.problem
	case kind != fault.Auth && kind != fault.Greeting || w.kind == fault.Mechanism:
		return ""
	case w.kind == fault.LoginDelay:
		return fault.TooOften
	}
	return w.problem
}

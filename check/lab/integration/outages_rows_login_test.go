//go:build integration

// Outages that show at the login, and of access tokens.

package integration

import (
	"path/filepath"
	"testing"
	"time"
)

func loginOutages() []outage {
	wrong := account{probe.name, "wrong horse", nil}
	return []outage{
		{name: "the password is wrong", user: wrong,
			phase: "login", cause: `probe was refused \(PLAIN, password from …/pop3x\.password\)`, remedy: `check the password and that the account is not locked`},
		{name: "the password is wrong, `--auth user`", user: wrong, args: args("--auth", "user"),
			phase: "login", cause: `probe was refused \(USER, password from …/pop3x\.password\)`, remedy: `check the password and that the account is not locked`},
		{name: "Exchange has passwords switched off", at: exchangeAddress, user: wrong,
			phase: "login", cause: `probe was refused \(PLAIN, password from …/pop3x\.password\)`, remedy: `use an access token \(--auth xoauth2\): it takes no passwords`},
		{name: "the account has expired", user: departed,
			phase: "login", cause: `.*departed.*expired.*`, remedy: `.*password.*`},
		{name: "POP3 is switched off for the account", at: courierAddress, user: popless,
			phase: "login", cause: `POP3 is switched off for popless`, remedy: `have it switched on for the account; the password is not the reason`},
		{name: "nginx with its backend down", at: nginxAddress, user: account{"reader", "x y z", nil}, how: inPlain,
			phase: "login", cause: `the server could not log in reader`, remedy: `.*log.*`},
		{name: "perdition with its backend down", at: perditionAddress, user: probe, how: inPlain,
			phase: "login", cause: `the server could not log in probe`, remedy: `.*log.*`},
		{name: "Dovecot with its backend down", user: moved,
			phase: "login", cause: `the server could not log in moved`, remedy: `.*log.*`},
		{name: "nginx in maintenance", at: nginxAddress, user: account{"maintained", "x y z", nil}, how: inPlain,
			phase: "login", cause: `the server could not log in maintained`, remedy: `.*log.*`},
		{name: "logins too often", at: nginxAddress, user: account{"hasty", "x y z", nil}, how: inPlain,
			state: "WARNING", phase: "login", cause: `hasty logs in too often`, remedy: `check less often, or with an account of its own`},
		{name: "another session has the mailbox, `-t 8s`", at: lockingAddress, user: contested, stage: occupy(1, lockingAddress, contested), limit: 8 * time.Second,
			phase: "login", cause: `no answer within 8 s, though the host acknowledges what was sent`, remedy: `try -t 30s: wrong passwords or locks delay logins`},
		{name: "another session has the mailbox, `-t 20s`", at: lockingAddress, user: disputed, stage: occupy(1, lockingAddress, disputed), limit: 20 * time.Second,
			state: "WARNING", phase: "login", cause: `the mailbox of disputed is in use`, remedy: `wait for the other session to end, or give the check a mailbox of its own`},
		{name: "another session has the mailbox of Qpopper", at: qpopperAddress, user: probe, how: inPlain, stage: play(qpopperAddress, busyQpopper),
			state: "WARNING", phase: "login", cause: `the mailbox of probe is in use`, remedy: `wait for the other session to end, or give the check a mailbox of its own`},
		{name: "too many sessions of the user", user: crowded, stage: occupy(10, goodAddress, crowded),
			state: "WARNING", phase: "login", cause: `too many sessions are open for crowded`, remedy: `let others end, or raise the server's limit \(Dovecot: mail_max_userip_connections\)`},
		{name: "wrong passwords from this host slow down its logins", at: penaltyAddress, user: probe, stage: punish(penaltyAddress),
			phase: "login", cause: `no answer within 10 s, though the host acknowledges what was sent`, remedy: `try -t 30s: wrong passwords or locks delay logins`},
		{name: "wrong passwords from this host slow down its logins, `-t 20s -c 5s`", at: slowLoginAddress, user: probe, stage: punish(slowLoginAddress), limit: 20 * time.Second, args: args("-c", "5s"),
			cause: `took 1\d\.\d s \(critical above 5 s\): login 1\d\.\d s`, remedy: `wrong passwords from this host, or a mailbox in use, delay logins: see the server's log`},
		{name: "the server is stopped during the login", at: restartingAddress, user: account{"nobody", "x y z", nil}, stage: restart,
			phase: "login", cause: `.*closed the connection.*`, remedy: `.*log.*`},
	}
}

func tokenOutages() []outage {
	by := func(name, application, address, cause, remedy string) outage {
		return outage{name: name, user: probe, by: byMicrosoft(application), names: args(address + " " + microsoft), state: "UNKNOWN", phase: "token", cause: cause, remedy: remedy}
	}
	return []outage{
		by("the application's secret has expired", "secret-expired", tokenAddress, `the client secret of the application has expired \(AADSTS7000222\)`, `create a new one in Entra ID and put it into --oauth-client-secret-file`),
		by("the application's secret is wrong", "secret-wrong", tokenAddress, `the client secret is wrong \(AADSTS7000215\)`, `put the secret's value into --oauth-client-secret-file, not its id`),
		by("the application does not exist", "unknown", tokenAddress, `the tenant does not know the application \(AADSTS700016\)`, `check --oauth-client-id and the tenant in --oauth`),
		by("the token server is not running", "unknown", stoppedAddress, `https://login\.microsoftonline\.com refused the connection \(192\.0\.2\.9:443\)`, `look at that server and the way to it, not at the mail server`),
		by("the token server does not answer", "unknown", filteredAddress, `no answer within 10 s from login\.microsoftonline\.com`, `.*`),
	}
}

// byMicrosoft asks for a token as an application of that id.
func byMicrosoft(id string) proof {
	return func(*testing.T, call) []string {
		return args("--oauth", "https://"+microsoft+"/customer/oauth2/v2.0/token", "--oauth-client-id", id, "--oauth-client-secret-file", outagePassword,
			"--oauth-scope", "https://outlook.office365.com/.default", "--oauth-ca-file", filepath.Join(workDir, "test-root.pem"))
	}
}

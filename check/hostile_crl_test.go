package check_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// crlAttacks are servers of CRLs that waste time or memory, and what the plugin
// says. The mail server is checked all the same, within the budget.
var crlAttacks = map[string]string{
	"silence": `no answer within (4[0-9]0|500) ms; `,
	"drip":    `no answer within (4[0-9]0|500) ms; `,
	"huge":    `it is larger than 16 MiB; `,
	"endless": `it is larger than 16 MiB; |no answer within (4[0-9]0|500) ms; `,
	"header":  `the server.s answer is unreadable; `,
	"loop":    `it is redirected more than 3 times; `,
}

func TestHostileCRLs(t *testing.T) {
	for how, reason := range crlAttacks {
		t.Run(how, func(t *testing.T) {
			const budget = 2 * time.Second
			o := askCRL(t, how, "-t", budget.String(), "--phase-timeout", "crl=1s")
			if want := `^POP3 WARNING - crl: the CRL from [0-9.:]+ could not be fetched: (` + reason + `).* time_greeting=`; !matches(want, o.stdout) {
				t.Errorf("want %s, said %s", want, o.stdout)
			}
			if err := checkLine(o.stdout, o.code); err != nil {
				t.Error(err)
			}
			if err := o.checkTime(time.Second); err != nil {
				t.Error(err)
			}
			if how == "endless" && raceFlag() != nil {
				o.Peak /= 2 // the detector keeps some octets of its own to each of the 16 MiB that are read
			}
			if err := checkPeak(o); err != nil {
				t.Error(err)
			}
		})
	}
}

// Without a budget of its own the phase leaves half of the time to the mail
// server.
func TestSilentCRLs(t *testing.T) {
	o := askCRL(t, "silence", "-t", "2s")
	if want := `^POP3 WARNING - crl: the CRL from \S+ could not be fetched: no answer within (4\d0|500) ms; .* time_greeting=`; !matches(want, o.stdout) {
		t.Errorf("want %s, said %s", want, o.stdout)
	}
	if err := o.checkTime(time.Second); err != nil {
		t.Error(err)
	}
}

// askCRL checks the server of listedServer.
func askCRL(t *testing.T, how string, args ...string) outcome {
	t.Helper()
	_, typed := listedServer(t, how)
	return run{args: append(typed, args...)}.play(t.TempDir())
}

// listedServer starts a mail server whose certificate names a list that is served
// in one way, and an intermediate whose list is good. It returns the arguments to
// check it.
func listedServer(t *testing.T, how string) (*pop3test.CRLServer, []string) {
	t.Helper()
	crls, err := pop3test.StartCRLServer("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(crls.Close)
	if err := crls.Serve("leaf", how); err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, crls.Root.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	player := serve(t, "tls\nS: +OK ready\nC?: CAPA\nS: -ERR\nC?: QUIT\nS: +OK\n", pop3test.Options{TLS: pop3test.ServerTLS(crls.Certificate)})
	return crls, []string{"-H", "127.0.0.1", "-p", strconv.Itoa(player.Port()), "--tls", "--ca-file", ca, "--crl", "--state-dir", filepath.Join(t.TempDir(), "state")}
}

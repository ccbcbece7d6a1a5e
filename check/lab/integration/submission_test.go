//go:build integration

// Exim and OpenSMTPD take mail, and put it into a Maildir.

package integration

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
)

// A submissionServer takes mail of one user of a Dovecot.
type submissionServer struct {
	*sandbox
	submission, submissions string
	maildir
}

// startRelay starts the program of a tree by its script, with a configuration.
func startRelay(s *server, user account, tree, config string) (*submissionServer, error) {
	box, err := newSandbox(tree)
	if err != nil {
		return nil, err
	}
	set := map[string]any{
		"Host": "127.0.0.1", "Dir": box.Dir, "Submission": freePort(), "Submissions": freePort(),
		"User": user.name, "Password": user.password, "Maildir": filepath.Join(s.Dir, "mail", user.name),
	}
	r := &submissionServer{box, fmt.Sprintf("127.0.0.1:%d", set["Submission"]), fmt.Sprintf("127.0.0.1:%d", set["Submissions"]), maildir(fmt.Sprint(set["Maildir"]))}
	err = errors.Join(
		box.writeIdentity(nil),
		box.writeTemplate(config, set),
		box.copyIn(tree+".sh"),
		box.Start(tree, "/bin/sh", tree+".sh"),
	)
	if err == nil {
		err = box.Await(func() bool { return accepts(r.submission) })
	}
	if err != nil {
		box.Stop()
		return nil, err
	}
	return r, nil
}

// Mail arrives by each way, and Exim refuses a wrong password in its words. OpenSMTPD is a relay without TLS, as that of
// Debian 12 fails in each handshake: it was made for OpenSSL 1.
func TestSendByOthers(t *testing.T) {
	t.Parallel()
	user := account{"reports", "in time", nil}
	for tree, c := range map[string]struct {
		config, accepted string
		ways             func(*submissionServer) [][]string
	}{
		"exim": {"exim.conf", `OK id=`, func(r *submissionServer) [][]string {
			return [][]string{{r.submission}, {r.submissions, "--send-tls"}}
		}},
		"opensmtpd": {"smtpd.conf", `2\.0\.0 \w+ Message accepted for delivery`, func(r *submissionServer) [][]string {
			return [][]string{{r.submission, "--send-clear"}}
		}},
	} {
		t.Run(tree, func(t *testing.T) {
			t.Parallel()
			s := private(t, func() (*server, error) { return startDovecot(dovecotConfig{accounts: []account{user}}) })
			r := private(t, func() (*submissionServer, error) { return startRelay(s, user, tree, c.config) })
			b := &submitter{t, s, nil, user, filepath.Join(t.TempDir(), "state")}
			for i, way := range c.ways(r) {
				o := b.send(way[0], way[1:]...)
				o.want("OK", `\d+ messages?, `)
				o.wantLineLike(`^  accepted: "` + c.accepted)
				if err := r.Await(func() bool { return len(r.mails()) > i }); err != nil {
					t.Fatalf("the mail by %q did not arrive: %v", way, err)
				}
			}
			b.send(r.submission, "--send-clear", "--send-every", "24h").want("OK", `\d messages?, .*, last probe took \d s in `)
			if tree == "exim" {
				b.send(r.submission, "--send-password-file", secretFile(t, "wrong", "wrong password\n")).want("CRITICAL",
					`send: the submission server refused reports \(PLAIN, .*\); check its password, and that SMTP is allowed \[send\]; the submission server said "535 Incorrect authentication data`)
			}
		})
	}
}

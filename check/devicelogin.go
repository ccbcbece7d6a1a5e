package check

import (
	"context"
	"fmt"

	"check_pop3x/check/credential"
	"check_pop3x/check/options"
	"check_pop3x/check/verdict"
)

// deviceLogin is --oauth-login (RFC 8628): instead of a check, a person at the
// terminal lends the application his access to a mailbox. It is not for a scheduler, which has no
// terminal, so that its exit code is that of any other command: 0 when the
// refresh token is in its file, else 3 and the line that a check would print.
func (in *invocation) deviceLogin(ctx context.Context, r *options.Request) (string, verdict.Status) {
	err := r.Login.Login(ctx, r.Plan.Budget, func(text string) { credential.Tell(in.stdin, text) })
	if err != nil {
		return in.failed("token", err, r.Show)
	}
	return fmt.Sprintf("The refresh token is in %s. The check: check_pop3x -H HOST --tls -u NAME %s\n",
		r.Login.RefreshFile, credential.ShellJoin(r.Token)), verdict.OK
}

package probe

import (
	"testing"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
)

// Servers refuse a password in these words (Debian's, and published ones), which
// count. Words that are about anything else do not: a login that was refused for
// them may be tried again at once.
func TestJudgesCredentials(t *testing.T) {
	for said, want := range map[string]bool{
		"[AUTH] Authentication failed.":                            true, // Dovecot
		"[AUTH] no":                                                true,
		"[AUTH/EXPIRED] no":                                        true,
		"Login failed.":                                            true, // Courier
		"[AUTH] Invalid login":                                     true, // Cyrus
		"Authentication failed (bad password?)":                    true, // popa3d
		"Invalid login or password":                                true, // nginx
		"failed: Re-Authentication Failure":                        true, // perdition
		"Bad login":                                                true, // UW
		"Logon failure: unknown user name or bad password.":        true, // Exchange
		"[AUTH] Password supplied for \"alice\" is incorrect.":     true, // Qpopper
		"Access denied":                                            true,
		"account locked":                                           true,
		"no such user here":                                        true,
		"Benutzer oder Passwort falsch":                            true,
		"\xd3\xc3\xbb\xa7\xc3\xfb\xbb\xf2\xc3\xdc\xc2\xeb\xb4\xed": true, // 163, in GBK
		"":                             false,
		"no":                           false,
		"ERR":                          false,
		"[X-MAINTENANCE] back at noon": false,
		"failed":                       false,
		"Sorry, try later":             false,
		"!":                            false,
	} {
		if got := judgesCredentials(&pop3.Error{Command: "PASS", Text: said, Code: codeOf(said)}); got != want {
			t.Errorf("%q: %v, want %v", said, got, want)
		}
	}
	for reason, want := range map[string]bool{
		"status 401, schemes bearer": true, "invalid-proof": true, "unknown-user": true, "channel-bindings-dont-match": true,
		"no-resources": false, "other-error": false, "": false,
	} {
		if got := judgesCredentials(&pop3.Error{Command: "AUTH", Text: "no", Reason: reason}); got != want {
			t.Errorf("reason %q: %v, want %v", reason, got, want)
		}
	}
	if judgesCredentials(nil) || !judgesCredentials(fault.New(fault.Auth, "status 401")) {
		t.Error("what is no refusal, or was said before the server hung up")
	}
}

//go:build integration

// What the dialogue under -vvv keeps back: all that was sent to prove who the user is, and what the server proves in
// return. Whoever has one of them can try passwords without asking the server.

package integration

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
)

func TestTranscriptOfLogin(t *testing.T) {
	eachLogin(t, func(t *testing.T, s *server, l login) {
		if l.ways[0] != inPlain { // nothing of it can be heard
			l.logIn(t, s, withTLS, alice, "-vvv").wantRedacted()
			return
		}
		heard := listen(t, s)
		o := run(t, call{addr: heard.addr, how: inPlain, by: l.by, user: alice, args: append([]string{"--auth", l.auth, "-vvv"}, l.args...)})
		wantAlice(o)
		o.wantKept(heard.proofs(t))
	})
}

// redactedForm is a whole AUTH in which the client says nothing but the mechanism.
var redactedForm = regexp.MustCompile(`C: AUTH [A-Z0-9-]+( \*\*\*)?\n( *(S: \+ .*|C: \*\*\*)\n)* *S: \+OK`)

// wantRedacted wants such a login, without the last challenge of SCRAM, which is v= in base64.
func (o *outcome) wantRedacted() {
	o.t.Helper()
	wantAlice(o)
	if output := strings.Join(o.lines, "\n"); !redactedForm.MatchString(output) || strings.Contains(output, "S: + dj0") {
		o.t.Errorf("a proof shows in:\n%s", output)
	}
}

// wantKept looks for what must not be there.
func (o *outcome) wantKept(proofs []string) {
	o.t.Helper()
	output := strings.Join(o.lines, "\n")
	for _, proof := range proofs {
		if strings.Contains(output, proof) {
			o.t.Errorf("%q shows in:\n%s", proof, output)
		}
	}
}

// proofs is what went over the wire between the login's command and its end, as it stands and decoded. Of the servers'
// challenges only the last one of SCRAM is a proof (RFC 5802, section 5.1, v).
func (w *wiretap) proofs(t *testing.T) (all []string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.said {
		switch command, rest, _ := strings.Cut(line, " "); command {
		case "CAPA", "USER", "STAT", "QUIT":
		case "AUTH":
			_, initial, _ := strings.Cut(rest, " ")
			all = append(all, unwrap(initial)...)
		case "APOP":
			all = append(all, strings.TrimPrefix(rest, alice.name+" "))
		case "PASS":
			all = append(all, rest)
		default:
			all = append(all, unwrap(line)...)
		}
	}
	for _, line := range w.told {
		if challenge, is := strings.CutPrefix(line, "+ "); is {
			if parts := unwrap(challenge); len(parts) > 1 && strings.HasPrefix(parts[1], "v=") {
				all = append(all, append(parts, parts[1][len("v="):])...)
			}
		}
	}
	if len(all) == 0 {
		t.Error("no proof was sent")
	}
	return all
}

// unwrap is a response, what it is in base64, and the parts of that: the digest of CRAM-MD5, the proof of SCRAM, a
// password, a token; nothing of the name alone.
func unwrap(response string) []string {
	text, err := base64.StdEncoding.DecodeString(response)
	if err != nil || len(text) == 0 || string(text) == alice.name {
		return nil
	}
	all := []string{response, string(text)}
	for _, part := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(",\x00\x01 ", r) }) {
		if part = strings.TrimPrefix(part, "p="); len(part) > len(alice.name) {
			all = append(all, part)
		}
	}
	return all
}

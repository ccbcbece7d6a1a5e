package check_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"check_pop3x/check/testkit/formattest"
)

// What every run promises, whatever happened: checked for each story, each
// hostile server and each fuzzed dialogue.

var states = []string{"OK", "WARNING", "CRITICAL", "UNKNOWN"}

// promises checks what a run printed without -v.
func promises(said string, code int) error {
	if strings.Count(said, "\n") != 1 || !strings.HasSuffix(said, "\n") {
		return fmt.Errorf("not one line: %q", said)
	}
	return firstLine(said, code)
}

// page checks what a run printed with -v or -vv to a pipe.
func page(said string, code int) error {
	if len(said) > 4096 {
		return fmt.Errorf("%d octets", len(said))
	}
	return morePromises(said, code)
}

// morePromises checks what a run printed with more lines than one.
func morePromises(said string, code int) error {
	first, more, ended := strings.Cut(said, "\n")
	switch {
	case !ended || more != "" && !strings.HasSuffix(more, "\n"):
		return errors.New("the last line has no end")
	case strings.Contains(more, "|"):
		return errors.New("a second | is there, which some engines take for perfdata")
	}
	for line := range strings.Lines(more) {
		if err := formattest.Printable(strings.TrimSuffix(line, "\n")); err != nil {
			return err
		}
	}
	return firstLine(first+"\n", code)
}

var statusLine = regexp.MustCompile(`^POP3 (OK|WARNING|CRITICAL|UNKNOWN) - ([^|]+?)(?: \| ([^|]+))?\n$`)

// firstLine checks the status line, its end included.
func firstLine(line string, code int) error {
	found := statusLine.FindStringSubmatch(line)
	switch {
	case found == nil:
		return fmt.Errorf("no status line: %q", line)
	case code < 0 || code > 3 || states[code] != found[1]:
		return fmt.Errorf("%s with exit code %d", found[1], code)
	case len(line) > 1024:
		return fmt.Errorf("a line of %d octets", len(line))
	}
	if err := formattest.Printable(strings.TrimSuffix(line, "\n")); err != nil {
		return err
	}
	if found[3] == "" {
		return nil
	}
	return checkPerfdata(found[3])
}

// disguised are the ways in which a server may repeat a secret.
func disguised(secret string) []string {
	turned := []byte(secret)
	slices.Reverse(turned)
	return []string{
		secret, string(turned), hex.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte("\x00alice\x00" + secret)),
	}
}

// keepsSecret checks that no form of a secret is in what was printed, whatever
// the case and the blanks. An end that is missing makes it no secret again.
func keepsSecret(said, secret string) error {
	said = strings.ToLower(strings.Join(strings.Fields(said), ""))
	for _, form := range disguised(secret) {
		form = strings.ToLower(strings.Join(strings.Fields(form), ""))
		for _, most := range []string{form[1:], form[:len(form)-1]} {
			if strings.Contains(said, most) {
				return fmt.Errorf("the secret is there, as %q", most)
			}
		}
	}
	return nil
}

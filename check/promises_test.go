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

// What every run promises is checked for each story, each hostile server and
// each fuzzed dialogue.

var states = []string{"OK", "WARNING", "CRITICAL", "UNKNOWN"}

// checkLine checks what a run printed without -v.
func checkLine(said string, code int) error {
	if strings.Count(said, "\n") != 1 || !strings.HasSuffix(said, "\n") {
		return fmt.Errorf("not one line: %q", said)
	}
	return checkStatusLine(said, code)
}

// checkPage checks what a run printed to a pipe with -v or -vv.
func checkPage(said string, code int) error {
	if len(said) > 4096 {
		return fmt.Errorf("%d octets", len(said))
	}
	return checkLines(said, code)
}

// checkLines checks what a run printed in several lines.
func checkLines(said string, code int) error {
	first, more, ended := strings.Cut(said, "\n")
	switch {
	case !ended || more != "" && !strings.HasSuffix(more, "\n"):
		return errors.New("the last line has no line end")
	case strings.Contains(more, "|"):
		return errors.New("a second |, which some engines take for perfdata")
	}
	for line := range strings.Lines(more) {
		if err := formattest.Printable(strings.TrimSuffix(line, "\n")); err != nil {
			return err
		}
	}
	return checkStatusLine(first+"\n", code)
}

var statusLine = regexp.MustCompile(`^POP3 (OK|WARNING|CRITICAL|UNKNOWN) - ([^|]+?)(?: \| ([^|]+))?\n$`)

// checkStatusLine checks the first line, with its line end.
func checkStatusLine(line string, code int) error {
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

// encodings returns the forms in which a server may repeat a secret.
func encodings(secret string) []string {
	reversed := []byte(secret)
	slices.Reverse(reversed)
	return []string{
		secret, string(reversed), hex.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte("\x00alice\x00" + secret)),
	}
}

// checkHidden returns an error if a form of the secret was printed, in any case
// and with any blanks, or all of it except for one character.
func checkHidden(said, secret string) error {
	said = strings.ToLower(strings.Join(strings.Fields(said), ""))
	for _, form := range encodings(secret) {
		form = strings.ToLower(strings.Join(strings.Fields(form), ""))
		for _, part := range []string{form[1:], form[:len(form)-1]} {
			if strings.Contains(said, part) {
				return fmt.Errorf("the secret was printed, as %q", part)
			}
		}
	}
	return nil
}

package probe

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
)

// Each row of the table is reached by a line, most of them of real servers.
func TestWordings(t *testing.T) {
	text, err := os.ReadFile("testdata/refusals.txt")
	if err != nil {
		t.Fatal(err)
	}
	var reached []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, "\t")
		if len(parts) != 4 || parts[2] == "" {
			t.Fatalf("not four parts: %q", line)
		}
		words, kind, said := parts[0], parts[1], parts[3]
		reached = append(reached, words)
		if row := wordingOf(said); row.words != words || string(row.kind) != kind {
			t.Errorf("%q is of the row %q, kind %s, want %q, %s", said, row.words, row.kind, words, kind)
		}
		if upper := wordingOf(strings.ToUpper(said)); upper.words != words {
			t.Errorf("%q in upper case is of the row %q", said, upper.words)
		}
	}
	for _, row := range wordings {
		if !slices.Contains(reached, row.words) {
			t.Errorf("no line reaches the row %q", row.words)
		}
	}
}

// No row hides one below it.
func TestWordingsDoNotHideEachOther(t *testing.T) {
	for _, row := range wordings {
		if got := wordingOf(strings.ReplaceAll(row.words, "*", " x ")); got != row {
			t.Errorf("the row %q hides %q", got.words, row.words)
		}
	}
}

// Servers in China speak GBK.
func TestWordingsInGBK(t *testing.T) {
	said, err := simplifiedchinese.GBK.NewEncoder().String("您没有权限使用pop3功能")
	if err != nil {
		t.Fatal(err)
	}
	if row := wordingOf(said); row.problem != fault.POP3Off {
		t.Errorf("%q is of the row %q", said, row.words)
	}
}

// The kind of a refusal, by phase, code, words and protection.
func TestKindOf(t *testing.T) {
	for _, s := range []struct {
		phase, command, said string
		clear                bool
		want                 fault.Kind
	}{
		{"login", "PASS", "Mailbox could not be opened", false, fault.Temporary},
		{"login", "PASS", "[AUTH] Mailbox could not be opened", false, fault.Auth},
		{"login", "PASS", "[SYS/PERM] Mailbox could not be opened", false, fault.Permanent},
		{"login", "USER", "Mailbox could not be opened", true, fault.Temporary},
		{"login", "USER", "account disabled", true, fault.Auth},
		{"login", "USER", "unknown command", true, fault.TLSRequired},
		{"login", "USER", "unknown command", false, fault.Mechanism},
		{"login", "AUTH", "invalid command", true, fault.TLSRequired},
		{"login", "AUTH", "Please use SSL", true, fault.TLSRequired},
		{"login", "AUTH", "Please use SSL", false, fault.Auth},
		{"login", "USER", "User unknown", true, fault.Auth},
		{"login", "AUTH", "Protocol error. 14", true, fault.Mechanism},
		{"login", "PASS", "", false, fault.Auth},
		{"login", "PASS", "no", false, fault.Auth},
		{"stat", "STAT", "login allowed only every 15 minutes", false, fault.LoginDelay},
		{"stat", "STAT", "Internal server error", false, fault.Temporary},
		{"stat", "STAT", "unknown command", false, fault.Command},
		{"stat", "STAT", "password expired", false, fault.Command},
		{"top", "TOP", "not implemented", false, fault.Command},
		{"greeting", "", "too many connections", false, fault.Greeting},
		{"stls", "STLS", "server error", false, fault.STLS},
	} {
		refusal := &pop3.Error{Command: s.command, Text: s.said, Code: codeOf(s.said)}
		if got := kindOf(s.phase, refusal, s.clear); got != s.want {
			t.Errorf("%s: %q (clear: %t) is %s, want %s", s.phase, s.said, s.clear, got, s.want)
		}
	}
}

// codeOf returns the response code at the beginning of a text.
func codeOf(said string) string {
	code, _, found := strings.Cut(strings.TrimPrefix(said, "["), "]")
	if !found {
		return ""
	}
	return code
}

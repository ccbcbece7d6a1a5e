package options

import (
	"fmt"
	"strings"

	"check_pop3x/check/probe"
	"check_pop3x/check/verdict"
)

// about opens the help.
const about = `Tells whether a user can fetch mail from a POP3 server right now, how long each step takes, and if not, which step broke, why, and what to try next.`

// Epilogue ends the help with what the options refer to.
func Epilogue() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nPhases:\n  %s\n\nKinds of fault and their states:\n", strings.Join(probe.Names(), ", "))
	for _, row := range verdict.Kinds() {
		fmt.Fprintf(&b, "  %-17s %-8s %s\n", row.Kind, row.Default, row.When)
	}
	names, all := probe.Steps()
	fmt.Fprintf(&b, "\nSteps:\n  %s; all means %s\n", strings.Join(names, ", "), strings.Join(all, ", "))
	b.WriteString(`
Ranges:
  [@][START:]END alerts outside of START to END, with @ inside; START is 0 by
  default, ~ is minus infinity, an empty END is infinity.

Exit status:
  0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (and this help)

Examples:
  check_pop3x -H mail.example.org --tls -w 2s -c 5s
  check_pop3x -H mail.example.org --starttls -u probe --password-file FILE -D 30,7
  check_pop3x -H mail.example.org --tls -u probe --password-command '/usr/bin/pass show mail/probe'
  check_pop3x -H mail.example.org --tls -u probe -vvv
  check_pop3x -H mail.example.org --tls -u probe --newest-critical 24h --size-warning 900MB --steps all
`)
	return b.String()
}

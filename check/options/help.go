package options

import (
	"fmt"
	"strings"

	"check_pop3x/check/probe"
	"check_pop3x/check/verdict"
)

const usage = "Usage: check_pop3x -H HOST [OPTIONS]\n"

// Usage is what somebody sees who types no argument at all.
const Usage = usage + `  -H mail.example.org --tls          check greeting and certificate
  -H mail.example.org --tls -u NAME  log in; asks for the password
  -w 2s -c 5s -D 30,7                limit times and the certificate's days
Everyday options: check_pop3x -h; all options: check_pop3x --help
`

// The columns of the help.
const (
	margin = 26 // where descriptions begin
	width  = 80
)

// everyday is the text of -h: one screen.
func everyday() string {
	var b strings.Builder
	b.WriteString(usage)
	for _, o := range All() {
		if o.Everyday {
			o.Description = o.Description[:strings.IndexAny(o.Description+".", ",;:.")]
			o.write(&b)
		}
	}
	b.WriteString("all options: --help\n")
	return b.String()
}

// help is the text of --help.
func help() string {
	var b strings.Builder
	b.WriteString(usage + "\nChecks whether a user can fetch mail from a POP3 server right now, how long each\nstep takes, and if not, which step broke, why, and what to try next.\n")
	group := ""
	for _, o := range All() {
		if o.Hidden {
			continue
		}
		if o.Group != group {
			group = o.Group
			b.WriteString("\n" + group + ":\n")
		}
		o.write(&b)
	}
	b.WriteString(epilogue())
	return b.String()
}

// write writes the option in two columns.
func (o Option) write(b *strings.Builder) {
	name := "      --" + o.Long
	if o.Short != "" {
		name = "  -" + o.Short + ", --" + o.Long
	}
	if o.Value != "" {
		name += " " + o.Value
	}
	text := o.Description
	if o.Default != "" {
		text += " (default " + o.Default + ")"
	}
	columns(b, name, text)
}

// columns writes a name and a text beside it. A name that is too long has a line
// of its own.
func columns(b *strings.Builder, name, text string) {
	indent := strings.Repeat(" ", margin)
	line := fmt.Sprintf("%-*s", margin, name)
	if len(name) > margin-2 {
		b.WriteString(name + "\n")
		line = indent
	}
	for word := range strings.FieldsSeq(text) {
		if len(line)+len(word) > width {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent
		}
		line += word + " "
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

// epilogue is what the options refer to.
func epilogue() string {
	var b strings.Builder
	b.WriteString("\nReferred to above:\n")
	columns(&b, "  PHASE", strings.Join(probe.Names(), ", "))
	columns(&b, "  STATE", "ok, warning, critical, unknown, their first letters, or 0 to 3")
	columns(&b, "  RANGE", "[@][START:]END alerts outside START to END, with @ inside; START is 0 by default, ~ is minus infinity, an empty END is infinity")
	b.WriteString("\nKinds of fault and their states:\n")
	for _, row := range verdict.Kinds() {
		columns(&b, fmt.Sprintf("  %s", row.Kind), fmt.Sprintf("%s: %s", row.Default, row.When))
	}
	b.WriteString(`
Exit status:
  0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (and this help)

Examples:
  check_pop3x -H mail.example.org --tls -w 2s -c 5s
  check_pop3x -H mail.example.org --tls -u probe --password-file FILE -D 30,7
  check_pop3x -H mail.example.org --tls -u probe -vvv
  check_pop3x -H mail.example.org --tls -u probe --newest-critical 24h
`)
	return b.String()
}

package packaging

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"check_pop3x/check/options"
	"check_pop3x/check/verdict"
)

// spellings are the functions of the templates.
var spellings = template.FuncMap{
	"icinga":   icinga,
	"variable": variable,
	"order":    order,
	"markdown": markdown,
	"roff":     roff,
	"folded":   folded,
	"quoted":   quoted,
	"zsh":      zsh,
	"fish":     fish,
	"entry":    entry,
	"names":    names,
	"parts":    parts,
	"join":     strings.Join,
	"lower":    strings.ToLower,
	"kinds":    verdict.Kinds,
	"metrics":  verdict.Metrics,
	"limits":   limits,
	"phases":   func() []string { return options.Words()["PHASE"] },
}

// icinga quotes text as a string of Icinga 2's language.
func icinga(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(text) + `"`
}

// variables are options that the Icinga Template Library names otherwise, in
// every command.
var variables = map[string]string{"hostname": "address", "use-ipv4": "ipv4", "use-ipv6": "ipv6"}

// variable returns the custom variable of an option.
func variable(option string) string {
	if usual, ok := variables[option]; ok {
		option = usual
	}
	return "pop3x_" + strings.ReplaceAll(option, "-", "_")
}

// order returns where Icinga 2 puts an option: the address in front of
// --restricted, all others, of order 0, behind it.
func order(option string) int {
	switch option {
	case "hostname", "port":
		return -2
	case "restricted":
		return -1
	}
	return 0
}

// literal matches a word that is typed as it stands: an option, a variable, a
// value.
var literal = regexp.MustCompile(`^(` + strings.Join([]string{
	`-v+|-\w|--[a-z][a-z0-9-]*`,     // --option
	`\$[A-Z][A-Z0-9_]*`,             // $VARIABLE
	`[\w-]+=[\w-]+`,                 // in-use=ok
	`[@~]?[\w.]*:[\w.]+|\d[\w.,]*`,  // ~:3s, 10MiB, 30,7
	`\[?[0-9a-f]*::[0-9a-f:]*\]?`,   // ::1
	`[a-z]+(,[a-z]+)+|[a-z]\w*_\w+`, // list,uidl; check_pop3x
}, "|") + `)$`)

// markdown writes text into a cell of a table.
func markdown(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		words[i] = markdownWord(word)
	}
	return strings.Join(words, " ")
}

// markdownWord formats a literal as code, without the punctuation around it.
func markdownWord(word string) string {
	core := strings.TrimRight(word, ",;:.")
	if !literal.MatchString(core) {
		core = strings.Trim(core, "()[]")
	}
	if !literal.MatchString(core) {
		return strings.NewReplacer("|", `\|`, "~", `\~`, "*", `\*`, "<", `\<`, "_", `\_`).Replace(word)
	}
	before, after, _ := strings.Cut(word, core)
	return before + "`" + strings.ReplaceAll(core, "|", `\|`) + "`" + after
}

// roff escapes text for a man page (man(7), groff_char(7)).
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, `"`, `\(dq`).Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	var b strings.Builder
	for _, r := range text {
		if r > unicode.MaxASCII {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// folded breaks text into lines of at most 78 columns. No line begins with a dot
// or a quote, which would make it a command of roff.
func folded(text string) string {
	var out strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case column+1+len(word) > 78 && !strings.HasPrefix(word, ".") && !strings.HasPrefix(word, "'"):
			out.WriteByte('\n')
			column = 0
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += len(word)
	}
	return out.String()
}

// quoted quotes text as a word of a shell.
func quoted(text string) string { return `'` + strings.ReplaceAll(text, `'`, `'\''`) + `'` }

// zsh escapes a message in a specification of _arguments, which is quoted as a
// whole.
func zsh(text string) string {
	return strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`, `:`, `\:`, `'`, `'\''`).Replace(text)
}

// fish quotes text as a word of fish.
func fish(text string) string {
	return `'` + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + `'`
}

// entry returns an option as the manual lists it: "`-p`, `--port` *PORT*".
func entry(o options.Option) string {
	text := "`" + strings.Join(names(o), "`, `") + "`"
	if o.Value != "" {
		text += " *" + o.Value + "*"
	}
	return text
}

// limits returns the options that limit a metric, for the manual.
func limits(row *verdict.Row) string {
	var all []string
	for _, name := range []string{row.Warning, row.Critical} {
		if option := "`--" + name + "`"; name != "" && !slices.Contains(all, option) {
			all = append(all, option)
		}
	}
	return strings.Join(all, ", ")
}

// names returns an option's names with their dashes, the short one first.
func names(o options.Option) []string {
	var all []string
	if o.Short != "" {
		all = append(all, "-"+o.Short)
	}
	return append(all, "--"+o.Long)
}

var argument = regexp.MustCompile(`^\[?(\w+)\]?(?:\[?([=:@,])(\w+)\]?)?$`)

// parts splits the name of an argument: "DURATION[:STATE]" into DURATION, : and
// STATE, "PORT" into PORT. A name of another form is one part.
func parts(value string) []string {
	m := argument.FindStringSubmatch(value)
	switch {
	case m == nil:
		return []string{value}
	case m[2] == "":
		return m[1:2]
	}
	return m[1:]
}

package options

import (
	_ "embed"
	"reflect"
	"slices"
	"strings"

	"github.com/jessevdk/go-flags"

	"check_pop3x/check/probe"
	"check_pop3x/check/render"
	"check_pop3x/check/transport"
	"check_pop3x/check/verdict"
)

// An Option is an option as its struct describes it, for those who write help,
// documents, completions and commands of monitoring engines from it.
type Option struct {
	Group       string // title of its group
	Short, Long string // names without dashes; Short may be empty
	Value       string // name of its argument, "PHASE=RANGE"; empty for a flag
	Default     string // empty without one
	Description string // plain text, without the full stop at its end
	Repeatable  bool
	Everyday    bool
	Hidden      bool   // accepted, but not to be shown
	ByHand      bool   // makes no check, or asks a person: not for an engine
	Secret      string // variable of the environment that may hold the secret itself, instead of this option
}

// All lists the options of check_pop3x.
func All() []Option {
	all, err := Describe(usual())
	if err != nil {
		panic(err) // a mistake in the struct, with which nothing can be parsed
	}
	return all
}

// Describe lists the options of a struct of groups. A description that is no tag
// is looked for in options.txt. An error is a mistake in the struct.
func Describe(o any) ([]Option, error) {
	parser, err := wholeParser(o)
	if err != nil {
		return nil, err
	}
	texts := descriptions()
	var all []Option
	for i, group := range parser.Groups() {
		title := group.ShortDescription
		if needs := reflect.TypeOf(o).Elem().Field(i).Tag.Get("needs"); needs != "" {
			condition, _ := conditionOf(needs)
			title += " (needs " + condition.how + ")"
		}
		for _, option := range group.Options() {
			one := described(option, texts[option.LongName])
			one.Group = title
			all = append(all, one)
		}
	}
	return all, nil
}

func described(o *flags.Option, text string) Option {
	tag := o.Field().Tag
	one := Option{
		Long:        o.LongName,
		Value:       o.ValueName,
		Default:     initial(o),
		Description: o.Description + text + values(o.ValueName) + beside(tag),
		Repeatable:  o.Field().Type.Kind() == reflect.Slice,
		Everyday:    tag.Get("everyday") != "",
		Hidden:      o.Hidden,
		ByHand:      tag.Get("by-hand") != "",
		Secret:      tag.Get("secret"),
	}
	if o.ShortName != 0 {
		one.Short = string(o.ShortName)
	}
	return one
}

// initial is the value of an option that is not given, as it would be typed; "" if
// there is none.
func initial(o *flags.Option) string {
	if value := reflect.ValueOf(o.Value()); value.Kind() == reflect.String {
		return value.String()
	}
	return ""
}

// values continues a description with what may be typed.
func values(name string) string {
	switch all := words(name); {
	case name == "LIST":
		return ": " + stepWords()
	case len(all) > 0:
		return ": " + strings.Join(all, ", ")
	}
	return ""
}

// stepWords says what --steps takes.
func stepWords() string {
	names, all := probe.Steps()
	return strings.Join(names, ",") + "; all means " + strings.Join(all, ",")
}

// beside ends a description with the other options that it needs or excludes.
func beside(tag reflect.StructTag) (text string) {
	needs := slices.DeleteFunc(listed(tag.Get("needs")), func(name string) bool {
		_, isCondition := conditionOf(name)
		return isCondition
	})
	if len(needs) > 0 {
		text = "; needs --" + strings.Join(needs, " and --")
	}
	if excludes := listed(tag.Get("excludes")); len(excludes) > 0 {
		text += "; not with --" + strings.Join(excludes, ", --")
	}
	return text
}

//go:embed options.txt
var optionsText string

// descriptions reads options.txt: a paragraph for each option, whose first word
// is the name.
func descriptions() map[string]string {
	texts := map[string]string{}
	for paragraph := range strings.SplitSeq(optionsText, "\n\n") {
		name, text, _ := strings.Cut(paragraph, "\n")
		texts[strings.TrimPrefix(name, "--")] = strings.TrimSuffix(strings.Join(strings.Fields(text), " "), ".")
	}
	return texts
}

// words returns what may be typed for a word in the name of an argument.
func words(name string) (all []string) {
	switch name {
	case "PHASE":
		return probe.Names()
	case "KIND":
		for _, row := range verdict.Kinds() {
			all = append(all, string(row.Kind))
		}
	case "STATE":
		return []string{"ok", "warning", "critical", "unknown"}
	case "MECHANISM":
		return probe.Logins()
	case "LIST": // some of them with commas between
		steps, _ := probe.Steps()
		return append(steps, "all")
	case "FORMAT":
		return render.Names()
	case "TYPE":
		return transport.BindingTypes()
	case "VERSION":
		return versionNames()
	case "HEADER":
		return transport.Headers()
	case "WHICH":
		return []string{"first", "all"}
	case "PROPERTY":
		return transport.Properties()
	}
	return all
}

// Words returns words for all names that have some.
func Words() map[string][]string {
	all := map[string][]string{}
	for _, name := range []string{"PHASE", "KIND", "STATE", "MECHANISM", "LIST", "FORMAT", "TYPE", "VERSION", "PROPERTY", "WHICH", "HEADER"} {
		all[name] = words(name)
	}
	return all
}

package options

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/jessevdk/go-flags"

	"check_pop3x/check/probe"
	"check_pop3x/check/render"
	"check_pop3x/check/transport"
	"check_pop3x/check/verdict"
)

// An Option is an option as its struct describes it, for those who write
// documents, completions and commands of monitoring engines from it.
type Option struct {
	Group       string // title of its group
	Short, Long string // names without dashes; Short may be empty
	Value       string // name of its argument, "PHASE=RANGE"; empty for a flag
	Default     string // empty without one
	Description string // plain text, without the full stop at its end
	Repeatable  bool
	Hidden      bool   // taken, but not to be shown
	ByHand      bool   // ends in no check, or asks a person: not for an engine
	Secret      string // variable of the environment in which the secret itself may be, in the place of this option
}

// All lists the options of check_pop3x.
func All() []Option {
	all, err := Describe(&Options{})
	if err != nil {
		panic(err) // a mistake in the struct, with which nothing can be parsed
	}
	return all
}

// Describe lists the options of a struct as go-flags takes it, and --help. The
// tags by-hand and secret are its own; the others are those of go-flags. An
// error is a mistake in the struct.
func Describe(o any) ([]Option, error) {
	parser, err := newParser(o)
	if err != nil {
		return nil, err
	}
	if _, err := parser.ParseArgs(nil); err != nil { // adds the group of --help
		return nil, err
	}
	var all []Option
	for _, g := range parser.Groups() {
		all = append(all, described(g)...)
	}
	return all, nil
}

func described(g *flags.Group) []Option {
	var all []Option
	for _, o := range g.Options() {
		kind := o.Field().Type.Kind()
		one := Option{
			Group:       g.ShortDescription,
			Long:        o.LongName,
			Value:       o.ValueName,
			Default:     strings.Join(o.Default, ", "),
			Description: o.Description,
			Repeatable:  kind == reflect.Slice,
			Hidden:      o.Hidden,
			ByHand:      o.Field().Tag.Get("by-hand") != "" || kind == reflect.Func, // --help is one
			Secret:      o.Field().Tag.Get("secret"),
		}
		if o.ShortName != 0 {
			one.Short = string(o.ShortName)
		}
		all = append(all, one)
	}
	for _, sub := range g.Groups() {
		all = append(all, described(sub)...)
	}
	return all
}

// Words says for some words in the name of an argument what may be typed in
// their place. LIST is some of them with commas between.
func Words() map[string][]string {
	steps, _ := probe.Steps()
	var kinds, states []string
	for _, row := range verdict.Kinds() {
		kinds = append(kinds, string(row.Kind))
	}
	for _, s := range []verdict.Status{verdict.OK, verdict.Warning, verdict.Critical, verdict.Unknown} {
		states = append(states, strings.ToLower(s.String()))
	}
	return map[string][]string{
		"PHASE":     probe.Names(),
		"KIND":      kinds,
		"STATE":     states,
		"MECHANISM": probe.Logins(),
		"LIST":      append(slices.Clone(steps), "all"),
		"FORMAT":    slices.Sorted(maps.Keys(render.Formats)),
		"TYPE":      transport.BindingTypes(),
		"VERSION":   slices.Sorted(maps.Keys(versions)),
	}
}

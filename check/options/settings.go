package options

import (
	"math"
	"reflect"
	"slices"

	"github.com/jessevdk/go-flags"
)

// A place is where a value was given. The one with the higher rank wins.
type place struct {
	rank    int
	text    string // "FILE, line 3, section [NAME]"; "" for the command line
	section string // "FILE [NAME]"; likewise
}

// onLine is the command line, which wins over every file.
var onLine = place{rank: math.MaxInt}

// A setting is an option that was given.
type setting struct {
	option  *flags.Option
	group   reflect.StructField
	field   reflect.Value
	initial reflect.Value // of the field, if the option is not given
	typed   bool          // on the command line
	asTyped string        // its name as it was typed: "-4" or "--use-ipv4"
	places  []place       // of the values from files, which come before the typed ones
}

func (s *setting) name() string           { return "--" + s.option.LongName }
func (s *setting) tag(name string) string { return s.option.Field().Tag.Get(name) }

// place returns where a value stands: the one with that index, or the last, which
// is the one that counts.
func (s *setting) place(index int) place {
	switch {
	case index != last && index < len(s.places):
		return s.places[index]
	case index != last || s.typed:
		return onLine
	}
	return s.places[len(s.places)-1]
}

// isUsual reports whether the setting only says what holds without it.
func (s *setting) isUsual() bool {
	return s.field.IsZero() || s.field.Kind() == reflect.String && s.field.String() == s.initial.String()
}

// empty reports whether the option has an argument that is empty, or one of its
// arguments is.
func (s *setting) empty() bool {
	switch value := s.field.Interface().(type) {
	case text:
		return value == ""
	case *text:
		return value != nil && *value == ""
	case texts:
		return slices.Contains(value, "")
	}
	return false
}

// reset gives the option the value that it has when it is not given.
func (s *setting) reset() { s.field.Set(s.initial) }

// The settings are the options that were given, and what was found out about them.
type settings struct {
	options *Options
	parser  optionParser
	usual   *Options     // what holds without options, once it is needed
	whole   optionParser // of all options, once it is needed to look one up
	given   []*setting
	notes   []string // for -v
}

// addTyped adds the options that go-flags found on the command line.
func (a *settings) addTyped(words []string) {
	for i, group := range a.parser.Groups() {
		for _, option := range group.Options() {
			if option.IsSet() && !option.IsSetDefault() {
				s := a.add(a.parser.numbers[i], option)
				s.typed, s.asTyped = true, asTyped(option, words)
			}
		}
	}
}

// asTyped is the name of an option that words give, with one dash or two.
func asTyped(o *flags.Option, words []string) string {
	long := "--" + o.LongName
	if o.ShortName == 0 || slices.ContainsFunc(words, func(word string) bool { return isOption(word, o.LongName, "") }) {
		return long
	}
	return "-" + string(o.ShortName)
}

func (a *settings) add(group int, option *flags.Option) *setting {
	fields := reflect.ValueOf(a.options).Elem()
	field := fields.Field(group).FieldByIndex(option.Field().Index)
	if a.usual == nil {
		a.usual = usual()
	}
	initial := reflect.ValueOf(a.usual).Elem().Field(group).FieldByIndex(option.Field().Index)
	s := &setting{option: option, group: fields.Type().Field(group), field: field, initial: initial}
	s.asTyped = s.name()
	a.given = append(a.given, s)
	return s
}

// get returns what was given for an option, even if that is the usual; nil
// is nothing.
func (a *settings) get(name string) *setting {
	for _, s := range a.given {
		if s.option.LongName == name {
			return s
		}
	}
	return nil
}

// has reports whether an option has a value that was given.
func (a *settings) has(name string) bool {
	s := a.get(name)
	return s != nil && !s.isUsual()
}

// all returns a parser of all options, to look one up.
func (a *settings) all() optionParser {
	if a.whole.Parser == nil {
		a.whole, _ = wholeParser(&Options{}) // what cannot be parsed fails a test
	}
	return a.whole
}

// find returns the option with that name, of one letter or more, and the number
// of its group. It is nil if there is none.
func (a *settings) find(name string) (group int, option *flags.Option) {
	for i, g := range a.all().Groups() {
		for _, o := range g.Options() {
			if name != "" && (name == o.LongName || o.ShortName != 0 && name == string(o.ShortName)) {
				return i, o
			}
		}
	}
	return 0, nil
}

package options

import (
	"math"
	"reflect"
	"slices"

	"github.com/jessevdk/go-flags"
)

// A place is where a value was given. The one with the higher rank wins.
type place struct {
	rank int
	text string // "FILE, line 3, section [NAME]"; "" for the command line
}

// onLine is the command line, which wins over every file.
var onLine = place{rank: math.MaxInt}

// A setting is an option that was given.
type setting struct {
	option *flags.Option
	group  reflect.StructField
	field  reflect.Value
	typed  bool    // on the command line
	places []place // of the values from files, which come before the typed ones
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

// usual reports whether the setting only says what holds without it.
func (s *setting) usual() bool {
	return s.field.IsZero() || slices.Equal(s.option.Default, []string{s.field.String()})
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
func (s *setting) reset() {
	s.field.SetZero()
	if len(s.option.Default) > 0 {
		s.field.SetString(s.option.Default[0])
	}
}

// The settings are the options that were given, and what was found out about them.
type settings struct {
	options *Options
	parser  *flags.Parser
	given   []*setting
	notes   []string // for -v
}

// addTyped adds the options that go-flags found on the command line.
func (a *settings) addTyped() {
	for i, group := range a.parser.Groups() {
		for _, option := range group.Options() {
			if option.IsSet() && !option.IsSetDefault() {
				a.add(i, option).typed = true
			}
		}
	}
}

func (a *settings) add(group int, option *flags.Option) *setting {
	fields := reflect.ValueOf(a.options).Elem()
	field := fields.Field(group).FieldByIndex(option.Field().Index)
	s := &setting{option: option, group: fields.Type().Field(group), field: field}
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
	return s != nil && !s.usual()
}

// find returns the option with that name, of one letter or more, and the number
// of its group. It is nil if there is none.
func (a *settings) find(name string) (group int, option *flags.Option) {
	for i, g := range a.parser.Groups() {
		for _, o := range g.Options() {
			if name != "" && (name == o.LongName || o.ShortName != 0 && name == string(o.ShortName)) {
				return i, o
			}
		}
	}
	return 0, nil
}

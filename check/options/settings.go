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
	text string // "FILE, line 3 (section NAME)"; "" for the command line
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

// reset gives the option the value that it has when it is not given.
func (s *setting) reset() {
	s.field.SetZero()
	if len(s.option.Default) > 0 {
		s.field.SetString(s.option.Default[0])
	}
}

// addTyped adds the options that go-flags found on the command line.
func (c *Command) addTyped() {
	for i, group := range c.parser.Groups() {
		for _, option := range group.Options() {
			if option.IsSet() && !option.IsSetDefault() {
				c.add(i, option).typed = true
			}
		}
	}
}

func (c *Command) add(group int, option *flags.Option) *setting {
	fields := reflect.ValueOf(c.options).Elem()
	s := &setting{option: option, group: fields.Type().Field(group), field: fields.Field(group).FieldByIndex(option.Field().Index)}
	c.settings = append(c.settings, s)
	return s
}

// setting returns what was given for an option, even if that is the usual; nil
// is nothing.
func (c *Command) setting(name string) *setting {
	for _, s := range c.settings {
		if s.option.LongName == name {
			return s
		}
	}
	return nil
}

// has reports whether an option has a value that was given.
func (c *Command) has(name string) bool {
	s := c.setting(name)
	return s != nil && !s.usual()
}

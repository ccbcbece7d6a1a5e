package options

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/jessevdk/go-flags"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
	"check_pop3x/check/verdict"
)

// parse reads a command line without the program's name.
func parse(args ...string) (*Command, error) {
	c := New("test", append([]string{"check_pop3x"}, args...))
	return c, c.Parse()
}

// refused returns what is said of a command line that cannot be read.
func refused(t *testing.T, args ...string) string {
	t.Helper()
	_, err := parse(args...)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Usage {
		return f.Text
	}
	t.Errorf("%q: %v", args, err)
	return ""
}

// Group by group, go-flags does not see a name that is in two of them.
func TestNoOptionTwice(t *testing.T) {
	if _, err := flags.NewNamedParser("", flags.None).AddGroup("all", "", &Options{}); err != nil {
		t.Error(err)
	}
}

// go-flags takes quotes off an argument, or refuses it, unless it is told not to.
func TestQuotesBelongToTheArgument(t *testing.T) {
	for group := range reflect.TypeFor[Options]().Fields() {
		for f := range group.Type.Fields() {
			words := slices.Contains([]reflect.Type{reflect.TypeFor[text](), reflect.TypeFor[*text](), reflect.TypeFor[texts]()}, f.Type)
			if words && f.Tag.Get("unquote") != "false" {
				t.Errorf(`--%s lacks the tag unquote:"false"`, f.Tag.Get("long"))
			}
		}
	}
}

// Each option that is shown has a description, and each description an option.
func TestDescriptions(t *testing.T) {
	texts := descriptions()
	for _, o := range All() {
		if !o.Hidden && texts[o.Long] == "" {
			t.Errorf("options.txt does not describe --%s", o.Long)
		}
		if o.Hidden && texts[o.Long] != "" {
			t.Errorf("options.txt describes --%s, which is hidden", o.Long)
		}
		delete(texts, o.Long)
	}
	if len(texts) > 0 {
		t.Errorf("options.txt describes what is no option: %v", texts)
	}
}

// A tag names options and conditions that exist.
func TestTags(t *testing.T) {
	known := func(name string) bool {
		return slices.ContainsFunc(All(), func(o Option) bool { return o.Long == name })
	}
	for group := range reflect.TypeFor[Options]().Fields() {
		names := listed(group.Tag.Get("needs"))
		for f := range group.Type.Fields() {
			names = append(names, listed(f.Tag.Get("needs"))...)
			for _, name := range listed(f.Tag.Get("excludes")) {
				if !known(name) {
					t.Errorf("--%s excludes %s, which is no option", f.Tag.Get("long"), name)
				}
			}
		}
		for _, name := range names {
			if _, ok := conditionOf(name); !ok && !known(name) {
				t.Errorf("something in %s needs %s, which is neither an option nor a condition", group.Name, name)
			}
		}
	}
	c, err := parse("-H", "x")
	if err != nil {
		t.Fatal(err)
	}
	met := c.settings.options.conditions(report.Target{}, transport.Route{})
	for _, c := range conditions {
		if _, ok := met[c.name]; !ok {
			t.Errorf("nobody knows whether there is %s", c.name)
		}
	}
}

// A default state is that of the kind of fault.
func TestDefaultStates(t *testing.T) {
	c, err := parse("-H", "x")
	if err != nil {
		t.Fatal(err)
	}
	states, err := c.settings.options.States.plan(c.settings.options.Limits.Timeout)
	if err != nil || len(states) != 2 {
		t.Errorf("%v, %v", states, err)
	}
	for kind, state := range states {
		if row, ok := verdict.Lookup(kind); !ok || row.Default != state {
			t.Errorf("%s is %v by default, not %v", kind, row.Default, state)
		}
	}
}

// An option has its usual value without its group having been read.
func TestNoDefaultTag(t *testing.T) {
	parser, err := wholeParser(&Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range parser.Groups() {
		for _, option := range group.Options() {
			if len(option.Default) > 0 {
				t.Errorf("--%s has a tag default, name %q in usual", option.LongName, option.Default)
			}
		}
	}
}

package options

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"check_pop3x/check/fault"
)

// A refusal is what is wrong with options. It knows them, so that the file they
// came from can be named.
type refusal struct {
	text    string
	options []string // long names
	index   int      // which value of an option that may be repeated; last for others
}

const last = -1

func (r *refusal) Error() string { return r.text }

// refuse says what is wrong with an option.
func refuse(option, format string, args ...any) error {
	return about("--"+option+": "+fmt.Sprintf(format, args...), option)
}

// about says what is wrong with options, in a sentence of its own.
func about(text string, options ...string) error {
	return &refusal{text: text, options: options, index: last}
}

// refuseFault is refuse for the text of a fault.
func refuseFault(option string, err error) error { return refuse(option, "%s", fault.Of(err).Text) }

// each calls f with every value of an option, and has a refusal know which
// value it is about.
func each(option string, values texts, f func(typed string) error) error {
	for i, typed := range values {
		if err := f(typed); err != nil {
			if r, ok := errors.AsType[*refusal](err); ok {
				r.index = i
			}
			return err
		}
	}
	return nil
}

// blame turns a refusal into a fault that also names the place in a file where
// the option stands. Values from files are left out: it may be the file of
// another program, whose secrets the command line asks for.
func (a *settings) blame(err error) error {
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	for _, option := range r.options {
		if s := a.get(option); s != nil && s.place(r.index).text != "" {
			return fault.New(fault.Usage, "%s: %s", s.place(r.index).text, a.withoutValues(r))
		}
	}
	return fault.New(fault.Usage, "%s", r.text)
}

// withoutValues returns the text of a refusal without what files say. If that is
// more than what stands in quotes, nothing but the options is named.
func (a *settings) withoutValues(r *refusal) string {
	text := regexp.MustCompile(`"(?:[^"\\]|\\.)*"`).ReplaceAllString(r.text, "the value")
	for _, option := range r.options {
		s := a.get(option)
		if s == nil || len(s.places) == 0 {
			continue
		}
		for _, word := range s.words() {
			if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
				return "--" + strings.Join(r.options, " and --") + ": the value is not accepted"
			}
		}
	}
	return text
}

// words are the parts of an option's values that must not be shown. Shorter ones
// say nothing and stand in many sentences.
func (s *setting) words() []string {
	values := []string{s.field.String()}
	switch field := s.field.Addr().Interface().(type) {
	case *texts:
		values = *field
	case **text:
		values = []string{string(**field)}
	}
	const short = 4
	var all []string
	for _, value := range values {
		all = append(all, value)
		all = append(all, strings.FieldsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
	}
	return slices.DeleteFunc(all, func(word string) bool { return len(word) < short })
}

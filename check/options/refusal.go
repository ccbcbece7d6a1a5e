package options

import (
	"errors"
	"fmt"

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
// the option stands.
func (a *settings) blame(err error) error {
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	for _, option := range r.options {
		if s := a.get(option); s != nil && s.place(r.index).text != "" {
			return fault.New(fault.Usage, "%s: %s", s.place(r.index).text, r.text)
		}
	}
	return fault.New(fault.Usage, "%s", r.text)
}

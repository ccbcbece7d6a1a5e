package options

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"check_pop3x/check/resolve"
)

// A condition is something that options may need besides another option.
type condition struct{ name, what, how string }

var conditions = []condition{
	{"tls", "TLS", "--tls or --starttls"},
	{"login", "a login", "-u NAME"},
	{"password", "a mechanism with a password", "another --auth"},
	{"binding", "channel binding", "--auth scram-sha-256-plus, scram-sha-1-plus or gssapi"},
	{"ticket", "a login with a ticket", "--auth gssapi"},
	{"a proxy", "a proxy", "--proxy URL"},
	{"all addresses", "a session with each address", "--addresses all"},
	{"the line", "the plugin's line on standard output", "--output FILE, or --format nagios"},
	{"step retr", "the step retr", "--steps retr"},
}

// conditionOf returns the condition of that name. It reports false if there is
// none: then it is the name of an option.
func conditionOf(name string) (condition, bool) {
	for _, c := range conditions {
		if c.name == name {
			return c, true
		}
	}
	return condition{}, false
}

// listed splits the value of a tag.
func listed(tag string) []string {
	return strings.FieldsFunc(tag, func(r rune) bool { return r == ',' })
}

// exclude leaves only one of options that exclude each other: the one whose place
// wins. If they stand in the same place, the user has to choose.
func (a *settings) exclude() error {
	for _, s := range a.given {
		for _, name := range listed(s.tag("excludes")) {
			other := a.get(name)
			if s.isUsual() || other == nil || other.isUsual() {
				continue
			}
			switch rank, others := s.place(last).rank, other.place(last).rank; {
			case rank == others:
				return about(fmt.Sprintf("%s and %s exclude each other, type one of them", s.asTyped, other.asTyped), s.option.LongName, name)
			case rank > others:
				a.drop(other, "beside "+s.name())
			default:
				a.drop(s, "beside "+other.name())
			}
		}
	}
	return nil
}

// need refuses options that have no use in this run, and what they cannot mean.
// An option from a file that has no use is dropped: one file may serve many
// services. met says which conditions hold; nil is all of them.
func (a *settings) need(met map[string]bool) error {
	for _, s := range a.given {
		if err := s.check(); err != nil {
			return err
		}
		if s.tag("no-effect") != "" && !s.isUsual() {
			a.notes = append(a.notes, s.name()+" has no effect in check_pop3x")
		}
		for _, name := range append(listed(s.group.Tag.Get("needs")), listed(s.tag("needs"))...) {
			wanted, isCondition := conditionOf(name)
			if s.isUsual() || isCondition && (met == nil || met[name]) || !isCondition && a.has(name) {
				continue
			}
			switch {
			case !s.typed && isCondition:
				a.drop(s, "without "+wanted.what)
			case !s.typed:
				a.drop(s, "without --"+name)
			case isCondition:
				return about(fmt.Sprintf("%s needs %s, type %s", s.name(), wanted.what, wanted.how), s.option.LongName)
			default:
				return about(fmt.Sprintf("%s needs --%s %s", s.name(), name, a.all().FindOptionByLongName(name).ValueName), s.option.LongName)
			}
		}
	}
	return nil
}

// drop makes as if an option had not been given.
func (a *settings) drop(s *setting, why string) {
	s.reset()
	a.notes = append(a.notes, fmt.Sprintf("%s: %s has no effect %s", s.place(last).text, s.option.LongName, why))
}

// check refuses a value by what the tags and the name of the value say.
func (s *setting) check() error {
	typed := ""
	if s.field.Kind() == reflect.String {
		typed = s.field.String()
	}
	all := words(s.option.ValueName)
	switch {
	case typed == "" && s.initial.IsZero(): // schedulers pass empty ones
		return nil
	case s.tag("refused") != "":
		return refuse(s.option.LongName, "%s", s.tag("refused"))
	case typed == "-" && s.option.ValueName == "FILE" && s.tag("dash") == "":
		return refuse(s.option.LongName, "standard input is only for --password-file and --token-file, name a file")
	case s.option.ValueName == "STATE": // may be shortened
	case len(all) > 0 && !slices.ContainsFunc(all, func(word string) bool { return strings.EqualFold(word, typed) }):
		return refuse(s.option.LongName, "%q is not one of %s", typed, strings.Join(all, ", "))
	}
	return nil
}

// inputNotes tells, for -v, what became of what was typed: of empty arguments, as
// schedulers pass them for a macro without a value, and of names outside ASCII.
func (a *settings) inputNotes() (notes []string) {
	for _, s := range a.given {
		switch {
		case s.tag("no-effect") != "" || !s.empty():
		case s.option.LongName == "sni":
			notes = append(notes, "--sni is empty: no server name is sent")
		default:
			notes = append(notes, s.name()+" is empty and counts as not given")
		}
	}
	o := a.options
	names := []text{o.Server.Hostname, o.TLS.VerifyName}
	if o.TLS.SNI != nil {
		names = append(names, *o.TLS.SNI)
	}
	for _, typed := range names {
		if used, err := resolve.ASCII(string(typed)); err == nil && used != string(typed) {
			notes = append(notes, string(typed)+" is used as "+used+", which DNS and certificates have")
		}
	}
	return notes
}

// platformNotes tells, for -v, what other systems do in their own way: Windows has
// no file modes to judge, and crypto/x509 leaves certificates to the verifier of
// the system if there is one.
func (a *settings) platformNotes(goos string, tls bool) (notes []string) {
	for _, s := range a.given {
		if s.tag("secret-file") != "" && goos == "windows" && !s.isUsual() && s.field.String() != "-" {
			notes = append(notes, "who may read "+s.field.String()+" was not checked: Windows has no file modes")
		}
	}
	o := a.options.TLS
	if own := goos == "windows" || goos == "darwin"; own && tls && o.CAFile == "" && !o.Insecure && !o.DANE {
		notes = append(notes, "the certificate was left to the verifier of the system")
	}
	return notes
}

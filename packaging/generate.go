// Package packaging holds what is installed around check_pop3x: commands for monitoring engines, systemd units,
// completion, documents and packages, and the tests of all of them.
//
// What describes options is generated from package options: a file NAME.in is a template, and NAME beside it what
// `make generate` makes of it.
package packaging

import (
	"bytes"
	"embed"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"text/template"

	"check_pop3x/check/options"
)

//go:embed */*.in
var templates embed.FS

// A Reference is the data of the templates.
type Reference struct {
	Options []options.Option
}

// Current returns the options of check_pop3x.
func Current() Reference { return Reference{Options: options.All()} }

// Shown returns the options that are not hidden.
func (r Reference) Shown() []options.Option {
	return r.only(func(o options.Option) bool { return !o.Hidden })
}

// Engine returns the options that a monitoring engine may pass.
func (r Reference) Engine() []options.Option {
	return r.only(func(o options.Option) bool { return !o.Hidden && !o.ByHand })
}

// Secrets returns the options whose secret may be in the environment.
func (r Reference) Secrets() []options.Option {
	return r.only(func(o options.Option) bool { return o.Secret != "" })
}

func (r Reference) only(wanted func(options.Option) bool) []options.Option {
	return slices.DeleteFunc(slices.Clone(r.Options), func(o options.Option) bool { return !wanted(o) })
}

// A Group is a title and the options below it.
type Group struct {
	Title   string
	Options []options.Option
}

// Groups returns the shown options by group, each in the order of its struct.
func (r Reference) Groups() []Group {
	var all []Group
	for _, o := range r.Shown() {
		if len(all) == 0 || all[len(all)-1].Title != o.Group {
			all = append(all, Group{Title: o.Group})
		}
		last := &all[len(all)-1]
		last.Options = append(last.Options, o)
	}
	return all
}

// Words returns what may be typed for some words in an argument's name.
func (Reference) Words() map[string][]string { return options.Words() }

// Files returns every generated file by its name in packaging.
func (r Reference) Files() (map[string]string, error) {
	names, err := fs.Glob(templates, "*/*.in")
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, name := range names {
		if files[strings.TrimSuffix(name, ".in")], err = r.execute(name); err != nil {
			return nil, err
		}
	}
	if files[directorBasket], err = r.basket(); err != nil {
		return nil, err
	}
	if files[zabbixTemplate], err = r.zabbix(); err != nil {
		return nil, err
	}
	boards, err := dashboards()
	if err != nil {
		return nil, err
	}
	maps.Copy(files, boards)
	files[manualPage], err = manPage(files[manualSource])
	return files, err
}

// execute fills in one template.
func (r Reference) execute(name string) (string, error) {
	text, err := templates.ReadFile(name)
	if err != nil {
		return "", err
	}
	t, err := template.New(name).Funcs(spellings).Parse(string(text))
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, r); err != nil {
		return "", err
	}
	return out.String(), nil
}

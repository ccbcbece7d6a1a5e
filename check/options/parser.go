package options

import (
	"reflect"
	"slices"
	"strings"

	"github.com/jessevdk/go-flags"
)

// An optionParser reads options of some groups of a struct.
type optionParser struct {
	*flags.Parser
	numbers []int // of the groups in the struct
}

// newParser makes a parser for the groups of a struct that words can be about: to
// read the tags of all options takes longer than a session.
func newParser(o any, words []string) (optionParser, error) {
	p := optionParser{Parser: flags.NewNamedParser("check_pop3x", flags.PassDoubleDash)}
	groups := reflect.ValueOf(o).Elem()
	for i, mentioned := range mentionedGroups(groups.Type(), words) {
		if !mentioned {
			continue
		}
		title := groups.Type().Field(i).Tag.Get("group")
		if _, err := p.AddGroup(title, "", groups.Field(i).Addr().Interface()); err != nil {
			return p, err
		}
		p.numbers = append(p.numbers, i)
	}
	return p, nil
}

// wholeParser makes a parser for all groups.
func wholeParser(o any) (optionParser, error) { return newParser(o, []string{"--?"}) }

// mentionedGroups reports of each group of a struct whether a word can be an option of
// it. Of a word that is no option any group may have the one that was meant.
func mentionedGroups(o reflect.Type, words []string) []bool {
	mentioned, all := make([]bool, o.NumField()), false
	known := make([]bool, len(words))
	for i := range mentioned {
		for field := range o.Field(i).Type.Fields() {
			long, short := field.Tag.Get("long"), field.Tag.Get("short")
			for w, word := range words {
				if isOption(word, long, short) {
					mentioned[i], known[w] = true, true
				}
			}
		}
	}
	for w, word := range words {
		all = all || len(word) > 1 && word[0] == '-' && word != "--" && !known[w]
	}
	if all {
		return slices.Repeat([]bool{true}, len(mentioned))
	}
	return mentioned
}

// isOption reports whether a word gives the option of that name, or has its letter
// or its name behind one dash.
func isOption(word, long, short string) bool {
	switch {
	case len(word) < 2 || word[0] != '-':
		return false
	case word[1] != '-':
		return short != "" && strings.Contains(word[1:], short) || strings.HasPrefix(word[1:], long)
	}
	rest, found := strings.CutPrefix(word[2:], long)
	return found && (rest == "" || rest[0] == '=')
}

package options

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"check_pop3x/check/files"
	"check_pop3x/check/verdict"
)

// Changes say how --notify-changes knows what the last run has printed.
type Changes struct {
	Dir    string        // of the files.Store
	Name   string        // of its entry for this check
	Remind time.Duration // what is not OK is printed again after it; 0: never
}

// changes returns them; nil: each run prints. A check is known by its options,
// since two for one mailbox may differ in any of them, and by its user, whom the
// environment may name.
func (a *settings) changes(user string) (*Changes, error) {
	o := a.options
	if !o.Output.NotifyChanges {
		return nil, nil
	}
	c := &Changes{Dir: o.Token.stateDir()}
	if o.Output.Remind != "" {
		var err error
		if c.Remind, err = verdict.ParseDays(string(o.Output.Remind)); err != nil {
			return nil, refuse("remind", "%v, type for example 1d", err)
		}
	}
	var all []string
	for _, s := range a.given {
		if !s.isUsual() && !slices.Contains(howShown, s.option.LongName) {
			all = append(all, fmt.Sprintf("%s=%q", s.option.LongName, reflect.Indirect(s.field)))
		}
	}
	slices.Sort(all)
	c.Name = files.EntryName("notice", append([]string{user}, all...)...)
	return c, nil
}

// howShown are options by which a check is not known: they say what is shown,
// where and how often. Nor by the password, whose digest would help to guess it.
var howShown = []string{"notify-changes", "remind", "format", "output", "jail", "verbose", "password"}

package options

import (
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/verdict"
)

// States give states to findings.
type States struct {
	Expect   texts `unquote:"false" short:"e" long:"expect" value-name:"TEXT" everyday:"yes"`
	All      bool  `short:"A" long:"all"`
	Mismatch text  `unquote:"false" short:"M" long:"mismatch" value-name:"STATE"`
	Refuse   text  `unquote:"false" short:"r" long:"refuse" value-name:"STATE"`
	State    texts `unquote:"false" long:"state" value-name:"KIND=STATE" everyday:"yes"`
}

// wanted returns the texts that are expected in the greeting. An empty one would
// be in each.
func (o States) wanted() []string {
	return slices.DeleteFunc(slices.Clone(o.Expect), func(text string) bool { return text == "" })
}

// plan returns the states that were chosen. timeout may have one behind its
// colon; --state has the last word. Beside an error are those that came before
// it: they hold for the refusal, too.
func (o States) plan(timeout text) (map[fault.Kind]verdict.Status, error) {
	states := map[fault.Kind]verdict.Status{}
	set := func(kind fault.Kind, option, typed string) error {
		status, ok := verdict.ParseStatus(typed)
		if !ok {
			return refuse(option, "%q is not a state, type ok, warning, critical or unknown", typed)
		}
		states[kind] = status
		return nil
	}
	_, late, both := strings.Cut(string(timeout), ":")
	for _, short := range []struct {
		kind          fault.Kind
		option, typed string
	}{{fault.Mismatch, "mismatch", string(o.Mismatch)}, {fault.Refused, "refuse", string(o.Refuse)}, {fault.Timeout, "timeout", late}} {
		if short.typed == "" && !(both && short.option == "timeout") {
			continue
		}
		if err := set(short.kind, short.option, short.typed); err != nil {
			return states, err
		}
	}
	return states, each("state", o.State, func(typed string) error {
		kind, state, both := strings.Cut(typed, "=")
		if _, ok := verdict.Lookup(fault.Kind(kind)); !ok {
			return refuse("state", "%q does not begin with a kind of fault, type for example in-use=ok; see --help for the kinds", typed)
		}
		if !both {
			return refuse("state", "%q has no state, type for example %s=warning", typed, kind)
		}
		return set(fault.Kind(kind), "state", state)
	})
}

package options

import (
	"reflect"
	"testing"

	"github.com/jessevdk/go-flags"
)

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
			words := f.Type == reflect.TypeFor[text]() || f.Type == reflect.TypeFor[texts]()
			if words && f.Tag.Get("unquote") != "false" {
				t.Errorf(`--%s lacks the tag unquote:"false"`, f.Tag.Get("long"))
			}
		}
	}
}

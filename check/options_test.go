package check

import (
	"testing"

	"github.com/jessevdk/go-flags"
)

// Group by group, go-flags does not see a name that is in two of them.
func TestNoOptionTwice(t *testing.T) {
	if _, err := flags.NewNamedParser("", flags.None).AddGroup("all", "", &options{}); err != nil {
		t.Error(err)
	}
}

package resolve

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// bounded is a context that ends if the test hangs.
func bounded(tb testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	tb.Cleanup(cancel)
	return ctx
}

// wantFault checks the kind and the text of a fault.
func wantFault(tb testing.TB, err error, kind fault.Kind, text string) {
	tb.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		tb.Fatalf("%v (%T) is no fault", err, err)
	}
	if f.Kind != kind || f.Text != text {
		tb.Errorf("got  %s: %s\nwant %s: %s", f.Kind, f.Text, kind, text)
	}
}

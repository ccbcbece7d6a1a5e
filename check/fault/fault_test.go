package fault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func TestErrorText(t *testing.T) {
	for want, err := range map[string]error{
		"no host, type -H HOST [usage]":        New(Usage, "no host, type -H %s", "HOST"),
		"EOF [closed]":                         Wrap(Closed, io.EOF),
		"\"no|\\n\" [auth]":                    &Error{Kind: Auth, Said: "no|\n"},
		`"+OK 5" not two numbers [protocol]`:   &Error{Kind: Protocol, Said: "+OK 5", Text: "not two numbers"},
		"no answer within 3s [timeout]":        &Error{Kind: Timeout, Within: 3 * time.Second},
		"no answer within 3s from x [timeout]": &Error{Kind: Timeout, Within: 3 * time.Second, Who: "x"},
		"[command]":                            &Error{Kind: Command},
	} {
		if err.Error() != want {
			t.Errorf("got %s, want %s", err, want)
		}
	}
}

// An error keeps its kind through what is wrapped around it; one without a kind
// is a defect.
func TestOf(t *testing.T) {
	refused := New(Refused, "connection refused")
	for _, err := range []error{refused, fmt.Errorf("dial: %w", refused), errors.Join(io.EOF, refused)} {
		if Of(err) != refused {
			t.Errorf("%v", Of(err))
		}
	}
	f := Of(io.EOF)
	if f.Kind != Internal || f.Text != "EOF" || !errors.Is(f, io.EOF) {
		t.Errorf("%v", f)
	}
	if f := Of(nil); f != nil {
		t.Error(f)
	}
	outer := &Error{Kind: TLSRequired, Err: refused}
	if Of(outer) != outer || !errors.Is(outer, refused) {
		t.Error("the outer kind counts")
	}
}

func TestWrapKeepsTheCause(t *testing.T) {
	f := Of(Wrap(DNS, io.ErrUnexpectedEOF))
	if f.Kind != DNS || f.Unwrap() != io.ErrUnexpectedEOF || f.Text != io.ErrUnexpectedEOF.Error() {
		t.Errorf("%+v", f)
	}
	if err := Wrap(DNS, nil); err != nil {
		t.Error(err)
	}
}

func TestFrom(t *testing.T) {
	late := &Error{Kind: Timeout, Within: 3 * time.Second}
	if err := From(late, "x"); err.Error() != "no answer within 3s from x [timeout]" || !errors.Is(err, late) {
		t.Error(err)
	}
	for _, err := range []error{nil, io.EOF, New(Interrupted, "enough")} {
		if From(err, "x") != err {
			t.Error(err)
		}
	}
}

func TestGuard(t *testing.T) {
	if err := Guard(func() error { return nil }); err != nil {
		t.Error(err)
	}
	if err := Guard(func() error { return io.EOF }); err != io.EOF {
		t.Error(err)
	}
	var none *Error
	write := func(m map[string]int) { m["a"] = 1 }
	for _, f := range []func() error{
		func() error { panic("boom") },
		func() error { panic(io.EOF) },
		func() error { panic(nil) },
		func() error { panic(none.Kind) },
		func() error { write(nil); return nil },
		func() error { var s []int; return fmt.Errorf("%d", s[len(s)]) },
	} {
		err := Guard(f)
		if found, ok := errors.AsType[*Error](err); !ok || found.Kind != Internal || !strings.HasPrefix(found.Text, "panic: ") {
			t.Errorf("%v", err)
		}
	}
}

func TestWait(t *testing.T) {
	if err := Wait(t.Context(), func() error { return nil }); err != nil {
		t.Error(err)
	}
	if err := Wait(t.Context(), func() error { return io.EOF }); err != io.EOF {
		t.Error(err)
	}
}

func TestAwait(t *testing.T) {
	ctx := t.Context()
	if got, err := Await(ctx, func() (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Error(got, err)
	}
	if got, err := Await(ctx, func() (string, error) { return "some", io.EOF }); got != "some" || err != io.EOF {
		t.Error(got, err)
	}
	got, err := Await(ctx, func() (int, error) { panic("boom") })
	if found := Of(err); got != 0 || found == nil || found.Kind != Internal || found.Text != "panic: boom" {
		t.Error(got, err)
	}
}

// What cannot be interrupted is left behind, with the cause of the end.
func TestAwaitEndsWithItsContext(t *testing.T) {
	cause := New(Interrupted, "terminated")
	ctx, cancel := context.WithCancelCause(t.Context())
	begun, release, left := make(chan bool), make(chan bool), make(chan bool)
	go func() {
		<-begun
		cancel(cause)
	}()
	got, err := Await(ctx, func() (int, error) {
		defer close(left)
		close(begun)
		<-release
		panic("too late to matter")
	})
	if got != 0 || err != error(cause) {
		t.Error(got, err)
	}
	close(release)
	<-left // it ends on its own and takes nothing with it
}

// A context that has ended already still gives its cause, or the result.
func TestAwaitAfterTheEnd(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	block := make(chan bool)
	defer close(block)
	if _, err := Await(ctx, func() (int, error) { <-block; return 0, nil }); err != context.DeadlineExceeded {
		t.Error(err)
	}
}

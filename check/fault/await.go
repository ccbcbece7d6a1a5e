package fault

import (
	"context"
	"time"

	"check_pop3x/check/stack"
)

// Guard runs f and returns its error; a panic in f comes back as Internal.
// Every goroutine of the plugin runs under it: a panic that nobody recovers
// ends the process with status 2 and no line (a scheduler then says CRITICAL).
func Guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = New(Internal, "panic: %v", p)
		}
	}()
	return f()
}

// Wait is Await for an f without a result.
func Wait(ctx context.Context, f func() error) error {
	_, err := Await(ctx, func() (struct{}, error) { return struct{}{}, f() })
	return err
}

// Await runs f, which nothing can interrupt, and returns its result, or the cause
// of ctx's end if that comes first. What f still does then ends with the process.
func Await[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		stack.Reserve()
		var r result
		r.err = Guard(func() (err error) { r.value, err = f(); return err })
		done <- r
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// AwaitLock waits for a lock unless ctx ends first. A lock that comes later is
// released at once.
func AwaitLock(ctx context.Context, lock func() (unlock func(), err error)) (unlock func(), err error) {
	return Await(ctx, func() (func(), error) {
		unlock, err := lock()
		if err == nil && ctx.Err() != nil {
			unlock()
		}
		return unlock, err
	})
}

// Longer returns a context that ends a moment after ctx, with that cause.
func Longer(ctx context.Context, moment time.Duration, cause error) (context.Context, context.CancelCauseFunc) {
	after, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(moment, func() { cancel(cause) })
	})
	return after, func(cause error) {
		stop()
		cancel(cause)
	}
}

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

// Wait runs f, which nothing can interrupt, and returns its error, or the cause of
// ctx's end if that comes first. What f still does then ends with the process.
func Wait(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	go func() {
		stack.Reserve()
		done <- Guard(f)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Await is Wait for an f with a result. All goroutines begin in Wait: what the
// runtime looks up for a function that begins one it looks up once, instead of for
// each type.
func Await[T any](ctx context.Context, f func() (T, error)) (T, error) {
	var value T
	var failed error
	if err := Wait(ctx, func() error { value, failed = f(); return nil }); err != nil {
		var none T // f may still write the value
		return none, err
	}
	return value, failed
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

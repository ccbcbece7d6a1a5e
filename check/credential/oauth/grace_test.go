package oauth

import (
	"context"
	"net/http"
	"os"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// An answer that comes right after the end of the run, whether by a signal or
// because its time is up, is read, and the new refresh token is written.
func TestAnswerAfterTheEnd(t *testing.T) {
	for name, start := range map[string]func() (context.Context, context.CancelFunc){
		"signal": func() (context.Context, context.CancelFunc) { return context.WithCancel(t.Context()) },
		"deadline": func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithTimeout(t.Context(), minTime+200*time.Millisecond)
			t.Cleanup(cancel)
			return ctx, func() {}
		},
	} {
		t.Run(name, func(t *testing.T) {
			for {
				ctx, end := start()
				took, written := askUntil(t, ctx, end)
				if written {
					return
				}
				if took < answerGrace/2 {
					t.Fatalf("the new token is lost, %v after the end", took)
				} // else the machine was too busy for the answer to come in time
			}
		})
	}
}

// askUntil asks a server that answers when ctx has ended, which end does if
// nothing else. It returns how long that took and whether the new refresh token
// was written.
func askUntil(t *testing.T, ctx context.Context, end func()) (took time.Duration, written bool) {
	server := count(t, func(int, *http.Request) (int, string) {
		end()
		<-ctx.Done()
		return 200, granted("t0ken", `,"refresh_token":"n3w-refresh"`)
	})
	r, _ := withRefreshToken(t, server)
	s := r.source()
	if err := s.prepare(ctx); err != nil {
		t.Fatal(err)
	}
	ended := make(chan time.Time, 1)
	context.AfterFunc(ctx, func() { ended <- time.Now() })
	_, _ = s.read(ctx)
	if took = time.Since(<-ended); server.times() == 0 {
		took = answerGrace // it never came to that
	}
	text, err := os.ReadFile(r.RefreshFile)
	if err != nil {
		t.Fatal(err)
	}
	return took, string(text) == "n3w-refresh\n"
}

// A server that does not answer is not waited for much longer.
func TestNoAnswerAfterTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := fault.New(fault.Interrupted, "terminated")
	server := count(t, func(_ int, request *http.Request) (int, string) {
		request.ParseForm() // only then it is known whether the client hangs up
		cancel(interrupted)
		<-request.Context().Done() // the client hangs up
		return 500, ""
	})
	r, _ := withRefreshToken(t, server)
	if _, err := fetch(ctx, r.source()); fault.Of(err) != interrupted {
		t.Error(err)
	}
}

// In the last second a refresh token is not used, and that is not remembered as
// the server's failure.
func TestNoTimeForRefreshToken(t *testing.T) {
	server := rotating(t)
	r, now := withRefreshToken(t, server)
	ctx, cancel := context.WithTimeout(t.Context(), minTime)
	defer cancel()
	if _, err := fetch(ctx, r.source()); err != errNoTime || server.times() != 0 {
		t.Errorf("%v, asked %d times", err, server.times())
	}
	if _, token, err := run(t, r, now); err != nil || token != "t0ken-1" {
		t.Error(token, err)
	}
}

// A run that was stopped while it holds the lock of a token does not end the
// others: they ask for themselves when half of their time is over.
func TestStoppedRun(t *testing.T) {
	server := numbered(t)
	r, _ := withSecret(t, server)
	s := r.source()
	if err := s.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	stopped, err := openCache(r.StateDir)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := stopped.lock(t.Context(), s.entryName())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	for budget := 200 * time.Millisecond; ; budget *= 2 {
		ctx, cancel := context.WithTimeout(t.Context(), budget)
		token, err := fetch(ctx, r.source())
		cancel()
		if err == nil && token == "t0ken-1" {
			return
		}
		if budget > time.Minute {
			t.Fatal(token, err)
		}
	}
}

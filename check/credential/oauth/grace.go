package oauth

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"check_pop3x/check/fault"
)

// A server replaces a refresh token when it answers, whether or not anybody reads
// the answer. So a run that has sent a request goes on for a part of the half
// second that it may take beyond its end, to read the answer and to write it. Nor
// does it send a request in its last second.
const (
	answerGrace = 200 * time.Millisecond // after the end
	writeGrace  = 350 * time.Millisecond // after the end
	storeGrace  = 50 * time.Millisecond  // to keep an access token, which can be asked for again
	minTime     = time.Second
)

var errNoTime = &fault.Error{Kind: fault.Token, Text: "less than a second is left, too little to use the refresh token: the one that replaces it could be lost; a longer --timeout helps"}

// writing returns a context to write what the server gave. It ends that long after
// ctx, or from now if ctx has ended.
func writing(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	after, cancel := fault.Longer(ctx, grace, fault.New(fault.Token, "the file system does not answer"))
	return after, func() { cancel(nil) }
}

// answering returns a context for a request. It ends with ctx until there is a
// connection, over which the request goes out at once, and from then on a moment
// later.
func answering(ctx context.Context) (context.Context, context.CancelFunc) {
	after, cancel := fault.Longer(ctx, answerGrace, nil)
	var out atomic.Bool
	stop := context.AfterFunc(ctx, func() {
		if !out.Load() {
			cancel(nil)
		}
	})
	connected := func(httptrace.GotConnInfo) {
		if out.Store(true); ctx.Err() != nil {
			cancel(nil)
		}
	}
	return httptrace.WithClientTrace(after, &httptrace.ClientTrace{GotConn: connected}), func() {
		stop()
		cancel(nil)
	}
}

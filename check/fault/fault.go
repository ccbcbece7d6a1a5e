// Package fault names the kinds of fault a check can meet, and the error that
// carries one from where it is known to where it is judged.
package fault

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Kind is what went wrong, as users search for it and as --state names it.
type Kind string

// The kinds, in the order of the documentation. Which state each gets by
// default is for package verdict to say.
const (
	Usage            Kind = "usage"             // arguments, an unreadable or unsafe file, no password
	DNS              Kind = "dns"               // the name does not resolve
	Refused          Kind = "refused"           // connection refused, and nothing else
	Unreachable      Kind = "unreachable"       // no route, network down
	Timeout          Kind = "timeout"           // a phase or the whole budget ran out
	Closed           Kind = "closed"            // the server hung up in the middle
	TLS              Kind = "tls"               // the handshake failed
	TLSVersion       Kind = "tls-version"       // older than is wished for
	TLSLegacy        Kind = "tls-legacy"        // a cipher suite that clients are giving up
	Certificate      Kind = "certificate"       // untrusted, expired, revoked, weak or for another name
	OCSP             Kind = "ocsp"              // a stapled OCSP answer that is stale or not the issuer's
	Greeting         Kind = "greeting"          // -ERR, or not POP3 at all
	Mismatch         Kind = "mismatch"          // --expect not found
	STLS             Kind = "stls"              // not offered, refused, or text injected behind its +OK
	Cleartext        Kind = "cleartext"         // a password would go out in clear
	Mechanism        Kind = "mechanism"         // no mechanism in common
	Token            Kind = "token"             // no access token could be had
	TLSRequired      Kind = "tls-required"      // login refused because TLS is wanted first
	Auth             Kind = "auth"              // the credentials were refused
	InUse            Kind = "in-use"            // the mailbox is locked by another session
	LoginDelay       Kind = "login-delay"       // RFC 2449, section 8.1.1
	Temporary        Kind = "temporary"         // [SYS/TEMP], RFC 3206, section 4
	Permanent        Kind = "permanent"         // [SYS/PERM], RFC 3206, section 4
	Command          Kind = "command"           // -ERR to a later command
	Protocol         Kind = "protocol"          // an answer that breaks the protocol
	CleartextOffered Kind = "cleartext-offered" // CAPA before STLS offers a login in clear
	Empty            Kind = "empty"             // no message is there
	Consistency      Kind = "consistency"       // LIST, UIDL, STAT and RETR disagree
	Interrupted      Kind = "interrupted"       // SIGTERM, SIGINT, SIGHUP
	Internal         Kind = "internal"          // a defect in the plugin itself
)

// An Error is a fault: its kind, what happened in the plugin's own words, and
// what the server said where it spoke.
type Error struct {
	Kind Kind
	Text string // in our words; "" where the server's say it all
	Said string // in the server's words, as received but for secrets; "" where it said nothing
	Err  error  // what lies beneath, or nil

	Within  time.Duration // the budget that ran out, for Timeout; then Text may say from whom there was no answer
	Problem Problem       // what is behind it; "" if only the text tells
}

// New returns an Error of that kind with a text of our own.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// Because returns e with the problem behind it.
func (e *Error) Because(p Problem) *Error {
	e.Problem = p
	return e
}

// Clean returns e with clean text.
func (e *Error) Clean() *Error {
	clean := *e
	clean.Text, clean.Said = Clean(e.Text), Clean(e.Said)
	return &clean
}

// Wrap returns an Error of that kind around err, with its text, or nil if err is
// nil.
func Wrap(kind Kind, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: kind, Text: err.Error(), Err: err}
}

// Of returns the Error in err's chain; an err without one is a defect of the
// plugin and comes back as Internal. Of(nil) is nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Error](err); ok {
		return f
	}
	return &Error{Kind: Internal, Text: err.Error(), Err: err}
}

func (e *Error) Error() string {
	switch {
	case e.Within > 0:
		return strings.TrimSpace(fmt.Sprintf("no answer within %v %s", e.Within, e.Text)) + fmt.Sprintf(" [%s]", e.Kind)
	case e.Text == "":
		return fmt.Sprintf("%q [%s]", e.Said, e.Kind)
	case e.Said == "":
		return fmt.Sprintf("%s [%s]", e.Text, e.Kind)
	}
	return fmt.Sprintf("%q %s [%s]", e.Said, e.Text, e.Kind)
}

// From says from whom there was no answer, where err is time that ran out. Other
// errors are as they were.
func From(err error, who string) error {
	late, ok := errors.AsType[*Error](err)
	if !ok || late.Within == 0 {
		return err
	}
	return &Error{Kind: late.Kind, Within: late.Within, Text: "from " + who, Err: err}
}

func (e *Error) Unwrap() error { return e.Err }

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

// Await runs f, which nothing can interrupt, beside ctx and returns its result,
// or the cause of ctx's end. What f still does then ends with the process.
func Await[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
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

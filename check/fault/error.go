package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// An Error is a fault: its kind, what happened in the plugin's own words, and
// what the server said if it spoke.
type Error struct {
	Kind    Kind
	Problem Problem // what is behind it; "" if only the text tells
	Text    string  // in our words; "" if the server's say it all; beside Within, how "no answer" goes on
	Said    string  // in the server's words; "" if it said nothing
	Err     error   // the cause, or nil

	Within time.Duration // the budget that ran out, for Timeout; 0 for other kinds
	Who    string        // who did not answer within it; "" for the server
}

// New returns an Error of that kind with a text of our own.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
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

// From adds who did not answer to an err that is a budget that ran out. It
// returns other errors as they are.
func From(err error, who string) error {
	late, ok := errors.AsType[*Error](err)
	if !ok || late.Within == 0 {
		return err
	}
	return &Error{Kind: late.Kind, Within: late.Within, Who: who, Err: err}
}

// Because returns e with the problem behind it.
func (e *Error) Because(p Problem) *Error {
	e.Problem = p
	return e
}

// Clean returns a copy of e with clean text.
func (e *Error) Clean() *Error {
	clean := *e
	clean.Text, clean.Said, clean.Who = Clean(e.Text), Clean(e.Said), Clean(e.Who)
	return &clean
}

func (e *Error) Error() string {
	var words []string
	if e.Within > 0 {
		words = append(words, "no answer within "+e.Within.String())
	}
	if e.Who != "" {
		words = append(words, "from "+e.Who)
	}
	if e.Said != "" {
		words = append(words, fmt.Sprintf("%q", e.Said))
	}
	if e.Text != "" {
		words = append(words, e.Text)
	}
	return strings.Join(append(words, "["+string(e.Kind)+"]"), " ")
}

func (e *Error) Unwrap() error { return e.Err }

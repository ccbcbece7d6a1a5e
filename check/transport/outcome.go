package transport

import (
	"errors"
	"fmt"
	"io"
	"os"

	"check_pop3x/check/fault"
)

// An outcome is what the network did to a connection: its kind, what is behind it
// if that is known, and how it is said of an address.
type outcome struct {
	kind    fault.Kind
	problem fault.Problem
	text    string
}

// An explained error is that of a dial, with more than its number tells.
type explained struct {
	outcome
	err error
}

func (e *explained) Error() string { return e.err.Error() }
func (e *explained) Unwrap() error { return e.err }

// lostFault is the fault of a connection that failed in use. What the operating
// system has no number for comes back as it is: the end of the data, and a
// deadline, whose reason is for the caller to say.
func lostFault(err error, remote fmt.Stringer) error {
	o, known := outcomeOf(err)
	cause := systemError(err)
	switch {
	case known && o.kind == fault.Closed:
		return &fault.Error{Kind: o.kind, Problem: o.problem, Text: endText(o.problem), Err: err}
	case known:
		return &fault.Error{Kind: o.kind, Text: fmt.Sprintf(o.text, remote), Err: err}
	case cause != nil:
		return &fault.Error{Kind: fault.Unreachable, Text: "the connection failed (" + cause.Error() + ")", Err: err}
	}
	return err
}

// systemError is what the operating system says in err, or nil.
func systemError(err error) error {
	if e, ok := errors.AsType[*os.SyscallError](err); ok {
		return e.Err
	}
	return nil
}

// endText says how a connection ended.
func endText(p fault.Problem) string {
	if p == fault.Reset {
		return "the connection was reset"
	}
	return "the server closed the connection"
}

// isEnd reports whether err says that the peer ended the connection, and how: by a
// reset, or in an orderly way ("").
func isEnd(err error) (how fault.Problem, is bool) {
	o, known := outcomeOf(err)
	is = err == io.EOF || err == io.ErrUnexpectedEOF || known && o.kind == fault.Closed
	return o.problem, is
}

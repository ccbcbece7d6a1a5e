package report

import "time"

// A Send is what became of the mail that a run sends to the mailbox.
type Send struct {
	Server     string    `json:"server"`                // HOST:PORT of the submission server
	Next       time.Time `json:"next" null:"zero"`      // when the next one is sent, if it was not time yet; else zero
	Address    string    `json:"address" null:"zero"`   // the address in use; "" before the connection
	TLS        *TLS      `json:"tls"`                   // nil without a handshake
	User       string    `json:"user" null:"zero"`      // who logs in; "": nobody
	Mechanism  string    `json:"mechanism" null:"zero"` // "": no login
	Source     string    `json:"source" null:"zero"`    // where the secret came from, never what it is
	From       string    `json:"from" null:"zero"`      // the addresses of the mail
	To         string    `json:"to" null:"zero"`
	ID         string    `json:"id" null:"zero"`         // of the probe; "": it was refused, or it did not come to that
	Answer     string    `json:"answer" null:"zero"`     // what the server said when it accepted the mail; "": it did not
	Parts      []Part    `json:"parts"`                  // those that ran, in their order
	Transcript []Line    `json:"transcript" null:"zero"` // the dialogue, secrets redacted
}

// A Part is a part of a phase that ran, to its end or not.
type Part struct {
	Name string        `json:"name"`
	Time time.Duration `json:"seconds"`
}

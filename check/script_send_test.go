package check_test

import (
	"github.com/rogpeppe/go-internal/testscript"
)

// smtpserver plays the dialogue of a submission server at $SMTP_PORT, with the
// options of pop3server, whose ports stay.
func smtpserver(ts *testscript.TestScript, neg bool, args []string) {
	mail, port, tlsPort := *ts.Value(serverKey{}).(**scriptServer), ts.Getenv("PORT"), ts.Getenv("TLS_PORT")
	pop3server(ts, neg, args)
	ts.Setenv("SMTP_PORT", ts.Getenv("PORT"))
	ts.Setenv("PORT", port)
	ts.Setenv("TLS_PORT", tlsPort)
	*ts.Value(serverKey{}).(**scriptServer) = mail
}

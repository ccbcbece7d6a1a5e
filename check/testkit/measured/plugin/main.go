// The plugin as the tests run it: main.go, which leaves an account of what the
// run cost.
package main

import (
	"os"
	"time"

	"check_pop3x/check"
	_ "check_pop3x/check/lean"
	"check_pop3x/check/testkit/measured"
)

// account names the file for the account; the tests say it by the environment.
const account = "CHECK_POP3X_TEST_ACCOUNT"

func main() {
	began := time.Now()
	code := check.Main("v0.0.0-test", os.Args, os.Stdin, os.Stdout)
	if file := os.Getenv(account); file != "" {
		measured.Since(began).Leave(file)
	}
	os.Exit(code)
}

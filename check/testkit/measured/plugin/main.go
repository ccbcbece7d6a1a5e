// plugin is the plugin as tests run it: main.go, with an account of what the
// run has cost.
package main

import (
	"os"
	"time"

	"check_pop3x/check"
	_ "check_pop3x/check/lean"
	"check_pop3x/check/testkit/measured"
)

// account is the environment variable with the name of the file for the
// account.
const account = "CHECK_POP3X_TEST_ACCOUNT"

func main() {
	began := time.Now()
	code := check.Main("v0.0.0-test", os.Args, os.Stdin, os.Stdout)
	if file := os.Getenv(account); file != "" {
		measured.Since(began).Leave(file)
	}
	os.Exit(code)
}

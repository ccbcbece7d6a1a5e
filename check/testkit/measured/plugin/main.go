// plugin is the plugin as tests run it: main.go, with a record of what the
// run has cost.
package main

import (
	"os"
	"time"

	"check_pop3x/check"
	_ "check_pop3x/check/lean"
	"check_pop3x/check/testkit/measured"
)

// usage is the environment variable with the name of the file for the
// usage.
const usage = "CHECK_POP3X_TEST_USAGE"

func main() {
	began := time.Now()
	code := check.Main("v0.0.0-test", os.Args, os.Stdin, os.Stdout)
	if file := os.Getenv(usage); file != "" {
		measured.Since(began).WriteFile(file)
	}
	os.Exit(code)
}

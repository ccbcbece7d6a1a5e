// check_pop3x checks that a user can fetch mail over POP3.
package main

import (
	"os"

	"check_pop3x/check"
	_ "check_pop3x/check/lean"
)

// version is set by the build from git.
var version = "devel"

func main() {
	os.Exit(check.Main(version, os.Args, os.Stdin, os.Stdout))
}

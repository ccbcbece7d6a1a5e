// check_pop3x tells whether a user can fetch mail over POP3 right now.
package main

import (
	"os"
	"runtime"

	"check_pop3x/check"
)

// version is set by the build from git.
var version = "devel"

func main() {
	runtime.GOMAXPROCS(1) // a check does one thing after the other: more only costs CPU
	os.Exit(check.Main(check.UntilSignal, version, os.Args, os.Stdin, os.Stdout))
}

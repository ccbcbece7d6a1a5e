// Package lean has one processor be used, so nobody need look how many there are now.
//
//go:debug updatemaxprocs=0

// check_pop3x checks that a user can fetch mail over POP3.
package main

import (
	"os"
	"runtime/debug"

	"check_pop3x/check"
	_ "check_pop3x/check/lean"
)

// version is set by the Makefile.
var version string

func main() {
	os.Exit(check.Main(versionOf(version), os.Args, os.Stdin, os.Stdout))
}

// versionOf returns what the Makefile has set, or else what Go knows of a build
// by `go build` or `go install`: a version made from the commit, or "(devel)".
func versionOf(set string) string {
	if set != "" {
		return set
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "(devel)"
}

package check_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Tables are data that the linker lays out, or are made when they are needed. What
// a package makes when it is initialized, every check pays for: 0.1 ms for a few
// patterns, or a map of functions. dnsmessage has maps of names, which the linker leaves
// out if no type of it can be printed; six allocations are its errors.
func TestNothingIsMadeAtStart(t *testing.T) {
	dir, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.Command(filepath.Join(dir, "check_pop3x"), "--version")
	program.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var traced strings.Builder
	program.Stderr = &traced
	_ = program.Run() // it exits 3, as --version does
	const dnsmessage = "golang.org/x/net/dns/dnsmessage"
	own := 0
	for _, line := range regexp.MustCompile(`(?m)^init (check_pop3x/\S+|`+dnsmessage+`) .* (\d+) allocs$`).FindAllStringSubmatch(traced.String(), -1) {
		own++
		const errors = "6"
		if line[1] == dnsmessage && (line[2] == errors || raceFlag() != nil) { // the linker leaves out less with the race detector
			continue
		}
		if line[2] != "0" && !strings.HasPrefix(line[1], "check_pop3x/check/testkit/") {
			t.Errorf("%s makes something: look for maps, patterns and calls among its package variables\n%s", line[1], line[0])
		}
	}
	if own == 0 {
		t.Errorf("nothing was traced:\n%s", traced.String())
	}
}

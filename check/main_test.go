package check_test

import (
	"flag"
	"os"
	"regexp"
	"runtime"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"check_pop3x/check"
)

// TestMain lets the test binary stand for the plugin under both its names, so
// that the whole program runs as a process of its own.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "6") // unless the command line says otherwise: they mostly wait
	testscript.Main(m, map[string]func(){"check_pop3x": plugin, "check_spop": plugin})
}

// What a test tells the plugin's process by its environment.
const peakEnv = "CHECK_POP3X_TEST_PEAK" // file for the most memory it had

// quickRace spares a process under the race detector the second that it sleeps
// at its end.
const quickRace = "GORACE=atexit_sleep_ms=10"

// plugin is main.go, but for what the environment asks of a test.
func plugin() {
	runtime.GOMAXPROCS(1) // as main.go does
	code := check.Main(check.UntilSignal, "v0.0.0-test", os.Args, os.Stdin, os.Stdout)
	if file := os.Getenv(peakEnv); file != "" {
		writePeak(file)
	}
	os.Exit(code)
}

var peakLine = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// writePeak writes the peak of the resident memory in KiB. ru_maxrss would have
// that of the test itself, which the process was forked from.
func writePeak(file string) {
	status, _ := os.ReadFile("/proc/self/status")
	if found := peakLine.FindSubmatch(status); found != nil {
		_ = os.WriteFile(file, found[1], 0o600)
	}
}

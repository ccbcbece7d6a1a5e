package check_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"sync"
	"testing"
)

func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "6") // unless the command line sets it: tests mostly wait
	code := m.Run()
	if installed != "" {
		_ = os.RemoveAll(installed)
	}
	os.Exit(code)
}

// usageEnv tells the plugin where to write what it has cost; see
// measured/plugin.
const usageEnv = "CHECK_POP3X_TEST_USAGE"

// quickRace shortens the second that a process with the race detector sleeps at
// its end.
const quickRace = "GORACE=atexit_sleep_ms=10"

// installed is the directory of the plugin, once it was built.
var installed string

// plugin builds the plugin under both its names and returns the directory. It
// is a program of its own, as the test binary takes longer to start than a
// check to run.
var plugin = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "check_pop3x-test-"); err != nil {
		return "", err
	}
	installed = dir
	program := filepath.Join(dir, "check_pop3x")
	args := append(append([]string{"build"}, raceFlag()...), "-o", program, "check_pop3x/check/testkit/measured/plugin")
	if said, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("the plugin does not build: %w\n%s", err, said)
	}
	return dir, os.Symlink(program, filepath.Join(dir, "check_spop"))
})

// raceFlag returns -race if the test was built with it.
func raceFlag() []string {
	info, _ := debug.ReadBuildInfo()
	for _, setting := range info.Settings {
		if setting.Key == "-race" && setting.Value == "true" {
			return []string{"-race"}
		}
	}
	return nil
}

// pathWith returns PATH with the plugin in front.
func pathWith(dir string) string {
	return "PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")
}

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
	_ = flag.Set("test.parallel", "6") // unless the command line says otherwise: they mostly wait
	code := m.Run()
	if installed != "" {
		_ = os.RemoveAll(installed)
	}
	os.Exit(code)
}

// accountEnv tells the plugin's process where to leave its account; see
// measured/plugin.
const accountEnv = "CHECK_POP3X_TEST_ACCOUNT"

// quickRace spares a process under the race detector the second that it sleeps
// at its end.
const quickRace = "GORACE=atexit_sleep_ms=10"

// installed is where the plugin is, once somebody has asked for it.
var installed string

// plugin is the directory with the plugin under both its names. It is a program
// of its own, since the test binary takes longer to start than a check to run.
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

// raceFlag has the plugin built as the test is.
func raceFlag() []string {
	info, _ := debug.ReadBuildInfo()
	for _, setting := range info.Settings {
		if setting.Key == "-race" && setting.Value == "true" {
			return []string{"-race"}
		}
	}
	return nil
}

// pathWith is PATH with the plugin in front.
func pathWith(dir string) string {
	return "PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")
}

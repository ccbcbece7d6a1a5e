//go:build integration

// What all tests share is made here and removed again: a directory, the certificate authority, and the servers that
// more than one test uses.

package integration

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const dirPrefix = "check_pop3x-integration-"

var (
	workDir string     // removed after the tests
	rootCA  *authority // signs the servers' certificates
)

func TestMain(m *testing.M) {
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "integration:", err)
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	if os.Geteuid() != 0 {
		return 1, fmt.Errorf("needs root, for namespaces and mounts")
	}
	sweep()
	syscall.Umask(0o022) // the servers' users must read what is written for them
	workDir, err = os.MkdirTemp("", fmt.Sprintf("%s%d-", dirPrefix, os.Getpid()))
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(workDir)
	if err := os.Chmod(workDir, 0o755); err != nil {
		return 1, err
	}
	if rootCA, err = newAuthority(workDir); err != nil {
		return 1, err
	}
	defer stopShared()
	go machine.watch()
	if err := manyAtOnce(); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// manyAtOnce has more tests run in parallel than there are processors, unless -parallel says how many: they mostly wait.
func manyAtOnce() error {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if chosen {
		return nil
	}
	return flag.Set("test.parallel", strconv.Itoa(4*runtime.NumCPU()))
}

// sweep removes the directories of runs that were killed before they could.
func sweep() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), dirPrefix+"*"))
	for _, dir := range dirs {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), dirPrefix), "-")
		if _, err := strconv.Atoi(pid); err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join("/proc", pid)); os.IsNotExist(err) {
			os.RemoveAll(dir)
		}
	}
}

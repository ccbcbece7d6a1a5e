//go:build integration

// The harness itself: a test that is killed leaves no server behind.

package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

// endlessEnv tells a second run of this program to start a server and wait; it names the file that will hold the number
// of the server's last process.
const endlessEnv = "CHECK_POP3X_ENDLESS"

func TestKilledTest(t *testing.T) {
	t.Parallel()
	note := filepath.Join(t.TempDir(), "pid")
	child := exec.Command(os.Args[0], "-test.run=^TestEndless$")
	child.Env = append(os.Environ(), endlessEnv+"="+note)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	pid := awaitPid(t, note)
	child.Process.Kill()
	child.Wait()
	awaitDeath(t, pid)
	sweep()
}

// TestEndless is the test that is killed.
func TestEndless(t *testing.T) {
	note := os.Getenv(endlessEnv)
	if note == "" {
		t.Skip("only for TestKilledTest")
	}
	s := private(t, func() (*server, error) { return startDovecot(dovecotConfig{}) })
	all := s.Processes()
	text := fmt.Sprint(all[len(all)-1])
	if err := os.WriteFile(note+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	os.Rename(note+".new", note)
	select {}
}

func awaitPid(t *testing.T, note string) int {
	t.Helper()
	for deadline := time.Now().Add(debian.StartTimeout); time.Now().Before(deadline); <-time.After(10 * time.Millisecond) {
		if text, err := os.ReadFile(note); err == nil {
			pid, err := strconv.Atoi(string(text))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatal("the second run starts no server")
	return 0
}

func awaitDeath(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(debian.StartTimeout); !hasObeyed(pid, syscall.SIGKILL); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d lives on", pid)
		}
	}
}

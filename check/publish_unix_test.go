//go:build unix

package check_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"check_pop3x/check/testkit/formattest"
)

// TestSignalsLeaveADocument interrupts a check with --output: the file tells of
// it as the line does.
func TestSignalsLeaveADocument(t *testing.T) {
	for _, format := range []string{"json", "prometheus", "checkmk"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "pop3.prom")
			if format != "prometheus" {
				file = strings.TrimSuffix(file, ".prom")
			}
			interrupted(t, "greeting", func() (*process, outcome) {
				server := startWaiting(t, "")
				p := start(t, run{args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(server.port()), "--format", format, "--output", file}})
				p.await(server.reached)
				return p, p.end(syscall.SIGTERM)
			})
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := formattest.Of(format)(string(text), 3); err != nil {
				t.Error(err)
			}
			if format != "checkmk" && !strings.Contains(string(text), `"interrupted"`) {
				t.Error(string(text))
			}
		})
	}
}

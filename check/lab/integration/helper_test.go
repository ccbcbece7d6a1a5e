//go:build integration

// Programs and systems that know the password, and give it to a plugin that runs in their sandbox.

package integration

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

// keeper starts a sandbox without a port, whose end shows that all is done.
func keeper(t *testing.T, tree string, setUp func(*sandbox) error, command ...string) *sandbox {
	t.Helper()
	box, err := newSandbox(tree)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Stop)
	if err := errors.Join(setUp(box), box.Start(tree, command...)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-box.Ended:
	case <-time.After(2 * debian.StartTimeout):
		t.Errorf("%s does not end", tree)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log of %s:\n%s", tree, box.Tail())
		}
	})
	return box
}

// noted is the outcome of a run whose words are in files of the sandbox. Its time is not known.
func (b *sandbox) noted(t *testing.T, c call, said, stderr, code string) *outcome {
	t.Helper()
	number, err := strconv.Atoi(strings.TrimSpace(b.read(t, code)))
	if err != nil {
		t.Fatalf("exit code: %v", err)
	}
	o := &outcome{t: t, call: c, code: number}
	errors := ""
	if stderr != "" {
		errors = b.read(t, stderr)
	}
	o.judge(b.read(t, said), errors)
	return o
}

func (b *sandbox) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(b.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wantLine wants one of the lines behind the first to be just that.
func (o *outcome) wantLine(line string) {
	o.t.Helper()
	for _, one := range o.lines {
		if strings.TrimSpace(one) == line {
			return
		}
	}
	o.t.Errorf("wanted the line %s in\n%s", line, strings.Join(o.lines, "\n"))
}

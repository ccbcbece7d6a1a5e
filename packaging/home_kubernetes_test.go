//go:build integration && homes

package packaging

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// kubernetes validates manifests by the rules that are in its API server.
const kubernetes = "sigs.k8s.io/kubectl-validate@v0.0.4"

// TestHomeKubernetes: a cluster would accept the manifest, and neither of its parts with a mistake.
func TestHomeKubernetes(t *testing.T) {
	if out, err := exec.Command("go", "run", kubernetes, "--help").CombinedOutput(); err != nil {
		t.Skipf("kubectl-validate: %v\n%s", err, out)
	}
	manifest := read(t, filepath.Join(one.root, "usr/share/doc", name, "examples/kubernetes/cronjob.yaml"))
	validate := func(text string) (out []byte, err error) {
		file := filepath.Join(t.TempDir(), "cronjob.yaml")
		write(t, file, text)
		return exec.Command("go", "run", kubernetes, file, "--version", "1.30").CombinedOutput()
	}
	if out, err := validate(manifest); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for right, wrong := range map[string]string{
		"\ndata:": "\ndates:", "backoffLimit: 0": "backoffLimit: no", "schedule:": "schedules:", "readOnly:": "readonly:",
	} {
		mistaken := strings.Replace(manifest, right, wrong, 1)
		if out, err := validate(mistaken); err == nil || mistaken == manifest {
			t.Errorf("%q instead of %q is accepted:\n%s", wrong, right, out)
		}
	}
}

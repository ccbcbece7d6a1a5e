package trust

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// crypto/x509 reads the system's roots once in a process, so each case has a
// process of its own, which verifies a chain and prints the result.
func TestSystemRoots(t *testing.T) {
	if dir := os.Getenv("TEST_SYSTEM_ROOTS"); dir != "" {
		systemRoots(t, dir)
		return
	}
	root := sign(t, authority("Test Root CA"), nil, nil)
	leaf := sign(t, server("mail.example.org"), nil, root)
	chain := pemOf(leaf)
	others := pemOf(sign(t, authority("Other CA"), nil, nil))
	expired := pemOf(sign(t, valid(authority("Test Root CA"), -30*day, -day), root.key, nil))
	for name, c := range map[string]struct {
		bundle, directory []byte
		want              string
	}{
		"in the bundle":              {slices.Concat(others, pemOf(root)), nil, "accepted"},
		"in the directory":           {others, pemOf(root), "accepted"},
		"in the directory, no file":  {nil, pemOf(root), "accepted"},
		"behind a broken block":      {slices.Concat([]byte(pemText("A-A")), pemOf(root)), nil, "accepted"},
		"expired, in the bundle":     {expired, nil, string(fault.ExpiredIssuer)},
		"expired, in the directory":  {others, expired, string(fault.ExpiredIssuer)},
		"nowhere":                    {others, others, string(fault.UnknownAuthority)},
		"no roots":                   {nil, nil, string(fault.NoRoots)},
		"in a block with a header":   {bytes.Replace(pemOf(root), []byte("\n"), []byte("\na: b\n\n"), 1), others, string(fault.UnknownAuthority)},
		"named, but with other keys": {pemOf(sign(t, authority("Test Root CA"), nil, nil)), nil, string(fault.OtherProblem)},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name string, data []byte) {
				if data != nil {
					os.WriteFile(filepath.Join(dir, name), data, 0o600)
				}
			}
			os.Mkdir(filepath.Join(dir, "certs"), 0o700)
			write("bundle", c.bundle)
			write("certs/one.pem", c.directory)
			write("chain", chain)
			command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSystemRoots$")
			command.Env = append(os.Environ(), "TEST_SYSTEM_ROOTS="+dir, "GORACE=atexit_sleep_ms=0",
				"SSL_CERT_FILE="+filepath.Join(dir, "bundle"), "SSL_CERT_DIR="+filepath.Join(dir, "certs"))
			out, err := command.Output()
			if got, _, _ := strings.Cut(string(out), "\n"); err != nil || got != c.want {
				t.Errorf("%s, %v", out, err)
			}
		})
	}
}

func systemRoots(t *testing.T, dir string) {
	data, err := os.ReadFile(filepath.Join(dir, "chain"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Policy{VerifyName: "mail.example.org"}.verify(t.Context(), allOf(data), now)
	if err != nil {
		fmt.Println(fault.Of(err).Problem)
		return
	}
	fmt.Println("accepted")
}

// A bundle without end is refused before it fills the memory.
func TestEndlessBundle(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", "/dev/zero")
	if len(bundleFiles()) != 1 {
		t.Skip("this system has no SSL_CERT_FILE")
	}
	chain := allOf(pemOf(sign(t, server("mail.example.org"), nil, nil)))
	_, err := Policy{VerifyName: "mail.example.org"}.verify(t.Context(), chain, now)
	wantFault(t, err, fault.Usage, "/dev/zero: not a regular file of at most 16 MiB")
}

func TestBundleFiles(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", "/some/file")
	if got := bundleFiles(); len(got) > 0 && !slices.Equal(got, []string{"/some/file"}) {
		t.Error(got)
	}
	t.Setenv("SSL_CERT_FILE", "") // empty means unset, as in crypto/x509
	for _, f := range bundleFiles() {
		if !filepath.IsAbs(f) {
			t.Error(f)
		}
	}
}

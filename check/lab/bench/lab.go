package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	host = "127.0.0.1"
	user = "alice"

	// systemRoots is what a verification has to find its root in.
	systemRoots = "/etc/ssl/certs/ca-certificates.crt"
)

// A lab has the binaries, the files and the server of a benchmark.
type lab struct {
	dir    string // of all files, removed at the end
	plugin string
	plain  int // the server's ports
	tls    int
	chain  *lab      // a server with a chain of three, RSA 2048
	server *exec.Cmd // a process of its own, whose CPU is not in the way
	life   io.Closer // the server ends with it
}

// newLab sets everything up. plugin is a binary, or "" for a build of this
// source.
func newLab(ctx context.Context, plugin string) (*lab, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	l := &lab{dir: dir, plugin: plugin}
	for _, step := range []func(context.Context) error{l.build, l.secrets, l.serve, l.serveChain, l.roots, l.thousand} {
		if err := step(ctx); err != nil {
			l.close()
			return nil, err
		}
	}
	return l, nil
}

// close ends the server and removes all files.
func (l *lab) close() {
	if l.chain != nil {
		l.chain.stop()
	}
	l.stop()
	_ = os.RemoveAll(l.dir)
}

// stop ends the server.
func (l *lab) stop() {
	if l.server != nil {
		_ = l.life.Close()
		_ = l.server.Wait()
	}
}

func (l *lab) file(name string) string { return filepath.Join(l.dir, name) }

// build builds every program with the flags that the plugin is shipped with.
func (l *lab) build(ctx context.Context) error {
	empty := l.file("empty.go")
	if err := os.WriteFile(empty, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		return err
	}
	builds := map[string]string{
		"launch":     "check_pop3x/check/lab/bench/launch",
		"pop3server": "check_pop3x/check/testkit/pop3test/cmd/pop3server",
		"empty":      empty,
		"startup":    "check_pop3x/check/lab/bench/startup",
	}
	if l.plugin == "" {
		l.plugin = l.file("check_pop3x")
		builds["check_pop3x"] = "check_pop3x"
	}
	for name, source := range builds {
		linked := l.file(name + ".linked")
		cmd := exec.CommandContext(ctx, "go", "build", "-tags", "nethttpomithttp2", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w", "-o", linked, source)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", source, err, said)
		}
		if err := install(linked, l.file(name)); err != nil {
			return err
		}
	}
	var err error
	l.plugin, err = filepath.Abs(l.plugin)
	return err
}

// install copies a program to its place, as a package manager does with the
// peers. The linker writes into a mapping of its file, which leaves Linux with
// that file in memory page by page instead of in larger pieces; each page fault
// of the program is dearer then, by a sixth of a check in all.
func install(linked, place string) error {
	from, err := os.Open(linked)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(place, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

// secrets writes the password for the server, the plugin and curl.
func (l *lab) secrets(context.Context) error {
	password := rand.Text()
	return errors.Join(
		os.WriteFile(l.file("password"), []byte(password+"\n"), 0o600),
		os.WriteFile(l.file("curlrc"), fmt.Appendf(nil, "user = \"%s:%s\"\n", user, password), 0o600),
	)
}

// serve starts the server of most rows.
func (l *lab) serve(context.Context) error {
	return l.start("-tls-listen", host+":0", "-write-ca", l.file("ca.pem"))
}

// start starts a mailbox server and waits until it listens.
func (l *lab) start(args ...string) error {
	cmd := exec.Command(l.file("pop3server"), append([]string{"-stdin", "-user", user, "-password-file", l.file("password"),
		"-listen", host + ":0"}, args...)...)
	cmd.Stderr = os.Stderr
	life, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	l.server, l.life = cmd, life
	if _, err := fmt.Fscanf(said, "ready plain=%d tls=%d\n", &l.plain, &l.tls); err != nil {
		return fmt.Errorf("pop3server: %w", err)
	}
	return nil
}

// roots adds the servers' roots to a copy of the system's: whoever verifies has
// to find them among all the others.
func (l *lab) roots(context.Context) error {
	system, err := os.ReadFile(systemRoots)
	if err != nil {
		return fmt.Errorf("%w, install ca-certificates", err)
	}
	all := strings.TrimRight(string(system), "\n") + "\n"
	for _, name := range []string{"ca.pem", "chain.pem"} {
		own, err := os.ReadFile(l.file(name))
		if err != nil {
			return err
		}
		all += string(own)
	}
	return os.WriteFile(l.file("roots.pem"), []byte(all), 0o644)
}

// environment is the same for every run: nothing of the caller's may matter.
// SSL_CERT_DIR is not there, so the system's directory of roots keeps its part.
func (l *lab) environment() []string {
	return []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "SSL_CERT_FILE=" + l.file("roots.pem")}
}

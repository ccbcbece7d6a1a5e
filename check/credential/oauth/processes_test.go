//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// The environment of the test binary as a child: what to do, and with what.
const (
	taskEnv = "OAUTH_TEST_TASK"
	urlEnv  = "OAUTH_TEST_URL"
	dirEnv  = "OAUTH_TEST_DIR"
)

func TestMain(m *testing.M) {
	switch os.Getenv(taskEnv) {
	case "":
		os.Exit(m.Run())
	case "ask":
		io.Copy(io.Discard, os.Stdin) // so that all begin at once
		askFourTimes()
	case "replaceable":
		printReplaceable()
	case "save":
		saveForEver()
	}
}

// child returns the test binary with a task.
func child(ctx context.Context, task, url, dir string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0])
	c.Env = append(os.Environ(), taskEnv+"="+task, urlEnv+"="+url, dirEnv+"="+dir, "GORACE=atexit_sleep_ms=0")
	return c
}

// askFourTimes runs four requests at once and prints their tokens.
func askFourTimes() {
	dir := os.Getenv(dirEnv)
	server, _ := ParseServer(os.Getenv(urlEnv))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			r := Request{Server: server, ClientID: "app", StateDir: filepath.Join(dir, "state")}
			if refresh := filepath.Join(dir, "refresh"); there(refresh) {
				r.RefreshFile = refresh
			} else {
				r.SecretFile = filepath.Join(dir, "secret")
			}
			ctx, cancel := context.WithTimeoutCause(context.Background(), time.Minute, &fault.Error{Kind: fault.Timeout, Within: time.Minute})
			defer cancel()
			token, err := fetch(ctx, r.source())
			fmt.Println(token, err)
		})
	}
	all.Wait()
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// askAtOnce starts many processes that ask at once, and returns what they
// print.
func askAtOnce(t *testing.T, processes int, url, dir string) []string {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	said := make([]strings.Builder, processes)
	var all []*exec.Cmd
	for i := range processes {
		c := child(t.Context(), "ask", url, dir)
		c.Stdin, c.Stdout, c.Stderr = reader, &said[i], &said[i]
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	writer.Close()
	var lines []string
	for i, c := range all {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
		lines = append(lines, strings.Split(strings.TrimSpace(said[i].String()), "\n")...)
	}
	return lines
}

// Two hundred runs at once, in fifty processes, ask the server once.
func TestManyAskOnce(t *testing.T) {
	server := numbered(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(clientSecret), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := askAtOnce(t, 50, server.URL+"/token", dir)
	for _, line := range lines {
		if line != "t0ken-1 <nil>" {
			t.Error(line)
		}
	}
	if n := server.times(); n != 1 || len(lines) != 200 {
		t.Errorf("%d runs asked %d times", len(lines), n)
	}
}

// If the server refuses, they ask once as well.
func TestManyAreRefusedOnce(t *testing.T) {
	server := count(t, func(int, *http.Request) (int, string) { return 503, "" })
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(clientSecret), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range askAtOnce(t, 5, server.URL+"/token", dir) {
		if !strings.Contains(line, "answered 503 Service Unavailable") {
			t.Error(line)
		}
	}
	if n := server.times(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// rotating starts a server that accepts each refresh token once and returns a
// new one. If an old one is used again, all are void (RFC 9700, section
// 4.14.2).
func rotating(t *testing.T) *counter {
	t.Helper()
	current := oldRefresh
	var mu sync.Mutex
	return count(t, func(n int, r *http.Request) (int, string) {
		mu.Lock()
		defer mu.Unlock()
		r.ParseForm()
		if r.PostForm.Get("refresh_token") != current {
			current = ""
			return 400, `{"error":"invalid_grant"}`
		}
		current = fmt.Sprint("r3fresh-", n)
		return 200, granted(fmt.Sprint("t0ken-", n), `,"refresh_token":"`+current+`"`)
	})
}

// Without a cache many runs at once use one refresh token after the other, and
// none of them twice.
func TestManyRotate(t *testing.T) {
	server := rotating(t)
	dir := t.TempDir()
	for name, content := range map[string]string{"refresh": oldRefresh, "state": "no directory"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lines := askAtOnce(t, 10, server.URL+"/token", dir)
	for _, line := range lines {
		if !strings.HasSuffix(line, " <nil>") {
			t.Error(line)
		}
	}
	if n := server.times(); n != len(lines) || n != 40 {
		t.Errorf("%d runs, %d requests", len(lines), n)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "refresh")); err != nil || string(text) != "r3fresh-40\n" {
		t.Errorf("%s, %v", text, err)
	}
}

// saveForEver replaces a token again and again, and prints how often.
func saveForEver() {
	for n := 0; ; n++ {
		if err := save(filepath.Join(os.Getenv(dirEnv), "refresh"), savedToken(n)); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(n)
	}
}

// savedToken returns a token of more than a page with the number all over it.
func savedToken(n int) string { return strings.Repeat(fmt.Sprintf("%08d.", n), 1000) }

// A process that is killed while it saves leaves a whole token: the last one
// that it saved, or the one that it was saving.
func TestKilledWhileSaving(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "refresh")
	if err := os.WriteFile(path, []byte(oldRefresh), 0o600); err != nil {
		t.Fatal(err)
	}
	for round := range 25 {
		c := child(t.Context(), "save", "", dir)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range 1 + round%7 {
			lines.Scan()
		}
		c.Process.Kill()
		last := lines.Text()
		for lines.Scan() {
			last = lines.Text()
		}
		c.Wait()
		text, err := os.ReadFile(path)
		n := 0
		if _, err := fmt.Sscan(last, &n); err != nil {
			t.Fatal(last)
		}
		if got := string(text); err != nil || got != savedToken(n)+"\n" && got != savedToken(n+1)+"\n" {
			t.Errorf("killed behind %d: %.20q (%d octets), %v", n, got, len(got), err)
		}
	}
}

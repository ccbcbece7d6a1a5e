package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// session runs the command with a client, and returns the exit code and stderr.
func session(t *testing.T, ctx context.Context, stdin io.Reader, client func(port int), args ...string) (int, string) {
	t.Helper()
	read, write := io.Pipe()
	var stderr strings.Builder
	done := make(chan int)
	go func() { done <- run(ctx, args, stdin, write, &stderr) }()
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var plain, tls int
	if _, err := fmt.Sscanf(line, "ready plain=%d tls=%d\n", &plain, &tls); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	client(plain)
	return <-done, stderr.String()
}

// file creates a file and returns its name.
func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// talk sends text and reads up to the end.
func talk(t *testing.T, port int, text string) {
	t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = io.WriteString(c, text)
	_, _ = io.Copy(io.Discard, c)
}

func TestDialogue(t *testing.T) {
	dialogue := file(t, "C: CAPA\nS: -ERR\n")
	for sent, want := range map[string]string{
		"CAPA\r\n": "",
		"STAT\r\n": "pop3server: line 1: expected \"CAPA\", got \"STAT\"\n",
	} {
		code, stderr := session(t, t.Context(), nil, func(port int) { talk(t, port, sent) }, "-dialogue", dialogue)
		if stderr != want || (code == 0) != (want == "") || code > 1 {
			t.Errorf("%q: exit %d, %q", sent, code, stderr)
		}
	}
}

func TestEndsWithSignalOrStdin(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	pw := file(t, "s3cret\n")
	code, stderr := session(t, ctx, nil, func(int) { cancel() }, "-password-file", pw)
	if code != 0 || stderr != "" {
		t.Errorf("signal: exit %d, %q", code, stderr)
	}
	in, out := io.Pipe()
	code, stderr = session(t, t.Context(), in, func(int) { out.Close() }, "-password-file", pw, "-stdin")
	if code != 0 || stderr != "" {
		t.Errorf("stdin: exit %d, %q", code, stderr)
	}
	ctx, cancel = context.WithCancel(t.Context())
	code, stderr = session(t, ctx, nil, func(int) { cancel() }, "-dialogue", file(t, "S: +OK"))
	if code != 1 || !strings.Contains(stderr, "no client came") {
		t.Errorf("dialogue: exit %d, %q", code, stderr)
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		{[]string{"-help"}, 0, "-password-file FILE", ""},
		{[]string{"-x"}, 2, "", "pop3server: flag provided but not defined: -x\n"},
		{[]string{"-dialogue", "/missing/dialogue"}, 2, "", "pop3server: open /missing/dialogue"},
	} {
		var stdout, stderr strings.Builder
		code := run(t.Context(), tt.args, nil, &stdout, &stderr)
		if code != tt.code || !strings.Contains(stdout.String(), tt.stdout) || !strings.HasPrefix(stderr.String(), tt.stderr) {
			t.Errorf("%v: exit %d, stdout %q, stderr %q", tt.args, code, stdout.String(), stderr.String())
		}
	}
}

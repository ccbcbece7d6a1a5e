package check_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"check_pop3x/check"
	"check_pop3x/check/pop3test"
)

func TestMain(m *testing.M) {
	main := func() { os.Exit(check.Main("v0.0.0-test", os.Args, os.Stdin, os.Stdout)) }
	testscript.Main(m, map[string]func(){"check_pop3x": main, "check_spop": main})
}

// TestScripts plays the stories in testdata/script: a command line, the
// dialogue, the line and the exit code.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("POP3X_USER", "")
			env.Setenv("POP3X_PASSWORD", "")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"pop3server": pop3server,
			"exits":      exits,
			"lines":      lines,
		},
	})
}

// pop3server starts a server as cmd/pop3server does; its ports are $PORT and
// $TLS_PORT. At the script's end the client must have kept to the dialogue.
func pop3server(ts *testscript.TestScript, neg bool, args []string) {
	command, err := pop3test.ParseCommand(args, ts.MkAbs)
	ts.Check(err)
	server, err := command.Start()
	ts.Check(err)
	ts.Setenv("PORT", strconv.Itoa(server.Port))
	ts.Setenv("TLS_PORT", strconv.Itoa(server.TLSPort))
	ts.Defer(func() {
		if err := server.Finish(); err != nil {
			ts.Logf("%s: %v", args, err)
			ts.Fatalf("the client left the dialogue: %v", err)
		}
	})
}

// exits runs the plugin, which must say nothing on stderr, and compares the
// exit code: exits CODE PROGRAM [ARG...].
func exits(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if failed, ok := err.(interface{ ExitCode() int }); ok {
		code = failed.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
	if said := ts.ReadFile("stderr"); said != "" {
		ts.Fatalf("stderr: %q", said)
	}
}

// lines compares the number of lines on stdout.
func lines(ts *testscript.TestScript, neg bool, args []string) {
	n := 0
	for _, b := range []byte(ts.ReadFile("stdout")) {
		if b == '\n' {
			n++
		}
	}
	if strconv.Itoa(n) != args[0] {
		ts.Fatalf("%d lines, want %s", n, args[0])
	}
}

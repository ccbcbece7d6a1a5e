package check_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"check_pop3x/check/options"
	"check_pop3x/check/testkit/dnstest"
	"check_pop3x/check/testkit/formattest"
	"check_pop3x/check/testkit/pop3test"
)

// TestScripts plays the stories in testdata/script: command lines, the dialogue
// of a server, the output and the exit code.
func TestScripts(t *testing.T) {
	dir, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:             "testdata/script",
		ContinueOnError: true,
		Setup: func(env *testscript.Env) error {
			env.Values[story{}] = env.T()
			env.Values[proofsKey{}] = new(*proofs)
			env.Values[serverKey{}] = new(*scriptServer)
			env.Values[crlKey{}] = new(*pop3test.CRLServer)
			for _, variable := range []string{"POP3X_USER=", "POP3X_PASSWORD=", "CREDENTIALS_DIRECTORY=", "MP_CONFIG_FILE=", "STATE_DIRECTORY=", "POP3X_PROXY=", "POP3X_PROXY_PASSWORD=", "ALL_PROXY=", "all_proxy=", "HTTPS_PROXY=", "HTTP_PROXY=", "NO_PROXY=", "https_proxy=", "http_proxy=", "no_proxy=", "XDG_CACHE_HOME=" + env.WorkDir + "/cache", "NAGIOS_CONFIG_PATH=", "TLS_HOST=" + tlsHost, quickRace, pathWith(dir)} {
				name, value, _ := strings.Cut(variable, "=")
				env.Setenv(name, value)
			}
			return nil
		},
		Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"pop3server":  pop3server,
			"nextserver":  nextserver,
			"smtpserver":  smtpserver,
			"nameserver":  nameserver,
			"scramserver": scramserver,
			"ntlmserver":  ntlmserver,
			"hidesProofs": hidesProofs,
			"tokenserver": tokenserver,
			"crlserver":   crlserver,
			"crl":         crl,
			"asked":       asked,
			"ages":        ages,
			"fifo":        fifo,
			"unixsocket":  unixsocket,
			"modes":       modes,
			"exits":       exits,
			"timesOut":    timesOut,
			"refuses":     refuses,
			"lines":       lines,
			"says":        says,
			"hides":       hides,
			"pin":         pin,
			"tlsa":        tlsa,
		},
	})
}

// condition decides [system-ini], whether the system has a file for
// --extra-opts, [port-995], whether we can listen on port 995, [landlock] and
// [ipv6].
func condition(name string) (bool, error) {
	switch name {
	case "system-ini":
		return slices.ContainsFunc(options.SystemFiles(), exists), nil
	case "port-995":
		return port995(), nil
	case "landlock":
		return hasLandlock(), nil
	case "ipv6":
		return listens("[::1]:0"), nil
	}
	return false, fmt.Errorf("no condition %s", name)
}

// tlsHost is an address that no other test process uses.
var tlsHost = fmt.Sprintf("127.99.%d.%d", os.Getpid()>>8&0xff, os.Getpid()&0xff)

var port995 = sync.OnceValue(func() bool { return listens(tlsHost + ":995") })

func listens(address string) bool {
	l, err := net.Listen("tcp", address)
	if err == nil {
		l.Close()
	}
	return err == nil
}

// exists reports whether a file exists.
func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// story is the key of a script's testing.T.
type story struct{}

// serverKey is the key of the last pop3server of a script.
type serverKey struct{}

// A scriptServer is a pop3server of a script.
type scriptServer struct {
	command *pop3test.Command
	*pop3test.Running
}

// pop3server starts a server with the options of cmd/pop3server, at $PORT and
// $TLS_PORT. At the end of the script the client must have kept to the
// dialogue.
func pop3server(ts *testscript.TestScript, neg bool, args []string) {
	command, err := pop3test.ParseCommand(args, ts.MkAbs)
	ts.Check(err)
	command.Revocable = *ts.Value(crlKey{}).(**pop3test.CRLServer)
	s := &scriptServer{command: command}
	s.start(ts)
	*ts.Value(serverKey{}).(**scriptServer) = s
	ts.Defer(func() { s.finish(ts, args) })
}

// finish checks that the client kept to the dialogue, and ends the server.
func (s *scriptServer) finish(ts *testscript.TestScript, args []string) {
	if err := s.Finish(); err != nil {
		ts.Value(story{}).(interface{ Errorf(string, ...any) }).Errorf("the client departed from the dialogue of pop3server %s: %v", args, err)
	}
}

// nextserver ends the last pop3server and starts another one at its port. The
// address has to be $TLS_HOST, and the port below those of clients, who may get it
// meanwhile.
func nextserver(ts *testscript.TestScript, neg bool, args []string) {
	last := *ts.Value(serverKey{}).(**scriptServer)
	last.finish(ts, args)
	addr := tlsHost + ":" + strconv.Itoa(last.Port)
	for until := time.Now().Add(patience); !listens(addr) && time.Now().Before(until); {
		<-time.After(10 * time.Millisecond) // what is left of the last server may have the port
	}
	pop3server(ts, neg, append([]string{"-listen", addr}, args...))
}

func (s *scriptServer) start(ts *testscript.TestScript) {
	running, err := s.command.Start()
	ts.Check(err)
	s.Running = running
	ts.Setenv("PORT", strconv.Itoa(s.Port))
	ts.Setenv("TLS_PORT", strconv.Itoa(s.TLSPort))
}

// restart restarts the server and inserts the new port into args.
func (s *scriptServer) restart(ts *testscript.TestScript, args []string) {
	before := strconv.Itoa(s.Port)
	s.Close()
	s.start(ts)
	for i, arg := range args {
		if arg == before {
			args[i] = strconv.Itoa(s.Port)
		}
	}
}

// nameserver starts a DNS server at $DNS with the zone in FILE, in which
// variables are expanded: nameserver FILE.
func nameserver(ts *testscript.TestScript, neg bool, args []string) {
	server, err := dnstest.Start(os.Expand(ts.ReadFile(args[0]), ts.Getenv))
	ts.Check(err)
	ts.Defer(server.Close)
	ts.Setenv("DNS", server.Addr())
}

// exits runs the plugin and compares the exit code: exits CODE PROGRAM
// [ARG...]. The output must keep what every run promises, and stderr must be
// empty. With --output the run also writes a JSON document, which is checked by
// the schema.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	code, err := strconv.Atoi(args[0])
	ts.Check(err)
	program, typed := args[1], args[2:]
	beside := ""
	if strings.HasPrefix(program, "check_") && !has(typed, "--format", "--output", "--quiet-ok", "--notify-changes") {
		dir, err := os.MkdirTemp(inMemory(), "check_pop3x-story-")
		ts.Check(err)
		defer os.RemoveAll(dir)
		beside = filepath.Join(dir, "document.json")
		typed = append([]string{"--format=json", "--output=" + beside}, typed...)
	}
	execute(ts, code, program, typed)
	if has(typed, "--help", "-h", "--version", "-V") {
		return
	}
	ts.Check(outputCheck(typed)(ts.ReadFile("stdout"), code))
	if words := goWords.FindString(ts.ReadFile("stdout")); words != "" {
		ts.Fatalf("an error of Go's shows: %q", words)
	}
	if text, err := os.ReadFile(beside); err == nil {
		ts.Check(formattest.JSON(string(text), code))
		ts.Check(checkRemedies(string(text), ts.MkAbs(".")))
	}
}

// goWords are what Go's libraries say, which people should not have to read.
var goWords = regexp.MustCompile(`(dial|read|write) (tcp|udp|unix)|lookup \S+ on |x509: |tls: [a-z]+ error|error: tls: |asn1: |json: |net/http: |oauth2: |invalid character '|context (canceled|deadline)|unexpected EOF|proxyconnect|(Get|Post) "http|open /\S+: `)

// inMemory is a directory in memory if the system has one: some stories cannot
// wait for a busy disk.
func inMemory() string {
	const shared = "/dev/shm"
	if exists(shared) {
		return shared
	}
	return ""
}

// execute runs a program that must end with that exit code and an empty stderr.
func execute(ts *testscript.TestScript, want int, program string, args []string) {
	err := ts.Exec(program, args...)
	code := 0
	if failed, ok := err.(interface{ ExitCode() int }); ok {
		code = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
	if said := ts.ReadFile("stderr"); said != "" {
		ts.Fatalf("stderr: %q", said)
	}
}

// outputCheck returns the check of stdout for these arguments.
func outputCheck(args []string) func(said string, code int) error {
	format, toFile := "", false
	for i, arg := range args[:max(len(args)-1, 0)] {
		if arg == "--format" {
			format = args[i+1]
		}
		toFile = toFile || arg == "--output"
	}
	switch read := formattest.Of(format); {
	case has(args, "--quiet-ok"):
		return checkQuiet
	case has(args, "--notify-changes"):
		return checkNews
	case read != nil && !toFile:
		return read
	case has(args, "-v", "-vv", "--verbose"):
		return checkPage
	case has(args, "-vvv"):
		return checkLines
	}
	return checkLine
}

// checkQuiet checks the output of --quiet-ok.
func checkQuiet(said string, code int) error {
	if code == 0 && said != "" {
		return fmt.Errorf("not quiet: %q", said)
	}
	if code != 0 && said == "" {
		return errors.New("nothing was printed")
	}
	return nil
}

// checkNews checks the output of --notify-changes.
func checkNews(said string, code int) error {
	if said == "" {
		return nil
	}
	return checkPage(said, code)
}

func has(args []string, options ...string) bool {
	return slices.ContainsFunc(args, func(arg string) bool { return slices.Contains(options, arg) })
}

// refuses runs the plugin, which must refuse the command line: refuses TEXT
// PROGRAM [ARG...]. TEXT is the whole message.
func refuses(ts *testscript.TestScript, neg bool, args []string) {
	exits(ts, neg, append([]string{"3"}, args[1:]...))
	want, said := "POP3 UNKNOWN - "+args[0]+" [usage]\n", ts.ReadFile("stdout")
	if said != want {
		ts.Fatalf("said\n%swant\n%s", said, want)
	}
}

// lines compares the number of lines of stdout: lines NUMBER.
func lines(ts *testscript.TestScript, neg bool, args []string) {
	if n := strings.Count(ts.ReadFile("stdout"), "\n"); strconv.Itoa(n) != args[0] {
		ts.Fatalf("%d lines, want %s", n, args[0])
	}
}

// blanks are the placeholders of golden files.
var blanks = map[string]string{
	"<n>":    `-?[0-9]+(?:\.[0-9]+)?`,
	"<time>": `[0-9.]+ m?s`,
	"<date>": `[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}`,
	"<some>": `.*`,
}

var blank = regexp.MustCompile(`<[a-z]+>`)

// says compares stdout to a golden file, in which <n>, <time>, <date> and
// <some> stand for what differs from run to run, and $PORT is expanded: says
// FILE.
func says(ts *testscript.TestScript, neg bool, args []string) {
	want := strings.Split(strings.ReplaceAll(ts.ReadFile(args[0]), "$PORT", ts.Getenv("PORT")), "\n")
	said := strings.Split(ts.ReadFile("stdout"), "\n")
	for i := range max(len(want), len(said)) {
		if i >= len(want) || i >= len(said) || !golden(want[i]).MatchString(said[i]) {
			ts.Fatalf("line %d differs from %s", i+1, args[0])
		}
	}
}

func golden(line string) *regexp.Regexp {
	var pattern strings.Builder
	rest := line
	for _, at := range blank.FindAllStringIndex(line, -1) {
		begin := at[0] - (len(line) - len(rest))
		pattern.WriteString(regexp.QuoteMeta(rest[:begin]))
		pattern.WriteString(blanks[line[at[0]:at[1]]])
		rest = line[at[1]:]
	}
	return regexp.MustCompile("^(?:" + pattern.String() + regexp.QuoteMeta(rest) + ")$")
}

// modes compares the names and modes in a directory to the lines of FILE: modes
// DIR FILE.
func modes(ts *testscript.TestScript, neg bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var found strings.Builder
	for _, entry := range entries {
		info, err := entry.Info()
		ts.Check(err)
		fmt.Fprintf(&found, "%s %o\n", digest.ReplaceAllString(entry.Name(), "DIGEST"), info.Mode().Perm())
	}
	if want := ts.ReadFile(args[1]); strings.TrimSpace(found.String()) != strings.TrimSpace(want) {
		ts.Fatalf("%s holds\n%swant\n%s", args[0], &found, want)
	}
}

// digest is part of the names of files in the state directory.
var digest = regexp.MustCompile(`[0-9a-f]{64}`)

var pinLine = regexp.MustCompile(`(?m)^  pin: (sha256//\S+)$`)

// pin sets $PIN to the pin that stdout shows.
func pin(ts *testscript.TestScript, neg bool, args []string) {
	found := pinLine.FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("no pin is shown")
	}
	ts.Setenv("PIN", found[1])
}

var tlsaText = regexp.MustCompile(`: (3 1 1 [0-9a-f]{64}) `)

// tlsa sets $TLSA to the record that stdout recommends.
func tlsa(ts *testscript.TestScript, neg bool, args []string) {
	found := tlsaText.FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("no record is shown")
	}
	ts.Setenv("TLSA", found[1])
}

// hides checks that the secret in FILE is not in stdout, in any form: hides
// FILE.
func hides(ts *testscript.TestScript, neg bool, args []string) {
	secret, _, _ := strings.Cut(ts.ReadFile(args[0]), "\n")
	ts.Check(checkHidden(ts.ReadFile("stdout"), secret))
	if _, err := os.Stat(ts.MkAbs("core")); err == nil {
		ts.Fatalf("there is a core file")
	}
}

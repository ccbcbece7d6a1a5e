// demo shows what check_pop3x prints: it starts a server with a certificate of
// its own and runs the plugin as a monitoring system does.
//
//	demo PLUGIN
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// scenes are the command lines. CLEAR, TLS and SLOW stand for ports.
var scenes = []struct{ about, args string }{
	{"all is well", "-H 127.0.0.1 -p TLS --tls --ca-file ca.pem -w 2s -c 5s"},
	{"a user fetches mail", "-H 127.0.0.1 -p CLEAR --starttls --ca-file ca.pem -u alice --password-file pw -w 2s -c 5s"},
	{"the server is slow", "-H 127.0.0.1 -p SLOW --starttls --ca-file ca.pem -u alice --password-file pw -w 200ms -c 5s"},
	{"the password is wrong", "-H 127.0.0.1 -p TLS --tls --ca-file ca.pem -u alice --password-file wrong"},
	{"the port speaks TLS", "-H 127.0.0.1 -p TLS -t 3s"},
	{"the authority is unknown", "-H 127.0.0.1 -p TLS --tls"},
	{"the password would be readable", "-H 127.0.0.1 -p CLEAR -u alice --password-file pw"},
	{"a typing error", "-H 127.0.0.1 -p TLS --tls -w 5s:2s"},
	{"the whole dialogue, for a ticket", "-H 127.0.0.1 -p CLEAR --starttls --ca-file ca.pem -u alice --password-file pw -vvv"},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: demo PLUGIN")
		os.Exit(1)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run plays all scenes and writes the commands and their output.
func run(plugin string, out io.Writer) error {
	plugin, err := filepath.Abs(plugin)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "check_pop3x-demo")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ports, stop, err := serve(dir)
	if err != nil {
		return err
	}
	defer stop()
	for _, s := range scenes {
		if err := play(out, plugin, dir, s.about, ports.Replace(s.args)); err != nil {
			return err
		}
	}
	return nil
}

// serve starts a server and a slow one, and writes the files of the scenes. The
// Replacer inserts the ports.
func serve(dir string) (*strings.Replacer, func(), error) {
	certificate, root, err := pop3test.NewCertificate("good")
	if err != nil {
		return nil, nil, err
	}
	for name, text := range map[string]string{"ca.pem": string(root.PEM()), "pw": "correct horse\n", "wrong": "Tr0ub4dor\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, nil, err
		}
	}
	config := pop3test.Config{
		Users: []pop3test.User{{Name: "alice", Password: "correct horse", Mailbox: pop3test.Mailbox{Messages: 5}}},
		TLS:   pop3test.ServerTLS(certificate),
	}
	server, err := pop3test.NewServer(config)
	if err != nil {
		return nil, nil, err
	}
	config.Delay = 40 * time.Millisecond
	slow, err := pop3test.NewServer(config)
	if err != nil {
		return nil, nil, err
	}
	stop := func() { server.Close(); slow.Close() }
	var words []string
	for word, listen := range map[string]func(string) (net.Addr, error){
		"CLEAR": server.Listen, "TLS": server.ListenTLS, "SLOW": slow.Listen,
	} {
		addr, err := listen("127.0.0.1:0")
		if err != nil {
			stop()
			return nil, nil, err
		}
		words = append(words, "-p "+word+" ", fmt.Sprintf("-p %d ", addr.(*net.TCPAddr).Port))
	}
	return strings.NewReplacer(words...), stop, nil
}

// play runs the plugin once and writes the command, its output and its exit
// code.
func play(out io.Writer, plugin, dir, about, args string) error {
	fmt.Fprintf(out, "# %s\n$ check_pop3x %s\n", about, args)
	command := exec.Command(plugin, strings.Fields(args)...)
	command.Dir, command.Stdout, command.Stderr = dir, out, os.Stderr
	err := command.Run()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		return err
	}
	fmt.Fprintf(out, "exit code %d\n\n", command.ProcessState.ExitCode())
	return nil
}

// pop3server is the server of the demo, the benchmarks and of tests by hand. It
// has a mailbox, or plays a written dialogue.
//
//	pop3server -password-file pw -messages 5 -tls-listen 127.0.0.1:0 -write-ca ca.pem
//	pop3server -dialogue exchange.txt
//
// It prints "ready plain=PORT tls=PORT" (0: none) when it listens. It ends with
// SIGTERM, SIGINT, with -stdin the end of standard input, or the end of the
// dialogue. The exit code is 1 if a client departed from the dialogue, which is
// printed to stderr, and 2 for wrong usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"check_pop3x/check/testkit/pop3test"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c, err := pop3test.ParseCommand(args, nil)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, "pop3server -password-file FILE | -dialogue FILE [options]\n", pop3test.CommandHelp())
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "pop3server:", err)
		return 2
	}
	r, err := c.Start()
	if err != nil {
		fmt.Fprintln(stderr, "pop3server:", err)
		return 2
	}
	defer r.Close()
	fmt.Fprintf(stdout, "ready plain=%d tls=%d\n", r.Port, r.TLSPort)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if c.Stdin {
		go func() { _, _ = io.Copy(io.Discard, stdin); cancel() }()
	}
	return serve(ctx, r, stderr)
}

// serve waits for the end of the dialogue, or for a signal.
func serve(ctx context.Context, r *pop3test.Running, stderr io.Writer) int {
	if r.Player == nil {
		<-ctx.Done()
		return 0
	}
	context.AfterFunc(ctx, r.Close)
	if err := r.Player.Wait(); err != nil {
		fmt.Fprintln(stderr, "pop3server:", err)
		return 1
	}
	return 0
}

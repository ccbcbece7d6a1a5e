package check_test

import (
	"io"
	"net"

	"github.com/rogpeppe/go-internal/testscript"
)

// unixsocket has a Unix socket lead to the last pop3server: unixsocket PATH. With
// "left" behind it, the socket is one that nobody listens on any more.
func unixsocket(ts *testscript.TestScript, neg bool, args []string) {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: ts.MkAbs(args[0]), Net: "unix"})
	ts.Check(err)
	if len(args) > 1 {
		l.SetUnlinkOnClose(false)
		ts.Check(l.Close())
		return
	}
	ts.Defer(func() { l.Close() })
	to := net.JoinHostPort("127.0.0.1", ts.Getenv("PORT"))
	go func() {
		for {
			client, err := l.AcceptUnix()
			if err != nil {
				return
			}
			go joinTo(client, to)
		}
	}()
}

// joinTo joins a client to a server until both have hung up.
func joinTo(client *net.UnixConn, to string) {
	defer client.Close()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		io.Copy(server, client)
		server.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(client, server)
	client.CloseWrite()
	io.Copy(io.Discard, client) // until it has hung up
}

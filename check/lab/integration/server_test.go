//go:build integration

// A running POP3 server as a test sees it, and the servers that tests share.

package integration

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"text/template"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

// ports are the two that a server listens on; STLS is offered on the plain one. There may be none for TLS, 0.
type ports struct{ Plain, TLS int }

// server is a sandbox with a POP3 server in it.
type server struct {
	*sandbox
	name  string
	host  string
	ports ports
}

// launch starts the server of a tree: setUp writes its configuration, command becomes the first process of the sandbox.
func launch(tree, host string, setUp func(*server) error, command ...string) (*server, error) {
	box, err := newSandbox(tree)
	if err != nil {
		return nil, err
	}
	if host == "" {
		host = "127.0.0.1"
	}
	s := &server{box, tree, host, ports{freePort(), freePort()}}
	if err := s.bringUp(setUp, command); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *server) bringUp(setUp func(*server) error, command []string) error {
	if err := setUp(s); err != nil {
		return err
	}
	if err := s.Start(s.name, command...); err != nil {
		return err
	}
	return s.awaitPorts()
}

// addr is the address of a port of the server.
func (s *server) addr(port int) string {
	return net.JoinHostPort(s.host, strconv.Itoa(port))
}

// awaitPorts waits until the plain port greets and the other one is open.
func (s *server) awaitPorts() error {
	return s.Await(s.isReady)
}

// isReady reports whether those of its ports that there are can be used.
func (s *server) isReady() bool {
	return (s.ports.Plain == 0 || greets(s.addr(s.ports.Plain))) && (s.ports.TLS == 0 || accepts(s.addr(s.ports.TLS)))
}

// greets reports whether there is a program behind the port, not only the kernel.
func greets(addr string) bool {
	conn := greeted(addr)
	if conn != nil {
		conn.Close()
	}
	return conn != nil
}

// greeted is a connection on which the server has spoken, or nil.
func greeted(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil
	}
	conn.SetDeadline(time.Now().Add(debian.StartTimeout))
	if _, err = io.ReadFull(conn, make([]byte, len("+OK"))); err != nil {
		conn.Close()
		return nil
	}
	return conn
}

func accepts(addr string) bool {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// nextPort starts at a place of its own for each run, below the ports that the kernel gives to clients.
var nextPort atomic.Int32

func init() { nextPort.Store(int32(20000 + os.Getpid()%100*100)) }

// freePort is a port that nobody listens on, on any of the loopback addresses.
func freePort() int {
	for {
		port := int(nextPort.Add(1))
		listener, err := net.Listen("tcp4", fmt.Sprintf(":%d", port))
		if err == nil {
			listener.Close()
			return port
		}
	}
}

// writeTemplate fills in a file of testdata and writes it to the sandbox.
func (b *sandbox) writeTemplate(name string, data any) error {
	text, err := fillIn(name, data)
	return errors.Join(err, b.Write(name, text, 0o755))
}

// fillIn fills in a file of testdata.
func fillIn(name string, data any) (string, error) {
	text, err := template.ParseFiles(filepath.Join("testdata", name))
	if err != nil {
		return "", err
	}
	var filled strings.Builder
	err = text.Execute(&filled, data)
	return filled.String(), err
}

// writeIdentity writes what the server presents in TLS, by default a certificate with all names that the tests call it
// by. Some servers want the key in the same file.
func (b *sandbox) writeIdentity(id *identity) (err error) {
	if id == nil {
		id, err = rootCA.issue("localhost", "pop3.test", "127.0.0.1", "127.0.0.2")
	}
	if err != nil {
		return err
	}
	return errors.Join(
		b.Write("server.pem", id.chain, 0o644),
		b.Write("server.key", id.key, 0o644),
		b.Write("both.pem", id.key+id.chain, 0o644),
	)
}

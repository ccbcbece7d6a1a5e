//go:build integration

// Two hosts and a cable between them: network namespaces, in which packets get lost as in real networks.

package integration

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A netHost is one of them.
type netHost struct{ namespace *os.File }

// newNetHost makes a namespace that lives until the test ends. The thread that made it ends at once.
func newNetHost(t *testing.T) *netHost {
	t.Helper()
	h := &netHost{}
	err := onThread(func() (err error) {
		if err = unix.Unshare(unix.CLONE_NEWNET); err == nil {
			h.namespace, err = os.Open("/proc/thread-self/ns/net")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.namespace.Close() })
	return h
}

// onThread calls a function on a thread of its own.
func onThread(do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- do()
	}()
	return <-done
}

// do calls a function in the namespace.
func (h *netHost) do(do func() error) error {
	return onThread(func() error {
		if err := unix.Setns(int(h.namespace.Fd()), unix.CLONE_NEWNET); err != nil {
			return err
		}
		return do()
	})
}

// path is the file of the namespace.
func (h *netHost) path() string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), h.namespace.Fd()) }

// tool runs a program of the tree network there.
func (h *netHost) tool(t *testing.T, name, input string, args ...string) {
	t.Helper()
	if err := h.do(func() error { return networkCommand(name, input, args...) }); err != nil {
		t.Fatal(err)
	}
}

func (h *netHost) dial(address string) (conn net.Conn, err error) {
	err = h.do(func() error {
		conn, err = net.DialTimeout("tcp", address, time.Minute)
		return err
	})
	return conn, err
}

// listen listens until the test ends.
func (h *netHost) listen(t *testing.T, address string) (l net.Listener) {
	t.Helper()
	err := h.do(func() (err error) {
		l, err = net.Listen("tcp", address)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// A netCable joins the host that monitors and the one with all the servers.
type netCable struct{ client, servers *netHost }

// Where they are. The lower half of the network is the servers', of the upper one only the client is there.
const (
	clientAddress = "192.0.2.254"
	nobodyAddress = "192.0.2.200"
	liveIPv6      = "2001:db8::2"
	deadIPv6      = "2001:db8::3"
)

func newNetCable(t *testing.T) *netCable {
	t.Helper()
	c := &netCable{newNetHost(t), newNetHost(t)}
	c.client.tool(t, "ip", lines(
		"link set lo up",
		"link add outside type veth peer name inside netns "+c.servers.path(),
		"address add "+clientAddress+"/24 dev outside",
		"address add 2001:db8::1/64 dev outside nodad",
		"link set outside up",
	), "-batch", "-")
	c.servers.tool(t, "ip", lines(
		"link set lo up",
		"address add 192.0.2.1/24 dev inside",
		"address add "+liveIPv6+"/64 dev inside nodad",
		"address add "+deadIPv6+"/64 dev inside nodad",
		"link set inside gso_max_segs 1 up",
		"route add local 192.0.2.0/25 dev inside",
	), "-batch", "-")
	return c
}

func lines(all ...string) string { return strings.Join(all, "\n") + "\n" }

// filter has a host treat the packets that it gets by these rules of netfilter.
func (h *netHost) filter(t *testing.T, rules ...string) {
	t.Helper()
	const chain = "table inet outages {\n\tchain in {\n\t\ttype filter hook input priority 0;\n\t\t%s\n\t}\n}\n"
	h.tool(t, "nft", fmt.Sprintf(chain, strings.Join(rules, "\n\t\t")), "-f", "-")
}

// start starts a server of a tree on that host; its ports are the usual ones. It is ready when its plain port greets,
// if it has one, and the port for TLS is open.
func (c *netCable) start(t *testing.T, tree, address string, setUp func(*server) error, command ...string) *server {
	t.Helper()
	box, err := newSandbox(tree)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Stop)
	logOnFailure(t, box)
	box.Network = c.servers.path()
	s := &server{box, tree, address, ports{110, 995}}
	if err = errors.Join(setUp(s), s.Start(tree, command...)); err == nil {
		err = s.Await(func() bool { return c.client.sees(s.isReady) })
	}
	if err != nil {
		t.Fatalf("%s: %v", tree, err)
	}
	return s
}

// sees reports whether something holds as seen from there.
func (h *netHost) sees(what func() bool) (seen bool) {
	err := h.do(func() error {
		seen = what()
		return nil
	})
	return seen && err == nil
}

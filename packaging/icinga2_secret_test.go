//go:build integration

package packaging

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A gate stands before the mail server's port for TLS and lets nobody through before it is opened: a check is there as
// long as the test wants it.
type gate struct {
	port    int
	arrived chan struct{} // one word for each connection
	opened  chan struct{} // closed to let them through
}

func (m mailServer) startGate(t *testing.T) *gate {
	t.Helper()
	listener, err := net.Listen("tcp", m.address+":0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener.Addr().(*net.TCPAddr).Port, make(chan struct{}, 1), make(chan struct{})}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			g.arrived <- struct{}{}
			go g.pass(conn, m.address+":995")
		}
	}()
	return g
}

// pass connects both sides once the gate is open.
func (g *gate) pass(client net.Conn, to string) {
	defer client.Close()
	<-g.opened
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(server, client) }()
	_, _ = io.Copy(client, server)
}

// await waits for a connection.
func (g *gate) await(t *testing.T) {
	t.Helper()
	select {
	case <-g.arrived:
	case <-time.After(time.Minute):
		t.Fatal("nobody has come to the gate")
	}
}

// TestIcinga2Secret looks for the secret in each command line of the machine while the plugin runs, and in what
// Icinga 2 tells of the check afterwards. It is in the plugin's environment.
func TestIcinga2Secret(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	gate := mail.startGate(t)
	services := icingaServices(mail.address, []judged{{name: "gate", options: fmt.Sprintf("vars.pop3x_port = %d", gate.port)}})
	node := startIcinga(t, mail.machine(map[string]string{"/etc/icinga2/conf.d/gate.conf": services}), master)
	asked := time.Now()
	if err := node.Force(t.Context(), "states!gate"); err != nil {
		t.Fatal(err)
	}
	gate.await(t)
	plugins := 0
	for _, pid := range processes(t) {
		command := words(pid, "cmdline")
		if strings.Contains(strings.Join(command, " "), secret) {
			t.Errorf("process %d shows the secret: %q", pid, command)
		}
		if containsAll(command, []string{"--port", strconv.Itoa(gate.port)}) {
			plugins++
			if !containsAll(words(pid, "environ"), []string{"POP3X_PASSWORD=" + secret}) {
				t.Errorf("process %d does not know the secret: %q", pid, words(pid, "environ"))
			}
		}
	}
	if plugins != 1 {
		t.Errorf("%d plugins were found", plugins)
	}
	close(gate.opened)
	result, err := node.After(t.Context(), "states!gate", asked)
	if err != nil {
		t.Fatal(err)
	}
	judged{"gate", "", 0, `^POP3 OK - 5 messages`}.wantResult(t, node, result)
	if command, err := result.Words(); err != nil || strings.Contains(strings.Join(command, " "), secret) || !containsAll(command, []string{"--user", probe}) {
		t.Errorf("%q, %v", command, err)
	}
}

// processes are all of the machine.
func processes(t *testing.T) (all []int) {
	t.Helper()
	found, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range found {
		pid, _ := strconv.Atoi(filepath.Base(place))
		all = append(all, pid)
	}
	return all
}

// words are a process's command line or environment; none where it is gone.
func words(pid int, file string) (all []string) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
	for _, word := range bytes.Split(bytes.TrimSuffix(text, []byte{0}), []byte{0}) {
		all = append(all, string(word))
	}
	return all
}

// TestIcinga2Timeout has a check_timeout that ends before the plugin's: the state is UNKNOWN, whatever the plugin made
// of the signal, and Icinga 2 says why. What the plugin printed stands behind that, if it came to it: it has a tenth of
// the timeout.
func TestIcinga2Timeout(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	gate := mail.startGate(t)
	defer close(gate.opened)
	services := icingaServices(mail.address, []judged{{
		name: "late", options: fmt.Sprintf("vars.pop3x_port = %d\nvars.pop3x_timeout = \"1h:ok\"\ncheck_timeout = 5s", gate.port),
	}})
	node := startIcinga(t, mail.machine(map[string]string{"/etc/icinga2/conf.d/late.conf": services}), master)
	result := checkNow(t, node, "states!late")
	gate.await(t)
	// The plugin has half a second to answer, which a busy machine may not give it.
	answer := regexp.MustCompile(`^(POP3 UNKNOWN - tls: terminated signal received; .* \[interrupted\] |<Terminated by signal 9 \(Killed\)\.>)?$`)
	line, _, _ := strings.Cut(result.Output, "\n")
	if said, ok := strings.CutPrefix(line, "<Timeout exceeded.>"); !ok || !answer.MatchString(said) {
		t.Errorf("it says %q", result.Output)
	}
	if result.State != 3 {
		t.Errorf("it is in state %v", result.State)
	}
}

// TestIcinga2Cluster runs the examples of a cluster on two nodes: the satellite checks and the master has the result,
// and so again when the satellite was away.
func TestIcinga2Cluster(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	first, second := mail.machine(mail.icingaCluster(t, master)), mail.machine(mail.icingaCluster(t, satellite))
	for name, address := range map[string]string{master: first.Address, satellite: second.Address} {
		first.Hosts[name], second.Hosts[name] = address, address
	}
	head := startIcinga(t, first, master)
	wanted := judged{"pop3-tls", "", 0, `^POP3 OK - 5 messages, 2560 octets in `}
	look := func() {
		t.Helper()
		if err := head.Connected(satellite); err != nil {
			t.Fatal(err)
		}
		result := checkNow(t, head, "mail.berlin!pop3-tls")
		wanted.wantResult(t, head, result)
		if result.CheckSource != satellite {
			t.Errorf("%s has checked", result.CheckSource)
		}
	}
	sat := startIcinga(t, second, satellite)
	look()
	sat.Stop()
	if err := head.Disconnected(satellite); err != nil {
		t.Fatal(err)
	}
	startIcinga(t, second, satellite)
	look()
}

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"

	"check_pop3x/check/lab/integration/debian"
	"check_pop3x/check/lab/integration/engine"
)

const (
	node    = "icinga.example.org"
	network = "192.0.2.1/24" // RFC 5737

	// drawnEvery is the time between two checks of the service with graphs, which grow while somebody looks.
	drawnEvery = 10 * time.Second
)

// show runs in the namespaces until the context ends.
func show(ctx context.Context, socket *os.File) error {
	fmt.Println("Icinga 2, Icinga Web, the Director and Dovecot start in namespaces of their own, in about half a minute.")
	if err := furnish(); err != nil {
		return err
	}
	if err := connect(); err != nil {
		return err
	}
	root, err := startMail()
	if err != nil {
		return err
	}
	fmt.Println("Dovecot runs.")
	icinga, err := startIcinga(string(root.PEM()))
	if err != nil {
		return err
	}
	fmt.Println("Icinga 2, Icinga Web and the Director run.")
	if err := configure(ctx, icinga); err != nil {
		return err
	}
	if err := check(ctx, icinga); err != nil {
		return err
	}
	pages, err := icinga.Serve("")
	if err != nil {
		return err
	}
	listener, err := net.FileListener(socket)
	if err != nil {
		return err
	}
	fmt.Printf("\n  http://%s/monitoring/list/services\n  user icingaadmin, password %s\n\nCtrl-C ends it and leaves nothing behind.\n",
		listener.Addr(), icinga.Password)
	return forward(listener, pages)
}

// furnish keeps files in memory, and shows the processes of the namespace instead of the machine's.
func furnish() error {
	return errors.Join(
		os.Unsetenv("TMPDIR"),
		syscall.Mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777"),
		syscall.Mount("proc", "/proc", "proc", 0, ""),
	)
}

// connect gives the namespace a network, in which every address of the mail servers leads to itself.
func connect() error {
	box, err := debian.New("", "network", debian.Users{})
	if err != nil {
		return err
	}
	if err := box.Start("network", "sh", "-c", "ip link set lo up && ip address add "+network+" dev lo"); err != nil {
		return err
	}
	return box.Wait()
}

// startIcinga starts it on a machine on which the plugin is installed as packages do it.
func startIcinga(roots string) (*engine.IcingaWeb, error) {
	const root = "/tmp/root"
	install := exec.Command("packaging/install.sh")
	install.Env = append(os.Environ(), "DESTDIR="+root, "PREFIX=/usr")
	if said, err := install.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, said)
	}
	m := engine.Machine{Package: root, Address: "127.0.0.1", Hosts: map[string]string{}, Roots: roots, Files: passwordFiles()}
	m.Files["/etc/icinga2/features-enabled/graphite.conf"] = "object GraphiteWriter \"graphite\" { enable_send_thresholds = true }\n"
	m.Files["/etc/carbon/retentions"] = drawnEvery.String() + ":1d"
	for _, s := range servers {
		m.Hosts[s.name] = s.address
	}
	a, err := m.NewAuthority(node)
	if err != nil {
		return nil, err
	}
	icinga, err := m.StartIcingaWeb(node, a)
	if err != nil {
		return nil, err
	}
	const template = "/usr/share/doc/monitoring-plugins-pop3x/examples/icingaweb/pop3x.ini"
	return icinga, icinga.Command("install", "-D", "-m", "644", template, "/etc/icingaweb2/modules/graphite/templates/pop3x.ini").Run()
}

// forward connects those who connect to the machine with the server of the pages.
func forward(listener net.Listener, pages string) error {
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer client.Close()
			server, err := net.Dial("tcp", pages)
			if err != nil {
				return
			}
			defer server.Close()
			go io.Copy(server, client)
			io.Copy(client, server)
		}()
	}
}

//go:build linux

package engine

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

// A Nagios is a running Nagios 4.
type Nagios struct{ *debian.Sandbox }

// StartNagios starts it. It takes commands when this returns.
func (m Machine) StartNagios() (*Nagios, error) {
	s, err := m.Start("nagios4", "./nagios4.sh")
	if err != nil {
		return nil, err
	}
	n := &Nagios{s}
	if err := n.Await(func() bool {
		_, err := n.Services()
		_, missing := os.Stat(n.path("rw/nagios.cmd"))
		return err == nil && missing == nil
	}); err != nil {
		n.Stop()
		return nil, err
	}
	return n, nil
}

// CheckNagios has it read its configuration and returns what it says.
func (m Machine) CheckNagios() (string, error) { return m.Run("nagios4-v", "./nagios4.sh", "-v") }

// path is a file of Nagios as whoever is outside of its namespaces sees it.
func (n *Nagios) path(name string) string {
	return filepath.Join("/proc", strconv.Itoa(n.PID()), "root/var/lib/nagios4", name)
}

// Services are what status.dat says of each service, by HOST;SERVICE.
func (n *Nagios) Services() (map[string]map[string]string, error) {
	file, err := os.Open(n.path("status.dat"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	all := map[string]map[string]string{}
	block, within := map[string]string{}, ""
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		kind, begins := strings.CutSuffix(line, " {")
		name, value, isValue := strings.Cut(line, "=")
		switch {
		case within == "" && begins:
			block, within = map[string]string{}, kind
		case line == "}":
			if within == "servicestatus" {
				all[block["host_name"]+";"+block["service_description"]] = block
			}
			within = ""
		case isValue:
			block[name] = value
		}
	}
	return all, lines.Err()
}

// Check has services, HOST;SERVICE, checked now, and returns what status.dat says of all services when they were.
func (n *Nagios) Check(services ...string) (map[string]map[string]string, error) {
	pipe, err := os.OpenFile(n.path("rw/nagios.cmd"), os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	defer pipe.Close()
	now := time.Now().Unix()
	for _, service := range services {
		if _, err := fmt.Fprintf(pipe, "[%d] SCHEDULE_FORCED_SVC_CHECK;%s;%d\n", now, service, now); err != nil {
			return nil, err
		}
	}
	var all map[string]map[string]string
	wait := n.Await(func() bool {
		all, err = n.Services()
		for _, service := range services {
			last, _ := strconv.ParseInt(all[service]["last_check"], 10, 64)
			if err != nil || last < now {
				return false
			}
		}
		return true
	})
	return all, errors.Join(err, wait)
}

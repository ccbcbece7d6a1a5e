//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"check_pop3x/check/lab/integration/engine"
)

// object is one of JSON, as the Director wants it.
type object = map[string]any

// services are those that no set of the basket gives to a host. goodHost has a set: pop3-tls, pop3-cert, pop3-mailflow.
var services = []struct {
	host, name, template string
	vars                 object
}{
	{goodHost, "mailbox of bob", "pop3-tls", login("bob")}, // who has changed his password
	{goodHost, "mailbox of carol", "pop3-tls", login("carol")},
	{goodHost, "orders are fetched", "pop3-tls", object{"pop3x_user": "orders", "pop3x_password_file": passwordFile("orders"), "pop3x_oldest_critical": "1h"}},
	{expiredHost, "pop3-tls", "pop3-tls", login("alice")},
	{endingHost, "pop3-cert", "pop3-cert", object{}},
	{oldHost, "pop3-tls", "pop3-tls", object{"pop3x_tls_min": "1.0", "pop3x_tls_warn_below": "1.2"}},
	{stoppedHost, "pop3-tls", "pop3-tls", login("alice")},
}

func login(user string) object {
	return object{"pop3x_user": user, "pop3x_password_file": passwordFile(user)}
}

func passwordFile(user string) string { return "/etc/icinga2/" + user + ".password" }

// passwordFiles are what the plugin reads.
func passwordFiles() map[string]string {
	files := map[string]string{}
	for _, m := range mailboxes {
		files[passwordFile(m.user)] = m.password + "\n"
	}
	files[passwordFile("bob")] = "Tr0ub4dor\n"
	return files
}

// configure has the Director make hosts and services of the shipped templates, and give them to Icinga 2.
func configure(ctx context.Context, w *engine.IcingaWeb) error {
	if err := restore(w); err != nil {
		return err
	}
	for _, s := range servers {
		host := object{"address": s.name, "check_command": "dummy", "check_interval": 10}
		if s.name == goodHost {
			host["imports"] = []string{"pop3-mail-server"}
			host["vars"] = object{"pop3_user": "alice", "pop3_password_file": passwordFile("alice")}
		}
		if err := w.Create("host", s.name, host); err != nil {
			return err
		}
	}
	for _, s := range services {
		err := w.Create("service", s.name, object{"host": s.host, "imports": []string{s.template}, "vars": s.vars, "max_check_attempts": 1})
		if err != nil {
			return err
		}
	}
	last := services[len(services)-1]
	return w.Deploy(ctx, last.host+"!"+last.name)
}

// restore gives the basket to the Director, and has one of its templates check more often.
func restore(w *engine.IcingaWeb) error {
	basket, err := os.ReadFile("packaging/director/pop3x-basket.json")
	if err != nil {
		return err
	}
	if said, err := w.Director(string(basket), "basket", "restore"); err != nil {
		return fmt.Errorf("director basket restore: %w: %s", err, said)
	}
	if said, err := w.Director("", "service", "set", "pop3-mailflow", "--check_interval", drawnEvery.String()); err != nil {
		return fmt.Errorf("director service set: %w: %s", err, said)
	}
	return nil
}

// check has all services checked, and waits until Icinga Web can read that in its database.
func check(ctx context.Context, w *engine.IcingaWeb) error {
	all, err := w.Services(ctx, "")
	if err != nil {
		return err
	}
	for _, s := range all {
		if _, err := w.Check(ctx, s.Name); err != nil {
			return err
		}
	}
	return w.Await(func() bool {
		checked, err := w.Query("ido", "SELECT count(*) FROM icinga_servicestatus WHERE has_been_checked = 1")
		return err == nil && checked == strconv.Itoa(len(all))
	})
}

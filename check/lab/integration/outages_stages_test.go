//go:build integration

// What happens to a server, or to a mailbox, before or while the plugin looks at it.

package integration

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// connect opens a session at the plain port of an address, and reads the greeting.
func (all *outages) connect(t *testing.T, address string) *dialogue {
	t.Helper()
	conn, err := all.cable.client.dial(address + ":110")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(time.Minute))
	d := &dialogue{t, conn, bufio.NewReader(conn)}
	d.expect("+OK")
	return d
}

// occupy opens sessions that have the mailbox.
func occupy(count int, address string, user account) func(*testing.T, *outages) {
	return func(t *testing.T, all *outages) {
		for range count {
			d := all.connect(t, address)
			d.login(user)
			d.say("STAT")
			d.expect("+OK")
		}
	}
}

// fillConnections opens as many connections as Courier allows. It may still count one of before.
func fillConnections(t *testing.T, all *outages) {
	for range courierConnections {
		all.connect(t, courierAddress)
	}
}

// punish has Dovecot make this host wait before its next login, for wrong passwords. It has to wait for each but the
// first, and the same one does not count twice. Some seconds later it forgives the last of them: one is to spare.
func punish(address string) func(*testing.T, *outages) {
	return func(t *testing.T, all *outages) {
		const wrong = 4 // three have a login wait for 15 seconds
		d := all.connect(t, address)
		for i := range wrong {
			d.say("USER probe")
			d.expect("+OK")
			d.say(fmt.Sprintf("PASS wrong%d", i))
			d.expect("-ERR")
		}
	}
}

// restart stops Dovecot while somebody waits for the answer to a login.
func restart(t *testing.T, all *outages) {
	s := all.restarting
	var watch sync.WaitGroup
	watch.Go(func() {
		refused := func() bool { return strings.Contains(s.Logged(), refusalLogged["dovecot"]) || t.Context().Err() != nil }
		if err := s.Await(refused); err != nil {
			t.Error(err)
		}
		stop := s.Command("doveadm", "-c", filepath.Join(s.Dir, "dovecot.conf"), "stop")
		if err := stop.Start(); err != nil {
			t.Error(err)
		}
		stop.Wait() // it ends with the server, which takes its processes along
	})
	t.Cleanup(watch.Wait)
}

// cutShort takes the end of a message that Dovecot has indexed.
func cutShort(t *testing.T, all *outages) {
	d := all.connect(t, goodAddress)
	d.login(cut)
	d.say("RETR 2")
	for line := d.expect(""); line != "."; line = d.expect("") {
	}
	d.quit()
	if err := shorten(stored(t, all.dovecot, cut)); err != nil {
		t.Fatal(err)
	}
}

// renewOnDisk puts a good certificate into the place of the one that Dovecot shows.
func renewOnDisk(t *testing.T, all *outages) {
	r, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	id := identityOf(r.issuer.Issue(leaf(atOutageHost)))
	err = errors.Join(all.dovecot.Write(renewedAddress+".pem", id.chain, os.FileMode(0o644)), all.dovecot.Write(renewedAddress+".key", id.key, 0o644))
	if err != nil {
		t.Fatal(err)
	}
}

// play has a server play a dialogue once.
func play(address, text string) func(*testing.T, *outages) {
	return func(t *testing.T, all *outages) {
		dialogue, err := pop3test.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		go dialogue.Serve(all.cable.servers.listen(t, address+":110"), pop3test.Options{})
	}
}

package resolve

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// A journal notes what a lookup by package net asks and is answered, because the
// errors of that package do not tell a name without addresses from one that does
// not exist, nor who was asked about which name. It is read only after a lookup
// has failed.
type journal struct {
	mutex   sync.Mutex
	entries []*entry
	alive   netip.AddrPort // a silent server that answers other questions
}

// An entry is one question to one server.
type entry struct {
	server netip.AddrPort
	query  []byte // as it was sent; by TCP its length comes first
	tcp    bool
	answer []byte // what was read last
	err    error  // of the connection
}

// dial connects to a DNS server.
func (j *journal) dial(ctx context.Context, network, server string) (net.Conn, error) {
	e := &entry{tcp: network == "tcp"}
	e.server, _ = netip.ParseAddrPort(server)
	j.note(func() { j.entries = append(j.entries, e) })
	conn, err := new(net.Dialer).DialContext(ctx, network, server)
	if err != nil {
		j.note(func() { e.err = err })
		return nil, err
	}
	noted := notedConn{conn, j, e}
	if packets, ok := conn.(net.PacketConn); ok { // package net looks whether it is UDP
		return notedPackets{noted, packets}, nil
	}
	return noted, nil
}

func (j *journal) note(change func()) {
	j.mutex.Lock()
	change()
	j.mutex.Unlock()
}

// A notedConn notes the messages on a connection to a server.
type notedConn struct {
	net.Conn
	journal *journal
	entry   *entry
}

type notedPackets struct {
	notedConn
	net.PacketConn
}

func (c notedConn) Write(b []byte) (int, error) {
	c.journal.note(func() { c.entry.query, c.entry.err = bytes.Clone(b), nil }) // before the server knows it: time may be up by then
	n, err := c.Conn.Write(b)
	if err != nil {
		c.journal.note(func() { c.entry.err = err })
	}
	return n, err
}

func (c notedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.journal.note(func() {
		if c.entry.err = err; n > 0 {
			c.entry.answer = bytes.Clone(b[:n])
		}
	})
	return n, err
}

// questions are those of the lookup, each once, in the order in which they were
// asked.
func (j *journal) questions(host string) (all []asked) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	for _, e := range j.entries {
		a := e.read(host)
		if i := slices.IndexFunc(all, a.isSame); i >= 0 {
			all[i].merge(a)
		} else {
			all = append(all, a)
		}
	}
	return all
}

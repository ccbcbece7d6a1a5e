//go:build integration

// The software that tests run against: one default server of each, which many tests share, and variants for one test.

package integration

import (
	"sync"
	"testing"
)

// software is a program that serves POP3.
type software struct {
	name    string
	start   func(variant) (*server, error)
	usual   *shared
	stocked *shared // with the mailboxes of mailbox_stock_test.go
	versed  *shared // with all ways to log in
}

// variant is what all of them can be told.
type variant struct {
	identity   *identity // for TLS, by default a good one
	requireTLS bool      // refuse a login without TLS
	versed     bool      // offer each way to log in that it has and the plugin knows, client certificates too
	users      []account // by default those that every server knows
}

var (
	dovecot = newSoftware("dovecot", dovecotVariant)
	courier = newSoftware("courier", courierVariant)
	cyrus   = newSoftware("cyrus", cyrusVariant)
	nginx   = newSoftware("nginx", nginxVariant)
)

// fleet is all of which the same is asked.
var fleet = []*software{dovecot, courier, cyrus, nginx}

// keepers have mailboxes of their own.
var keepers = []*software{dovecot, courier, cyrus}

func newSoftware(name string, start func(variant) (*server, error)) *software {
	usual := &shared{start: func() (*server, error) { return start(variant{}) }}
	stocked := &shared{start: func() (*server, error) { return startStocked(start) }}
	versed := &shared{start: func() (*server, error) { return start(variant{versed: true}) }}
	return &software{name, start, usual, stocked, versed}
}

// dovecotVariant listens on another address than the client's where it must refuse: one's own counts as secure.
func dovecotVariant(v variant) (*server, error) {
	if v.requireTLS {
		return startDovecot(dovecotConfig{identity: v.identity, RefusePlaintext: true, Host: "127.0.0.2", accounts: v.users})
	}
	return startDovecot(dovecotConfig{identity: v.identity, accounts: v.users, versed: v.versed})
}

func courierVariant(v variant) (*server, error) {
	return startCourier(courierConfig{identity: v.identity, RequireTLS: v.requireTLS, accounts: v.users, Versed: v.versed})
}

func cyrusVariant(v variant) (*server, error) {
	return startCyrus(cyrusConfig{identity: v.identity, RequireTLS: v.requireTLS, accounts: v.users, Versed: v.versed})
}

// nginxVariant is a proxy in front of the shared Dovecot.
func nginxVariant(v variant) (*server, error) {
	backend, err := dovecot.usual.value()
	if err != nil {
		return nil, err
	}
	return startNginx(nginxConfig{identity: v.identity, RequireTLS: v.requireTLS, Backend: backend, Versed: v.versed})
}

// eachServer runs a test against the default servers, all at the same time.
func eachServer(t *testing.T, test func(*testing.T, *server)) {
	eachSoftware(t, func(t *testing.T, one *software) { test(t, one.usual.get(t)) })
}

// eachVariant runs a test against servers of its own, all at the same time.
func eachVariant(t *testing.T, v variant, test func(*testing.T, *server)) {
	eachSoftware(t, func(t *testing.T, one *software) {
		test(t, private(t, func() (*server, error) { return one.start(v) }))
	})
}

func eachSoftware(t *testing.T, test func(*testing.T, *software)) {
	among(t, fleet, test)
}

// eachKeeper runs a test against servers that have the mailboxes of mailbox_stock_test.go.
func eachKeeper(t *testing.T, test func(*testing.T, *server)) {
	among(t, keepers, func(t *testing.T, one *software) { test(t, one.stocked.get(t)) })
}

func among(t *testing.T, some []*software, test func(*testing.T, *software)) {
	t.Parallel()
	for _, one := range some {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			test(t, one)
		})
	}
}

// stopShared stops those that were started, all at once.
func stopShared() {
	stops := []func(){asker.end, tokens.end}
	for _, one := range fleet {
		stops = append(stops, one.usual.end, one.stocked.end, one.versed.end)
	}
	var all sync.WaitGroup
	for _, stop := range stops {
		all.Go(stop)
	}
	all.Wait()
}

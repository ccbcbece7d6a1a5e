package main

import (
	"context"
	"fmt"
	"os"

	"check_pop3x/check/testkit/pop3test"
)

// The names of the rows about certificates.
const (
	chained  = "chain of three, RSA 2048: verified TLS, login, STAT"
	expiring = "the same with -D"
	crowded  = "a thousand roots in --ca-file: verified TLS, login, STAT"
)

// manyRoots are in a file of trusted roots that is larger than any system's.
const manyRoots = 1000

// serveChain starts a server as they are most often: leaf, intermediate and root
// have keys of RSA 2048.
func (l *lab) serveChain(context.Context) (err error) {
	l.chain, err = l.at("-tls-listen", host+":0", "-tls-cert", "rsa-chain", "-write-ca", l.file("chain.pem"))
	return err
}

// thousand writes a file of roots of which the server's is the last.
func (l *lab) thousand(context.Context) error {
	own, err := os.ReadFile(l.file("ca.pem"))
	if err != nil {
		return err
	}
	var all []byte
	for n := range manyRoots - 1 {
		all = append(all, pop3test.NewAuthority(fmt.Sprint("root ", n)).PEM()...)
	}
	return os.WriteFile(l.file("thousand.pem"), append(all, own...), 0o644)
}

// certificateRows are the comparisons that certificates matter to.
func (l *lab) certificateRows() []row {
	login := l.chain.login(l.chain.tls)
	peer := l.checkPop("check_pop -S, greeting only, unverified", l.chain.tls, "-S")
	one := l.login(l.tls).with("--ca-file", l.file("ca.pem"))
	one.name = "the same with one root"
	return []row{
		{chained, login, peer, 0.7},
		{expiring, login.with("-D", "30,7"), peer, 0.7},
		{crowded, l.login(l.tls).with("--ca-file", l.file("thousand.pem")), one, 1.4},
	}
}

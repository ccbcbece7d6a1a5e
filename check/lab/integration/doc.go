// Package integration tests check_pop3x against real servers: Dovecot, Courier and Cyrus as Debian builds them, and
// nginx's mail proxy, stunnel and haproxy in front of Dovecot; Postfix, Exim and OpenSMTPD, which deliver to them, and postgrey; Glewlwyd, which gives access tokens; Knot and Unbound for
// DNS with DNSSEC; perdition, popa3d and OpenSSH for outages; and what knows passwords: pass, systemd,
// and Samba's winbind.
//
//	check/lab/integration/install.sh
//	go test -tags integration ./check/lab/integration/
//
// It needs root and the trees that install.sh unpacks; nothing is installed. Each server runs as the first process of
// a mount and pid namespace of its own, with its tree laid over /usr and /etc (package debian), so that it
// ends with all its children when the test does, and listens on high ports of the loopback addresses.
//
// What is where: package debian runs a program that way, and package engine monitoring engines, for the tests of packaging
// and the benchmark; server_test.go says what a running server offers to a test,
// fleet_test.go which there are; dovecot_test.go, courier_test.go, cyrus_test.go and nginx_test.go start one each, and postfix_test.go
// what delivers to one, with mailflow_test.go for what holds mail up on its way, and icinga_test.go for an engine that sends it;
// harness_test.go proves with a bare dialogue (dialogue_test.go) that they answer as the tests expect; plugin_test.go
// runs the plugin, outcome_test.go judges what every run must hold; wire_test.go listens in on a session and
// interrupt_test.go stops the server in the middle of one; mailbox_stock_test.go says what is in the mailboxes of the
// tests mailbox_*_test.go, and mailbox_relay_test.go has something happen to one between two commands; login_test.go
// lists the ways to log in and proof_test.go what with, for login_*_test.go; glewlwyd_test.go starts the token server of
// oauth_*_test.go, and tokens_test.go signs tokens without one; dns_test.go starts Knot and Unbound for dane_test.go and unresolved_test.go;
// crl_test.go has openssl issue lists of revoked certificates for nginx to serve; network_test.go makes networks with addresses that are dead, pool_test.go machines behind a name or SRV records, look_test.go ports that are silent, and route_test.go and proxy_test.go other ways to a server;
// tls_cases_test.go says what is asked of the servers that tls_dovecot_test.go, tls_stunnel_test.go and
// tls_haproxy_test.go start, tls_shown_test.go makes their certificates, and tls_peers_test.go asks openssl and curl
// as well; odd_test.go compares the verdicts of check_pop3x and openssl on chains that odd_*_test.go make, octet by
// octet; exchange_test.go plays Microsoft Exchange; outages_test.go stages each outage of packaging/doc/outages.md in two
// hosts with a cable between them (outages_network_test.go), by the rows of outages_rows_*.go, and outages_judge_test.go
// wants phase, cause and remedy in what a phone shows; helper_test.go runs the plugin beside what knows the password; home_*_test.go, with the tag homes, have Icinga 2 check them for
// what draws graphs; the other files are the tests, one topic
// each.
package integration

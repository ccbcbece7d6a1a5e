// Package check runs one check, from the command line to the exit code:
//
//	arguments -> options.Command.Plan -> probe.Plan, verdict.Limits
//	Plan      -> probe.Run            -> report.Report    facts, written once
//	Report    -> verdict.Judge        -> verdict.Verdict  no clock, no connection
//	Verdict   -> render.Format        -> one write to standard output, an exit code
//
// Facts, judgement and words are three places. A phase that took too long is a
// fact in probe, a state in verdict and a sentence in render.
//
// A run logs in once per address. After a silence at most one more connection is
// opened, which sends no credentials (probe/look.go).
//
// # Packages
//
// In the order of calls. A package imports only packages below it.
//
//	check             Main, signals, the last word: standard output, --output, exit code
//	options           the command line and its files, by groups; help
//	render            a verdict as text, in each format; hints
//	verdict           states, metrics and limits; the worst decides
//	probe             the phases of a session, the login, time limits; the only clocks
//	pop3              the protocol, on a connection that it is given
//	maildrop          what a mailbox says about itself: lists, headers, ages, matches, ways of mail
//	credential/kerberos  tickets from a KDC, and the tokens of GSS-API that log in by them
//	credential/oauth  access tokens from a token server
//	credential        where names and secrets come from, and how they are hidden
//	submit            one mail sent, on a connection that it is given
//	sasl              the mechanisms of AUTH; they never see the connection
//	crl               lists of revoked certificates, fetched and kept
//	loop              probes, the mails that runs send to see them arrive, and what is kept of them
//	resolve           addresses and TLSA records from DNS
//	transport         dialing, the TLS handshake, and what fails in them
//	trust             certificates judged, by trusted roots, pins or DANE; no network
//	report            what was learned: the types are the JSON document
//	confine           what the process may do: no more than its caller, and no more than it needs
//	fault             kinds of fault, the errors that carry them, words for people
//	files             files that users name, and what runs leave to later ones
//	charset           text that is not UTF-8
//	lean              for main alone: settings of the runtime before all else
//	stack             stacks of goroutines that need not grow
//
// testkit has what tests need (a scripted POP3 server, a DNS server, readers of
// formats), and lab real servers, a demo and benchmarks. Neither is shipped. packaging
// is what is installed around the program.
//
// # How it grows
//
// Each of these is one file and a row in a table; paths are below check. NAME is
// yours, and in brackets is the table.
//
//	mechanism  sasl/NAME.go, sasl/sasl.go (Mechanisms)
//	phase      probe/NAME.go, probe/phases.go (phases); what it sends, pop3/NAME.go
//	  if it is slow   what to look at, verdict/slow.go (slowPhases)
//	metric     verdict/NAME.go, verdict/metrics.go (rows)
//	  its limits      two fields in the file of their group in options, such as
//	                  options/mailbox.go (Mailbox), and options/options.txt
//	kind       fault/kind.go (Kind), verdict/kinds.go (kinds)
//	hint       fault/problem.go (Problem), render/hints.go (problemHints)
//	format     render/NAME.go, render/render.go (formats)
//	option     a field in the file of its group, such as options/tls.go (TLS), whose
//	           method obeys it, and options/options.txt
//	fact       report/report.go (Report), whose tag is the member of the JSON
//	           document, and ../packaging/schema/check_pop3x.schema.json
//
// A step of --steps is a phase whose row has a step. The words of a fact for -v
// are in render/verbose.go (verbose), or beside it.
//
// Then:
//
//	go run ./packaging/generate   manual, completion and Icinga's command follow
//	testdata/script/NAME.txt      a story: command lines, what the server says, the
//	                              line and the exit code
//	go test ./...                 names the stories and tables of tests that list
//	                              all of them, such as verdict/kinds_test.go
//	../CHANGELOG.md               a line that begins with [FEATURE]
//
// The documents in packaging/doc explain what a table cannot: mechanisms are in
// login.md, phases and steps in manual.md.in.
package check

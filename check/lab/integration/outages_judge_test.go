//go:build integration

// What the line of an outage has to be: it names the phase, the cause and the remedy, and a phone shows all three.

package integration

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// outageHost has 25 characters, which is long for the name of a mail server.
const outageHost = "mail.customer.example.org"

// phoneShows is how many characters of a line are sure to be shown (GSM 03.40, one message of 7-bit characters).
const phoneShows = 160

// An outage is one row of the document: what is wrong, how it is staged, and what the line says.
type outage struct {
	name  string
	host  string // by default outageHost
	at    string // the address of outageHost, or several with blanks between; "" is that of a Dovecot that is well
	port  string // by default 995 with TLS, else 110
	how   way    // by default withTLS
	user  account
	by    proof
	limit time.Duration // -t, by default 10 s
	args  []string      // more options
	names []string      // more lines of /etc/hosts
	dns   string        // the address of the DNS server, which is asked instead of /etc/hosts
	kdc   string        // the address of the KDC that this host knows, and where the user has a keytab
	stage func(*testing.T, *outages)

	either        bool   // the line depends on what happens first, and the document has one of them
	state         string // by default CRITICAL
	phase         string // "" is none, for a limit
	cause, remedy string // regular expressions
}

// run stages the outage, runs the plugin and judges its line. It returns the line up to the remedy and the kind.
func (o outage) run(t *testing.T, all *outages) (line string) {
	if o.stage != nil {
		o.stage(t, all)
	}
	c := o.call(t)
	c.where = all.atClient(t, o)
	made := run(t, c)
	line, _, _ = strings.Cut(made.first(), " | ")
	return o.judge(t, line)
}

// call is the command line.
func (o outage) call(t *testing.T) call {
	t.Helper()
	c := call{how: o.how, user: o.user, by: o.by, limit: o.limit}
	if c.how == "" {
		c.how = withTLS
	}
	if c.limit == 0 {
		c.limit = patience
	}
	if c.by == nil {
		c.by = byOutagePassword
	}
	port := o.port
	if port == "" {
		port = map[way]string{withTLS: "995", withSTLS: "110", inPlain: "110"}[c.how]
	}
	host := o.host
	if host == "" {
		host = outageHost
	}
	c.addr = host + ":" + port
	r, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	if c.how != inPlain {
		c.args = []string{"--ca-file", r.file}
	}
	c.args = append(c.args, o.args...)
	return c
}

// judge wants the state and the phase, and cause and remedy within what a phone shows.
func (o outage) judge(t *testing.T, line string) (short string) {
	t.Helper()
	state, phase := o.state, o.phase
	if state == "" {
		state = "CRITICAL"
	}
	if phase != "" {
		phase += ": "
	}
	short, kind := line, ""
	if end := kindForm.FindStringIndex(line); end != nil {
		short, kind = line[:end[0]], line[end[0]:end[1]]
	}
	form := fmt.Sprintf(`^POP3 %s - %s(%s); (%s)`, state, phase, o.cause, o.remedy)
	end := regexp.MustCompile(form).FindStringIndex(short)
	switch {
	case end == nil:
		t.Errorf("wanted %s\ngot    %s", form, line)
		return line
	case kind == "":
		short = short[:end[1]] // a limit, behind which is what was learned
	case end[1] != len(short):
		t.Errorf("the remedy goes on: %s", short[end[1]:])
	}
	if long := utf8.RuneCountInString(short); long > phoneShows {
		t.Errorf("the remedy ends after %d characters, not %d: %s", long, phoneShows, line)
	}
	return short + kind
}

// kindForm is the kind, which follows the remedy.
var kindForm = regexp.MustCompile(` \[[a-z-]+\]`)

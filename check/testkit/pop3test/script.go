package pop3test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// A Command is a command line of pop3server, in a shell or in a test script.
type Command struct {
	Dialogue    string // file; "": a server with a mailbox
	Listen      string
	TLSListen   string
	Certificate string
	Life        lifetime // of the certificate, if it is good
	ClientLife  lifetime
	ClientAuth  string
	Suite       string
	CAFile      string
	ClientFile  string
	PortsFile   string
	Connections int
	Limit       time.Duration
	Stdin       bool
	Revocable   *CRLServer // its certificate is shown, instead of one of the kinds

	User, PasswordFile     string
	Messages, Size         int
	Newest                 time.Duration
	Delay                  time.Duration
	RequireTLS, NoSTLS     bool
	Exclusive, NoPipelines bool
}

func (c *Command) flags() *flag.FlagSet {
	f := flag.NewFlagSet("pop3server", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&c.Dialogue, "dialogue", "", "play the dialogue in `FILE`, then end")
	f.IntVar(&c.Connections, "connections", 1, "with -dialogue: how many clients may connect")
	f.DurationVar(&c.Limit, "limit", 30*time.Second, "with -dialogue: how long to wait for a client, and for its end")
	f.StringVar(&c.Listen, "listen", "127.0.0.1:0", "`ADDRESS` for POP3 with STLS; empty: none")
	f.StringVar(&c.TLSListen, "tls-listen", "", "`ADDRESS` for POP3 with TLS from the first octet")
	f.StringVar(&c.Certificate, "tls-cert", "good", "certificate to show: "+strings.Join(CertificateKinds(), ", "))
	f.StringVar(&c.ClientAuth, "client-auth", "", "request or require a client certificate by the root")
	f.StringVar(&c.Suite, "tls-suite", "", "only this cipher `SUITE`, by its name in crypto/tls, and at most TLS 1.2")
	f.Var(&c.Life, "tls-life", "`WHOLE,LEFT`: how long the good certificate is valid, and for how long still")
	f.Var(&c.ClientLife, "client-life", "`WHOLE,LEFT` of the client certificate")
	f.StringVar(&c.CAFile, "write-ca", "", "write the root certificate to `FILE`")
	f.StringVar(&c.ClientFile, "write-client", "", "write a client certificate by the root, with its key, to `FILE`")
	f.StringVar(&c.PortsFile, "write-ports", "", "write the lines plain=PORT and tls=PORT to `FILE`")
	f.BoolVar(&c.Stdin, "stdin", false, "end when standard input ends")
	f.StringVar(&c.User, "user", "alice", "`NAME` of the user")
	f.StringVar(&c.PasswordFile, "password-file", "", "`FILE` with the password in its first line")
	f.IntVar(&c.Messages, "messages", 5, "how many messages the mailbox has")
	f.IntVar(&c.Size, "size", 0, "octets of each message")
	f.DurationVar(&c.Newest, "newest", time.Hour, "age of the newest message; the others are a minute apart")
	f.DurationVar(&c.Delay, "delay", 0, "wait this long before each answer")
	f.BoolVar(&c.RequireTLS, "require-tls", false, "refuse a login before TLS")
	f.BoolVar(&c.NoSTLS, "no-stls", false, "do not offer STLS")
	f.BoolVar(&c.Exclusive, "exclusive", false, "one session at a time, others get [IN-USE]")
	f.BoolVar(&c.NoPipelines, "no-pipelining", false, "do not announce PIPELINING")
	return f
}

// ParseCommand parses a command line. path, unless nil, maps the names of
// files, as test scripts have their own directory. The error is flag.ErrHelp if
// help was asked for.
func ParseCommand(args []string, path func(string) string) (*Command, error) {
	c := &Command{}
	f := c.flags()
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if err := c.check(f); err != nil {
		return nil, err
	}
	for _, name := range []*string{&c.Dialogue, &c.CAFile, &c.ClientFile, &c.PortsFile, &c.PasswordFile} {
		if *name != "" && path != nil {
			*name = path(*name)
		}
	}
	return c, nil
}

// CommandHelp returns the list of options.
func CommandHelp() string {
	var text strings.Builder
	f := new(Command).flags()
	f.SetOutput(&text)
	f.PrintDefaults()
	return text.String()
}

// check refuses options that exclude each other, so that none is without
// effect.
func (c *Command) check(f *flag.FlagSet) (err error) {
	common := []string{"listen", "tls-cert", "tls-life", "client-life", "tls-suite", "client-auth", "write-ca", "write-client", "write-ports", "stdin"}
	ofDialogue := []string{"dialogue", "connections", "limit"}
	f.Visit(func(o *flag.Flag) {
		switch {
		case slices.Contains(common, o.Name):
		case c.Dialogue != "" && !slices.Contains(ofDialogue, o.Name):
			err = fmt.Errorf("-%s does not go with -dialogue", o.Name)
		case c.Dialogue == "" && slices.Contains(ofDialogue, o.Name):
			err = fmt.Errorf("-%s goes with -dialogue FILE only", o.Name)
		}
	})
	switch {
	case err != nil:
	case c.Dialogue == "" && c.PasswordFile == "":
		err = errors.New("neither -dialogue FILE nor -password-file FILE")
	case c.Listen == "" && (c.TLSListen == "" || c.Dialogue != ""):
		err = errors.New("nowhere to listen")
	case clientAuth[c.ClientAuth] == 0 && c.ClientAuth != "":
		err = fmt.Errorf("-client-auth %s: neither request nor require", c.ClientAuth)
	case c.Connections < 1:
		err = errors.New("-connections must be at least 1")
	}
	return err
}

// A Running command listens.
type Running struct {
	Port    int     // of the dialogue, or for POP3 with STLS; 0: none
	TLSPort int     // for TLS from the first octet; 0: none
	Player  *Player // nil without a dialogue
	Server  *Server // nil without a mailbox
}

// Start writes the files and listens.
func (c *Command) Start() (*Running, error) {
	certificate, root, err := NewCertificate(c.Certificate)
	if err != nil {
		return nil, err
	}
	if c.Revocable != nil {
		certificate, root = c.Revocable.Certificate, c.Revocable.Root
	}
	if c.Life.whole > 0 {
		certificate = root.Issue(Leaf{Names: Localhost, Validity: c.Life.validity()})
	}
	if err := c.write(root); err != nil {
		return nil, err
	}
	config := ServerTLS(certificate)
	config.ClientAuth, config.ClientCAs = clientAuth[c.ClientAuth], root.Pool()
	if c.Suite != "" {
		if config.CipherSuites = suites(c.Suite); config.CipherSuites == nil {
			return nil, fmt.Errorf("-tls-suite %s: crypto/tls does not know it", c.Suite)
		}
		config.MaxVersion = tls.VersionTLS12
	}
	r := &Running{}
	if c.Dialogue != "" {
		err = c.startDialogue(r, config)
	} else {
		err = c.startServer(r, config)
	}
	if err == nil && c.PortsFile != "" {
		err = writePorts(c.PortsFile, r)
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// suites returns the cipher suite of that name, or nil if there is none.
func suites(name string) []uint16 {
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if s.Name == name {
			return []uint16{s.ID}
		}
	}
	return nil
}

// write writes the files that a client needs.
func (c *Command) write(root *Authority) error {
	if c.CAFile != "" {
		if err := os.WriteFile(c.CAFile, root.PEM(), 0o644); err != nil {
			return err
		}
	}
	if c.ClientFile != "" {
		chain, key := PEM(root.Issue(Leaf{CommonName: c.User, Validity: c.ClientLife.validity(), Usage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}))
		return os.WriteFile(c.ClientFile, append(chain, key...), 0o600)
	}
	return nil
}

func (c *Command) startDialogue(r *Running, t *tls.Config) error {
	text, err := os.ReadFile(c.Dialogue)
	if err != nil {
		return err
	}
	d, err := Parse(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", c.Dialogue, err)
	}
	r.Player, err = d.Start(Options{Listen: c.Listen, TLS: t, Limit: c.Limit, Connections: c.Connections})
	if err == nil {
		r.Port = r.Player.Port()
	}
	return err
}

func (c *Command) startServer(r *Running, t *tls.Config) error {
	secret, err := os.ReadFile(c.PasswordFile)
	if err != nil {
		return err
	}
	line, _, _ := bytes.Cut(secret, []byte("\n"))
	box := Mailbox{Messages: c.Messages, Size: c.Size, Newest: time.Now().Add(-c.Newest)}
	r.Server, err = NewServer(Config{
		Users: []User{{c.User, strings.TrimSuffix(string(line), "\r"), box}},
		TLS:   t, NoSTLS: c.NoSTLS, RequireTLS: c.RequireTLS,
		Exclusive: c.Exclusive, Pipelining: !c.NoPipelines, Delay: c.Delay,
	})
	if err != nil {
		return err
	}
	if c.Listen != "" {
		addr, err := r.Server.Listen(c.Listen)
		if err != nil {
			return err
		}
		r.Port = portOf(addr)
	}
	if c.TLSListen != "" {
		addr, err := r.Server.ListenTLS(c.TLSListen)
		if err != nil {
			return err
		}
		r.TLSPort = portOf(addr)
	}
	return nil
}

// writePorts creates the file with its whole content, as somebody may wait for
// it.
func writePorts(file string, r *Running) error {
	text := fmt.Sprintf("plain=%d\ntls=%d\n", r.Port, r.TLSPort)
	if err := os.WriteFile(file+".new", []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// Finish stops the server after the client has ended, and returns how the
// client departed from the dialogue.
func (r *Running) Finish() error {
	defer r.Close()
	if r.Player != nil {
		return r.Player.Finish()
	}
	return nil
}

// Close stops the server at once.
func (r *Running) Close() {
	if r.Player != nil {
		r.Player.Close()
	}
	if r.Server != nil {
		r.Server.Close()
	}
}

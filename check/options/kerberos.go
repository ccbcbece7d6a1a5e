package options

import (
	"cmp"
	"os"
	"strconv"
	"strings"

	"check_pop3x/check/credential/kerberos"
	"check_pop3x/check/probe"
	"check_pop3x/check/sasl"
)

// Kerberos says where a ticket comes from, which replaces a password.
type Kerberos struct {
	Cache   text `unquote:"false" long:"krb5-ccache" value-name:"FILE" needs:"ticket" excludes:"krb5-keytab,password-file,password-command,token-file,oauth" secret-file:"yes" restricted:"names a file"`
	Keytab  text `unquote:"false" long:"krb5-keytab" value-name:"FILE" needs:"ticket,login" excludes:"password-file,password-command,token-file,oauth" secret-file:"yes" restricted:"names a file"`
	Config  text `unquote:"false" long:"krb5-conf" value-name:"FILE" needs:"ticket" restricted:"names a file"`
	Service text `unquote:"false" long:"service-name" value-name:"NAME" needs:"ticket" restricted:"names another service"`
}

// given reports whether a login has a ticket: by GSSAPI, or by whatever fits if a
// ticket is named.
func (o Kerberos) given(login Login) bool {
	way, named := login.way()
	return way.Needs == sasl.Ticket || !named && login.Auth.lower() == probe.AuthAuto && (o.Cache != "" || o.Keytab != "")
}

// plan returns where the ticket comes from.
func (o Kerberos) plan(user, dir string) (*kerberos.Source, error) {
	service := cmp.Or(string(o.Service), "pop")
	p := kerberos.ParsePrincipal(service)
	for _, part := range p.Name {
		if part == "" || len(p.Name) > 2 || strings.ContainsAny(service, " \r\n\x00") {
			return nil, refuse("service-name", "%q is neither a service nor a service with its host, type for example pop or pop/mail.example.com", o.Service)
		}
	}
	return &kerberos.Source{
		Config:  firstNamed(o.Config, os.Getenv("KRB5_CONFIG"), "/etc/krb5.conf"),
		Cache:   firstNamed(o.Cache, os.Getenv("KRB5CCNAME"), "/tmp/krb5cc_"+strconv.Itoa(os.Getuid())),
		Keytab:  string(o.Keytab),
		Dir:     dir,
		User:    user,
		Service: service,
	}, nil
}

// firstNamed is the first file that is named, by an option or the environment, or else
// the usual one.
func firstNamed(option text, variable, usual string) kerberos.Place {
	named := cmp.Or(string(option), variable)
	return kerberos.Place{Path: cmp.Or(named, usual), Named: named != ""}
}

package options

import (
	"context"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/files"
	"check_pop3x/check/trust"
)

// files says whether files have to be read to make a plan of the options.
func (o tlsOptions) files() bool { return o.CAFile != "" || o.ClientCert != "" }

// clientCertificate reads the certificate to show. The files that hold a secret
// obey the rule of --password-file.
func (p *Planner) clientCertificate() {
	t := p.O.TLS
	if t.ClientCert == "" {
		if t.ClientKey != "" || t.ClientKeyPassword != "" {
			p.refuse("--client-key and --client-key-password-file need --client-cert FILE")
		}
		return
	}
	cert, err := clientFile(t.ClientCert)
	key := cert
	if err == nil && t.ClientKey != "" {
		key, err = clientFile(t.ClientKey)
	}
	if err == nil {
		p.Plan.TLS.Client, err = trust.ClientCertificate(cert, key, t.clientKeyPassword)
	}
	if err != nil {
		p.refuse("%s", fault.Of(err).Text)
	}
}

func clientFile(name text) (f trust.ClientFile, err error) {
	f.Name = string(name)
	f.Data, err = files.Read(f.Name, func(data []byte) bool {
		return trust.ClientFile{Data: data}.HoldsKey()
	})
	return f, err
}

// clientKeyPassword is "" where none was given.
func (o tlsOptions) clientKeyPassword() (string, error) {
	if o.ClientKeyPassword == "" {
		return "", nil
	}
	return credential.File(string(o.ClientKeyPassword)).Read(context.Background())
}

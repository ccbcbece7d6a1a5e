package options

// platformNotes tells, for -v, what another system than the tested ones does in
// its own way: Windows has no file modes to judge, and where a system has a
// verifier of certificates of its own, crypto/x509 leaves them to it.
func (o *Options) platformNotes(goos string) []string {
	var notes []string
	if file := o.secretFile(); goos == "windows" && file != "" {
		notes = append(notes, "who may read "+file+" was not checked: Windows has no file modes")
	}
	tls := o.Target.TLS || o.Target.SSL || o.Target.StartTLS || o.Limits.Certificate != ""
	if own := goos == "windows" || goos == "darwin"; own && tls && o.TLS.CAFile == "" && !o.TLS.Insecure && !o.TLS.DANE {
		notes = append(notes, "the certificate was left to the verifier of the system")
	}
	return notes
}

// secretFile is the first file that was named for a secret; "" without.
func (o *Options) secretFile() string {
	for _, file := range []text{
		o.Login.PasswordFile, o.Token.TokenFile, o.Token.SecretFile, o.Token.KeyFile, o.Token.RefreshFile,
		o.TLS.ClientKey, o.TLS.ClientCert, o.TLS.ClientKeyPassword,
	} {
		if file != "" && file != "-" {
			return string(file)
		}
	}
	return ""
}

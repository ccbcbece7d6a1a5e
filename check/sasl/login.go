package sasl

var loginMechanism = Mechanism{Name: "LOGIN", Cleartext: true, New: newLogin}

// login is draft-murchison-sasl-login: the name answers the first prompt, the
// password the second, whatever they say. Servers word them in many ways; those
// of UW end in NUL.
type login struct {
	silent
	answers []string // those that are still to be given
}

func newLogin(c Credentials) (Client, error) {
	return &login{answers: []string{c.User, c.Secret}}, nil
}

func (l *login) Next([]byte) ([]byte, error) {
	if len(l.answers) == 0 {
		return nil, unexpected("LOGIN")
	}
	answer := l.answers[0]
	l.answers = l.answers[1:]
	return []byte(answer), nil
}

// Proven is false for a server that did not even ask.
func (l *login) Proven() bool { return len(l.answers) == 0 }

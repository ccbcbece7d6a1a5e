package sasl

var loginMechanism = Mechanism{Name: "LOGIN", Cleartext: true, New: newLogin}

// login is draft-murchison-sasl-login: the answer to the first prompt is the name,
// to the second the password. The prompts' text does not matter, as servers word
// them in many ways (and UW ends them in NUL).
type login struct {
	base
	answers []string // not given yet
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

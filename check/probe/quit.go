package probe

import (
	"context"
	"time"
)

// quit ends the session. TLS is closed as well, which spares the server an entry
// in its log.
func (l *link) quit(context.Context) error {
	err := l.pop.Quit()
	l.conn.CloseNotify()
	return err
}

// leave closes the connection after err. QUIT is sent if the session is in step
// and nothing forbids it. Its reply is read only after a session without a fault.
func (s *session) leave(ctx context.Context, err error) {
	conn := s.link.conn
	if conn == nil {
		return
	}
	defer conn.Close()
	switch {
	case s.link.noQuit:
	case err == nil:
		_ = s.runPhase(ctx, quit)
	case inStep(err):
		conn.SetDeadline(time.Now().Add(farewell))
		s.link.pop.SendQuit()
	}
}

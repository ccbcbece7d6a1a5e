package submit

import (
	"errors"
	"io"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// FuzzServer lets a server say anything. Whatever it says, the session ends, with a
// fault of a kind that it may have, reads no more than it may, and sends no password
// without being asked for a login. The mail is ended if before was called, and else
// not, and QUIT is never a part of it. A form feed ends what the server says at once.
func FuzzServer(f *testing.F) {
	for _, said := range []string{
		"220 mx\r\n250-mx\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n",
		"220 mx\r\n250 mx\r\n334 eA==\r\n535 5.7.8 no\r\n", "220\n250\n235\n250\n250\n354\n451 4.7.1 later\n",
		"554-5.7.1 no\r\n554 5.7.1 really\r\n", "+OK\r\n", "\x16\x03\x01\x02\x00", "220-", "2\r2\n",
	} {
		f.Add(strings.ReplaceAll(said, "\n", "\n\f"))
	}
	for _, last := range []string{"354 go\r\n250 queued\r\n", "354 go\r\n421 bye\r\n", "354 go\r\n25"} {
		f.Add("220 mx\r\n\f250-mx\r\n250 AUTH PLAIN\r\n\f235 ok\r\n\f250 ok\r\n\f250 ok\r\n\f" + last)
	}
	f.Fuzz(func(t *testing.T, said string) {
		called := 0
		server := &lineServer{lines: strings.FieldsFunc(said, func(r rune) bool { return r == '\f' })}
		session := New(server, new(traced).line)
		_, err := submitAll(session, password(t, "PLAIN"), message("a@b", "c@d"), func() error { called++; return nil })
		session.Quit()
		heard := server.heard.String()
		if ended := strings.Count(heard, "\r\n.\r\n"); called > 1 || called != ended {
			t.Errorf("called %d times, %d mails were ended", called, ended)
		}
		if strings.Contains(heard, "deletes such mails") && called == 0 && strings.HasSuffix(heard, "QUIT\r\n") {
			t.Errorf("QUIT is in the mail: %q", heard)
		}
		if _, refused := errors.AsType[*Refusal](err); refused || err == nil {
			return
		}
		if kind := fault.Of(err).Kind; kind != fault.Send && kind != fault.Protocol {
			t.Errorf("%v", err)
		}
	})
}

// A lineServer says one of its texts for each read, and remembers what it read.
type lineServer struct {
	lines []string
	heard strings.Builder
}

func (s *lineServer) Read(p []byte) (int, error) {
	if len(s.lines) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.lines[0])
	if s.lines[0] = s.lines[0][n:]; s.lines[0] == "" {
		s.lines = s.lines[1:]
	}
	return n, nil
}

func (s *lineServer) Write(p []byte) (int, error) { return s.heard.Write(p) }

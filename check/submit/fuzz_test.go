package submit

import (
	"errors"
	"io"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// FuzzServer lets a server say anything. Whatever it says, the session ends, with a
// fault of a kind that it may have, reads no more than it may, sends no password
// without being asked for a login, and calls before at most once.
func FuzzServer(f *testing.F) {
	for _, said := range []string{
		"220 mx\r\n250-mx\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n",
		"220 mx\r\n250 mx\r\n334 eA==\r\n535 5.7.8 no\r\n", "220\n250\n235\n250\n250\n354\n451 4.7.1 later\n",
		"554-5.7.1 no\r\n554 5.7.1 really\r\n", "+OK\r\n", "\x16\x03\x01\x02\x00", "220-", "2\r2\n",
	} {
		f.Add(said)
	}
	f.Fuzz(func(t *testing.T, said string) {
		called := 0
		server := &lineServer{lines: strings.SplitAfter(said, "\n")}
		_, err := submitAll(New(server, new(traced).line), password(t, "PLAIN"), message("a@b", "c@d"), func() error { called++; return nil })
		if called > 1 {
			t.Errorf("called %d times", called)
		}
		if _, refused := errors.AsType[*Refusal](err); refused || err == nil {
			return
		}
		if kind := fault.Of(err).Kind; kind != fault.Send && kind != fault.Protocol {
			t.Errorf("%v", err)
		}
	})
}

// A lineServer says a line for each read.
type lineServer struct{ lines []string }

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

func (s *lineServer) Write(p []byte) (int, error) { return len(p), nil }

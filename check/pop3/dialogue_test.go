package pop3

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// A wire plays the server's side of a dialogue. What the server says is there
// once all has been sent that stands before it; what the client sends is
// compared octet by octet, a command a write.
type wire struct {
	t      *testing.T
	steps  []step
	most   int   // octets that one read returns; 0: a packet
	end    error // of the dialogue, io.EOF by default
	broken error // what a write fails with

	drawn  int // octets that were read
	writes int
}

// A step is a command that is awaited, or a packet from the server.
type step struct {
	client bool
	text   string
}

// play reads a dialogue, a line each, with Go's escapes:
//
//	C: a command
//	S: a line, in a packet of its own
//	S+ a line in the packet of the one before
//	S- text without a line end, in a packet of its own
func play(t *testing.T, dialogue string) *wire {
	t.Helper()
	w := &wire{t: t, end: io.EOF}
	for line := range strings.Lines(strings.TrimLeft(dialogue, "\n")) {
		line = strings.TrimSuffix(line, "\n")
		if len(line) < 2 {
			t.Fatalf("not a line of a dialogue: %q", line)
		}
		text, err := strconv.Unquote(`"` + strings.TrimPrefix(line[2:], " ") + `"`)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		w.add(line[:2], text)
	}
	return w
}

func (w *wire) add(mark, text string) {
	switch mark {
	case "C:":
		w.steps = append(w.steps, step{true, text + "\r\n"})
	case "S:":
		w.steps = append(w.steps, step{false, text + "\r\n"})
	case "S+":
		w.steps[len(w.steps)-1].text += text + "\r\n"
	case "S-":
		w.steps = append(w.steps, step{false, text})
	default:
		w.t.Fatalf("not a mark: %q", mark)
	}
}

// Read fails where a real connection would wait for ever.
func (w *wire) Read(p []byte) (int, error) {
	n, err := w.ReadWaiting(p)
	if n == 0 && err == nil {
		w.t.Error("the client waits for the server, which waits for the client")
		return 0, errors.New("both wait")
	}
	return n, err
}

func (w *wire) ReadWaiting(p []byte) (int, error) {
	if len(w.steps) == 0 {
		return 0, w.end
	}
	now := &w.steps[0]
	if now.client {
		return 0, nil
	}
	if w.most > 0 {
		p = p[:min(w.most, len(p))]
	}
	n := copy(p, now.text)
	w.drawn += n
	if now.text = now.text[n:]; now.text == "" {
		w.steps = w.steps[1:]
	}
	return n, nil
}

func (w *wire) Write(p []byte) (int, error) {
	w.writes++
	i := slices.IndexFunc(w.steps, func(s step) bool { return s.client })
	if i < 0 {
		w.t.Errorf("sent %q, where the dialogue has no command", p)
		return 0, errors.New("not in the dialogue")
	}
	if w.steps[i].text != string(p) {
		w.t.Errorf("sent %q, the dialogue has %q", p, w.steps[i].text)
	}
	w.steps = slices.Delete(w.steps, i, i+1)
	if w.broken != nil {
		return 0, w.broken
	}
	return len(p), nil
}

// finish complains of commands that were not sent.
func (w *wire) finish() {
	w.t.Helper()
	for _, s := range w.steps {
		if s.client {
			w.t.Errorf("not sent: %q", s.text)
		}
	}
}

func silent(bool, string) {}

// A tracer keeps a trace as a dialogue has it.
type tracer []string

func (t *tracer) note(sent bool, line string) {
	mark := "S: "
	if sent {
		mark = "C: "
	}
	*t = append(*t, mark+line)
}

// reset is how a transport says that the server cut the connection.
var reset = fault.New(fault.Closed, "the server hung up")

// outcome says in one line what a command came to:
//
//	+OK "text"
//	-ERR STAT "text", with [CODE] and unasked where they are
//	protocol "what the server said"
func outcome(text string, err error) string {
	if err == nil {
		return fmt.Sprintf("+OK %q", text)
	}
	if refused, ok := errors.AsType[*Error](err); ok {
		s := fmt.Sprintf("-ERR %s %q", refused.Command, refused.Text)
		if refused.Code != "" {
			s += " [" + refused.Code + "]"
		}
		if refused.Unsolicited {
			s += " unasked"
		}
		return s
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return fmt.Sprintf("%s %q", f.Kind, f.Said)
	}
	return "error: " + err.Error()
}

// A story is one dialogue and what comes of it.
type story struct {
	name     string
	dialogue string
	want     string
	end      error
}

// tell plays each story to do, in reads of each of the sizes; 0 is a packet, and
// without sizes it must not matter how the octets arrive.
func tell(t *testing.T, stories []story, do func(*Conn) string, sizes ...int) {
	t.Helper()
	if len(sizes) == 0 {
		sizes = []int{0, 1, 7}
	}
	for _, s := range stories {
		for _, most := range sizes {
			t.Run(fmt.Sprintf("%s/%d", s.name, most), func(t *testing.T) {
				w := play(t, s.dialogue)
				w.most = most
				if s.end != nil {
					w.end = s.end
				}
				if got := do(New(w, silent)); got != s.want {
					t.Errorf("got  %s\nwant %s", got, s.want)
				}
				w.finish()
			})
		}
	}
}

func kindOf(err error) fault.Kind {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Kind
	}
	return ""
}

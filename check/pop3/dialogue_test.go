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

// A wire plays the server's side of a dialogue. A line of the server arrives after
// everything before it was sent; what the client sends is compared octet by octet,
// one command per write.
type wire struct {
	t      *testing.T
	steps  []step
	chunk  int   // octets that one read returns; 0: a packet
	end    error // of the dialogue, io.EOF by default
	broken error // what a write fails with

	consumed int // octets that were read
	writes   int
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

// Read fails if a real connection would wait forever.
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
	if w.chunk > 0 {
		p = p[:min(w.chunk, len(p))]
	}
	n := copy(p, now.text)
	w.consumed += n
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

// reset is the error of a connection that was reset.
var reset = fault.New(fault.Closed, "the connection was reset").Because(fault.Reset)

// outcome describes the result of a command in one line:
//
//	+OK "text"
//	-ERR STAT "text", with [CODE] and unsolicited if it has them
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
			s += " unsolicited"
		}
		return s
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return fmt.Sprintf("%s %q", f.Kind, f.Said)
	}
	if part, ok := errors.AsType[*Unfinished](err); ok {
		return fmt.Sprintf("error: %v, %q", err, part.Said)
	}
	return "error: " + err.Error()
}

// A story is a dialogue and its outcome.
type story struct {
	name     string
	dialogue string
	want     string
	end      error
}

// tell plays each story to do, in reads of each of the sizes; 0 is a packet, and
// without sizes it must not matter how the octets arrive.
func runStories(t *testing.T, stories []story, do func(*Conn) string, sizes ...int) {
	t.Helper()
	if len(sizes) == 0 {
		sizes = []int{0, 1, 7}
	}
	for _, s := range stories {
		for _, chunk := range sizes {
			t.Run(fmt.Sprintf("%s/%d", s.name, chunk), func(t *testing.T) {
				w := play(t, s.dialogue)
				w.chunk = chunk
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

package credential

import (
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"sync"

	"check_pop3x/check/fault"
)

// A tap keeps what a program writes into a pipe. It knows when that is all
// without waiting for the pipe's end, which any process that the program has
// left behind can put off: once the program has ended, a mark of our own comes
// behind all that it wrote.
type tap struct {
	end  *os.File // the program's, and ours for the mark
	mark []byte   // nobody can guess it
	done chan struct{}

	most int    // octets that are kept; the others run through, so that the program can end
	more func() // is called when there are more

	mu   sync.Mutex // guards the rest
	kept []byte
	cut  bool // there were more
}

func newTap(most int, more func()) (*tap, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	t := &tap{end: w, mark: []byte(rand.Text()), done: make(chan struct{}), most: most, more: more}
	go func() {
		defer close(t.done)
		defer r.Close()
		_ = fault.Guard(func() error { t.drain(r); return nil })
	}()
	return t, nil
}

// drain reads until the mark comes. What may be its beginning is not kept yet.
func (t *tap) drain(r io.Reader) {
	buf, n := make([]byte, 4096), 0
	defer clear(buf)
	for {
		read, err := r.Read(buf[n:])
		n += read
		before, _, over := bytes.Cut(buf[:n], t.mark)
		if over || err != nil {
			t.keep(before)
			return
		}
		sure := n - t.beginning(buf[:n])
		t.keep(buf[:sure])
		n = copy(buf, buf[sure:n])
	}
}

// beginning is how much of the mark b ends with.
func (t *tap) beginning(b []byte) int {
	for n := min(len(b), len(t.mark)-1); n > 0; n-- {
		if bytes.HasSuffix(b, t.mark[:n]) {
			return n
		}
	}
	return 0
}

// keep keeps b as far as there is room.
func (t *tap) keep(b []byte) {
	if t.fill(b) {
		t.more()
	}
}

// fill keeps what there is room for and says whether this is the first time that
// there is none.
func (t *tap) fill(b []byte) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	fits := min(len(b), t.most-len(t.kept))
	t.kept = append(t.kept, b[:fits]...)
	first := fits < len(b) && !t.cut
	t.cut = t.cut || first
	return first
}

// text is what was written until now.
func (t *tap) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}

// finish waits until all is kept that was written, by a program that has ended.
func (t *tap) finish() {
	_, _ = t.end.Write(t.mark)
	<-t.done
	t.end.Close()
}

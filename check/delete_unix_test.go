//go:build unix

package check_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stock puts letters, old probes and forgeries into a mailbox. It returns the
// messages that must not be deleted, whatever happens.
func (p *postbox) stock() (theirs []string) {
	first, second, newest := p.probe(3*time.Hour), p.probe(2*time.Hour), p.probe(time.Minute)
	field := first[strings.Index(first, "X-Check-Pop3x"):strings.Index(first, "From: ")]
	stolen := "Received: from a by b; " + time.Now().Format(time.RFC1123Z) + "\n" + field + "From: boss@example.org\nSubject: contract\n\nSign this.\n"
	hidden := first + strings.Repeat("\n", 120) + "P.S. Call me.\n"
	forwarded := "Received: from a by b; " + time.Now().Format(time.RFC1123Z) + "\nFrom: boss@example.org\nSubject: Fwd: probe\n\n" + first
	answer := strings.Replace(first, "Subject: probe", "Subject: Re: probe", 1)
	one, two, three := letter(1), letter(2), letter(3) // they have the time
	p.put(one, first, stolen, second, hidden, two, forwarded, answer, newest, three)
	return []string{one, stolen, hidden, two, forwarded, answer, newest, three}
}

// Old probes are deleted, and nothing that carries the field of one.
func TestOldProbesAreDeleted(t *testing.T) {
	p := newPostbox(t)
	theirs := p.stock()
	o := run{args: p.args("-v")}.play(p.dir)
	if o.code != 0 || !strings.Contains(o.stdout, "last probe took 3 s") || !strings.Contains(o.stdout, "  2 probes deleted\n  3 probes not deleted") {
		t.Errorf("exit code %d: %s", o.code, o.stdout)
	}
	if left := p.left(); !slices.Equal(left, theirs) {
		t.Errorf("left: %q", left)
	}
	if o = (run{args: p.args("-v")}).play(p.dir); o.code != 0 || len(p.left()) != len(theirs) {
		t.Errorf("the second time: %s", o.stdout)
	}
}

// deleteLines are the commands of the phase in such a mailbox: STAT, TOP and LIST of
// five probes and DELE of two of them, STAT; then QUIT.
const deleteLines = 1 + 5*2 + 2 + 1 + 1

// If the plugin is ended at any command of the phase, nothing is deleted; at QUIT,
// nothing but old probes.
func TestNothingIsDeletedBySignals(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		for at := range deleteLines {
			t.Run(fmt.Sprintf("%v/%d", signal, at), func(t *testing.T) {
				t.Parallel()
				p := newPostbox(t)
				theirs := p.stock()
				all := p.left()
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				c := run{args: p.args()}.command(ctx)
				c.Dir = p.dir
				started, ended := make(chan struct{}), make(chan struct{})
				p.misbehave(p.atCommand(at, func(command, usual string) (string, bool) {
					<-started
					_ = c.Process.Signal(signal)
					<-ended
					return usual, true
				}))
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				close(started)
				_ = c.Wait()
				close(ended)
				p.check(theirs, all, at)
			})
		}
	}
}

// atCommand calls act at the command with that index of the phase, which begins
// with the first STAT behind a TOP.
func (p *postbox) atCommand(at int, act func(command, usual string) (string, bool)) func(*postbox, string, string) (string, bool) {
	n, tops := -1, false
	return func(_ *postbox, command, usual string) (string, bool) {
		tops = tops || strings.HasPrefix(command, "TOP ")
		if n >= 0 || tops && command == "STAT" {
			n++
		}
		if n == at {
			n = 2 * deleteLines // once
			return act(command, usual)
		}
		return usual, true
	}
}

// check fails if a letter is missing, or if anything is before QUIT.
func (p *postbox) check(theirs, all []string, at int) {
	p.t.Helper()
	left := p.left()
	if !p.sent("QUIT") && !slices.Equal(left, all) {
		p.t.Errorf("at %d: deleted without QUIT: %q", at, left)
	}
	for _, text := range theirs {
		if !slices.Contains(left, text) {
			p.t.Errorf("at %d: deleted %q", at, text)
		}
	}
}

// Whatever the server answers to any command of the phase, nothing but old probes is
// deleted.
func TestNothingIsDeletedByAnswers(t *testing.T) {
	answers := map[string]func(usual string) (string, bool){
		"refusal":   func(string) (string, bool) { return "-ERR no\r\n", true },
		"busy":      func(string) (string, bool) { return "-ERR [SYS/TEMP] no\r\n", true },
		"hang-up":   func(string) (string, bool) { return "", false },
		"half":      func(usual string) (string, bool) { return usual[:len(usual)/2], false },
		"garbage":   func(string) (string, bool) { return "HTTP/1.1 400\r\n", true },
		"nothing":   func(string) (string, bool) { return "+OK\r\n", true },
		"twice":     func(usual string) (string, bool) { return usual + usual, true },
		"a message": func(string) (string, bool) { return "+OK\r\nSubject: x\r\n\r\n.\r\n", true },
		"numbers":   func(string) (string, bool) { return "+OK 1 1\r\n", true },
	}
	for name, answer := range answers {
		for at := range deleteLines {
			t.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(name, " ", "_"), at), func(t *testing.T) {
				t.Parallel()
				p := newPostbox(t)
				theirs := p.stock()
				all := p.left()
				p.misbehave(p.atCommand(at, func(_, usual string) (string, bool) { return answer(usual) }))
				o := run{args: p.args("-t", "2s")}.play(p.dir)
				if err := checkLine(o.stdout, o.code); err != nil {
					t.Error(err)
				}
				p.check(theirs, all, at)
			})
		}
	}
}

// Servers that break the rules lose no letter.
func TestNothingIsDeletedAtBrokenServers(t *testing.T) {
	for name, answer := range map[string]func(p *postbox, command, usual string) (string, bool){
		"gives other numbers after DELE": func(p *postbox, command, usual string) (string, bool) {
			if strings.HasPrefix(command, "DELE ") {
				p.update()
			}
			return usual, true
		},
		"shows another message": func(p *postbox, command, usual string) (string, bool) {
			if strings.HasPrefix(command, "TOP ") && !strings.HasSuffix(command, " 0") {
				return p.do("TOP 2 80"), true
			}
			return usual, true
		},
		"shows the next message": func(p *postbox, command, usual string) (string, bool) {
			var n, lines int
			if k, _ := fmt.Sscanf(command, "TOP %d %d", &n, &lines); k == 2 {
				return p.do(fmt.Sprintf("TOP %d %d", n+1, lines)), true
			}
			return usual, true
		},
		"marks the one before": func(p *postbox, command, usual string) (string, bool) {
			var n int
			if k, _ := fmt.Sscanf(command, "DELE %d", &n); k == 1 {
				p.mu.Lock()
				defer p.mu.Unlock()
				p.marked[n], p.marked[n-1] = false, true
			}
			return usual, true
		},
		"marks one more": func(p *postbox, command, usual string) (string, bool) {
			if strings.HasPrefix(command, "DELE ") {
				p.mu.Lock()
				defer p.mu.Unlock()
				p.marked[1] = true
			}
			return usual, true
		},
		"does not mark": func(p *postbox, command, usual string) (string, bool) {
			if strings.HasPrefix(command, "DELE ") {
				p.mu.Lock()
				defer p.mu.Unlock()
				p.marked = map[int]bool{}
			}
			return usual, true
		},
		"forgets RSET": func(p *postbox, command, usual string) (string, bool) {
			if command == "RSET" || strings.HasPrefix(command, "DELE ") {
				p.mu.Lock()
				defer p.mu.Unlock()
				p.marked[1] = true
			}
			return usual, true
		},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			p := newPostbox(t)
			theirs := p.stock()
			p.misbehave(answer)
			o := run{args: p.args("-vvv")}.play(p.dir)
			p.check(theirs, p.left(), -1)
			if t.Failed() {
				t.Logf("%s", o.stdout)
			}
		})
	}
}

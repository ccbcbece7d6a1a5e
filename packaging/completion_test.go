//go:build integration

package packaging

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/debian"
)

// completions are what is typed, tab for tab, and what comes of it.
var completions = []struct{ typed, want string }{
	{"--starttl\t", "<--starttls>"},
	{"--auth pla\t", "<--auth><plain>"},
	{"--auth=pla\t", "<--auth=plain>"},
	{"--state in-u\tcr\t", "<--state><in-use=critical>"},
	{"--state=in-u\tcr\t", "<--state=in-use=critical>"},
	{"--phase-timeout logi\t3s", "<--phase-timeout><login=3s>"},
	{"--steps list,ui\t", "<--steps><list,uidl>"},
	{"-t 10s:unk\t", "<-t><10s:unknown>"},
	{"-M w\t", "<-M><warning>"},
	{"--insec\t", "<--insecure>"},
	{"--ca-file DIR/uniq\t", "<--ca-file><DIR/unique.pem>"},
	{"--extra-opts probe@DIR/uniq\t", "<--extra-opts><probe@DIR/unique.pem>"},
}

func TestBash(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "rc"), `PS1=
bind 'set enable-bracketed-paste off'
. /usr/share/bash-completion/bash_completion
`)
	complete(t, dir, "bash --noprofile --rcfile "+dir+"/rc -i", "XDG_DATA_DIRS="+one.root+"/usr/share")
}

func TestZsh(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".zshrc"), `PS1=
unset zle_bracketed_paste
fpath=(`+one.root+`/usr/share/zsh/vendor-completions $fpath)
autoload -Uz compinit; compinit -u -D
`)
	complete(t, dir, "zsh -i", "ZDOTDIR="+dir)
}

// TestFish types at Debian's fish, which is not installed: its tree, and the
// package, are laid over the machine's.
func TestFish(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "fish.sh"), `mount --make-rprivate /
mount -t overlay -o lowerdir="$1/usr:`+filepath.Join(debian.Cache(), "fish")+`/usr:/usr" overlay /usr
exec fish -i -C 'function fish_prompt; end; function fish_title; end'
`)
	complete(t, dir, "unshare -m sh "+dir+"/fish.sh "+one.root, "HOME="+dir)
}

// styles are what a shell says to the terminal, not to its reader.
var styles = regexp.MustCompile(`\x1b(\[[0-9;?]*[a-zA-Z]|[>=])`)

// complete types at a shell on a terminal. The program there says its arguments.
func complete(t *testing.T, dir, shell, env string) {
	t.Helper()
	program := filepath.Join(dir, "check_pop3x")
	write(t, program, "#!/bin/sh\nprintf '<%s>' \"$@\"; echo\n")
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "unique.pem"), "")
	var typed strings.Builder
	for _, c := range completions {
		typed.WriteString("check_pop3x " + strings.ReplaceAll(c.typed, "DIR", dir) + "\n")
	}
	// script(1) is the terminal
	cmd := exec.Command("timeout", "60", "script", "-qec", shell, "/dev/null")
	cmd.Stdin = strings.NewReader(typed.String() + "exit\n")
	cmd.Env = append(os.Environ(), "TERM=dumb", "PATH="+dir+":"+os.Getenv("PATH"), env)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	said := styles.ReplaceAllString(string(out), "")
	for _, c := range completions {
		if !strings.Contains(said, "\n"+strings.ReplaceAll(c.want, "DIR", dir)+"\r\n") {
			t.Errorf("%q did not become %s in\n%s", c.typed, c.want, said)
		}
	}
}

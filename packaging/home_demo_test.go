//go:build integration && homes

package packaging

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

// A demonstration is `make demo-icinga` with a browser that has logged in.
type demonstration struct {
	make    *exec.Cmd
	output  *bufio.Reader
	site    string // the URL of Icinga Web, with a slash
	browser http.Client
}

// startDemo waits until it has begun.
func startDemo(t *testing.T) *demonstration {
	t.Helper()
	d := &demonstration{make: exec.Command("make", "-C", "..", "demo-icinga", "LISTEN=127.0.0.1:0")}
	d.make.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a shell does, for Ctrl-C
	output, err := d.make.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.make.Stderr = d.make.Stdout
	if err := d.make.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Kill(-d.make.Process.Pid, syscall.SIGKILL) })
	d.output = bufio.NewReader(output)
	d.await(t, `^(Icinga 2), .* start`)
	return d
}

// await returns what the expression's group has matched in a line.
func (d *demonstration) await(t *testing.T, line string) string {
	t.Helper()
	var all strings.Builder
	for {
		said, err := d.output.ReadString('\n')
		if found := regexp.MustCompile(line).FindStringSubmatch(strings.TrimSuffix(said, "\n")); found != nil {
			return found[1]
		}
		if all.WriteString(said); err != nil {
			t.Fatalf("%v, and no %s in\n%s", err, line, all.String())
		}
	}
}

// get is what the browser is shown in the end.
func (d *demonstration) get(t *testing.T, page string) string {
	t.Helper()
	return body(t)(d.browser.Get(d.site + page))
}

func body(t *testing.T) func(*http.Response, error) string {
	return func(answer *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s, %v:\n%s", answer.Status, err, text)
		}
		return string(text)
	}
}

// login fills in the form that whoever opens the page is shown first.
func (d *demonstration) login(t *testing.T, password string) {
	t.Helper()
	var err error
	if d.browser.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	shown := d.get(t, "monitoring/list/services")
	if strings.Contains(shown, "example.org") {
		t.Error("services are shown without a login")
	}
	form := url.Values{}
	for _, field := range regexp.MustCompile(`<input type="(?:hidden|submit)" name="(\w+)"(?: id="[^"]*")? value="([^"]*)"`).FindAllStringSubmatch(shown, -1) {
		form.Set(field[1], field[2])
	}
	form.Set("username", "icingaadmin")
	form.Set("password", password)
	body(t)(d.browser.PostForm(d.site+"authentication/login", form))
}

// awaitGraphs looks at a service until carbon has what was measured.
func (d *demonstration) awaitGraphs(t *testing.T, page string) {
	t.Helper()
	for end := time.Now().Add(debian.StartTimeout); !strings.Contains(d.get(t, page), "data-actualimageurl"); {
		if time.Now().After(end) {
			t.Fatalf("no graphs:\n%s", d.get(t, page))
		}
	}
}

// descendants are the processes that a process has started, and those that they have.
func descendants(pid int) (all []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for _, word := range strings.Fields(string(text)) {
			child, _ := strconv.Atoi(word)
			all = append(append(all, child), descendants(child)...)
		}
	}
	return all
}

// namespaces are those of processes that are not those of this one.
func namespaces(t *testing.T, pids ...string) []string {
	t.Helper()
	var all []string
	for _, kind := range []string{"pid", "mnt", "net"} {
		own, err := os.Readlink("/proc/self/ns/" + kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, pid := range pids {
			if id, err := os.Readlink("/proc/" + pid + "/ns/" + kind); err == nil && id != own {
				all = append(all, id)
			}
		}
	}
	return all
}

// end sends a signal to a process, or to a group if that is negative, and wants nothing to be left of the demo.
func (d *demonstration) end(t *testing.T, receiver int, signal syscall.Signal, mounted string) {
	t.Helper()
	var used []string
	for _, pid := range descendants(d.make.Process.Pid) {
		used = append(used, namespaces(t, strconv.Itoa(pid))...)
	}
	if len(used) < 3 {
		t.Fatalf("it has the namespaces %q", used)
	}
	if err := syscall.Kill(receiver, signal); err != nil {
		t.Fatal(err)
	}
	d.await(t, `^Ended. (Nothing) of it is left.$`)
	io.Copy(io.Discard, d.output) // until nobody has it open
	d.make.Wait()                 // whose exit code is make's matter

	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		for _, id := range namespaces(t, entry.Name()) {
			if slices.Contains(used, id) {
				t.Errorf("process %s is left in %s", entry.Name(), id)
			}
		}
	}
	if now := read(t, "/proc/self/mountinfo"); now != mounted {
		t.Errorf("mounts are left:\n%s", now)
	}
	if files, _ := filepath.Glob("/tmp/*.example.org-*"); files != nil {
		t.Errorf("files are left: %q", files)
	}
}

// demoServices are all services, with what they say until they are checked again.
var demoServices = map[string]struct {
	state int
	line  string
}{
	"mail.example.org!pop3-tls":           {0, `^POP3 OK - 5 messages, \d+ octets in `},
	"mail.example.org!pop3-cert":          {0, `^POP3 OK - Dovecot \(Debian\) ready, TLS 1.3, certificate expires in 300 days, `},
	"mail.example.org!pop3-mailflow":      {0, `^POP3 OK - 5 messages, \d+ octets, newest 2\d min old, oldest 4 h old in `},
	"mail.example.org!mailbox of bob":     {2, `^POP3 CRITICAL - login: bob was refused \(PLAIN, password from …/icinga2/bob.password\); .*\[auth\]`},
	"mail.example.org!mailbox of carol":   {2, `^POP3 CRITICAL - stat: the server could not open the mailbox; .*\[temporary\]`},
	"mail.example.org!orders are fetched": {2, `^POP3 CRITICAL - oldest message is 2.1 days old \(critical above 1 h\); `},
	"shop.example.org!pop3-tls":           {2, `^POP3 CRITICAL - tls: the certificate of "shop.example.org" expired 2 days ago .*\[certificate\]`},
	"berlin.example.org!pop3-cert":        {1, `^POP3 WARNING - the certificate of "berlin.example.org" expires in 12 days \(warning below 30 days\); `},
	"old.example.org!pop3-tls":            {1, `^POP3 WARNING - tls: the server speaks nothing newer than TLS 1.0, and TLS 1.2 is wanted; .*\[tls-version\]`},
	"backup.example.org!pop3-tls":         {2, `^POP3 CRITICAL - connect: connection refused by 192.0.2.14:995; .*\[refused\]`},
}

// TestHomeDemo looks at the services and at the Director's form as somebody with a browser does, and presses Ctrl-C.
func TestHomeDemo(t *testing.T) {
	mounted := read(t, "/proc/self/mountinfo")
	d := startDemo(t)
	d.site = d.await(t, `^  (http://127\.0\.0\.1:\d+/)monitoring/list/services$`)
	d.login(t, d.await(t, `^  user icingaadmin, password (\w+)$`))
	var rows []struct {
		Host    string `json:"host_name"`
		Service string `json:"service_description"`
		State   int    `json:"service_state"`
		Output  string `json:"service_output"`
		Data    string `json:"service_perfdata"`
	}
	if err := json.Unmarshal([]byte(d.get(t, "monitoring/list/services?format=json")), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(demoServices) {
		t.Errorf("there are %d services", len(rows))
	}
	for _, row := range rows {
		wanted := demoServices[row.Host+"!"+row.Service]
		if row.State != wanted.state || !regexp.MustCompile(wanted.line).MatchString(row.Output) {
			t.Errorf("%s of %s is in state %d: %s\nwanted %d, %s", row.Service, row.Host, row.State, row.Output, wanted.state, wanted.line)
		}
		if !strings.HasPrefix(row.Data, "time=") {
			t.Errorf("%s of %s has the performance data %q", row.Service, row.Host, row.Data)
		}
	}
	if form := d.get(t, "director/service/edit?host=mail.example.org&name=mailbox%20of%20bob"); !strings.Contains(form, "password-file") {
		t.Errorf("the Director's form has no field for the password:\n%s", form)
	}
	d.awaitGraphs(t, "monitoring/service/show?host=mail.example.org&service=pop3-mailflow")
	d.end(t, -d.make.Process.Pid, syscall.SIGINT, mounted)
	if answer, err := d.browser.Get(d.site); err == nil {
		t.Errorf("the port still answers: %s", answer.Status)
	}
}

// TestHomeDemoStopped ends the demo while Icinga 2 starts.
func TestHomeDemoStopped(t *testing.T) {
	mounted := read(t, "/proc/self/mountinfo")
	d := startDemo(t)
	d.await(t, `^(Dovecot) runs`)
	d.end(t, d.make.Process.Pid, syscall.SIGTERM, mounted)
}

//go:build integration

package packaging

import (
	"regexp"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/debian"
)

// others are the machines of TestOthers: how Debian's program is started with the example, and what it has to say of a
// check that is OK, and of one whose password is wrong.
var others = map[string]struct {
	tree, start, good, bad string
}{
	"xymon": {"xymon", `
install "$examples/xymon/pop3x" /usr/lib/xymon/client/ext/pop3x
install -d -o xymon /run/xymon /var/log/xymon /var/lib/xymon/tmp
chown xymon /etc/check_pop3x/*.password
sed -n 's/^#   //p' "$examples/xymon/pop3x" | sed -e 's,/etc/xymon/pop3x,/etc/check_pop3x/probe,' >/etc/xymon/tasks.d/pop3x.cfg
for column in wrong lost; do
    sed -e "s/pop3x]/$column]/" -e "s/ pop3 / $column /" -e "s/probe.password/$column.password/" /etc/xymon/tasks.d/pop3x.cfg >/etc/xymon/tasks.d/$column.cfg
done
echo "$(awk '$2 == "mail.example.org" { print $1 }' /etc/hosts) mail.example.org" >/etc/xymon/hosts.cfg
XYMONSERVERS=$(awk '$2 == "localhost" { print $1 }' /etc/hosts)
printf 'XYMONSERVERS="%s"\nCLIENTHOSTNAME="monitor"\nCLIENTOS="linux"\n' "$XYMONSERVERS" >/etc/default/xymon-client
. /usr/share/xymon/init-common.sh
create_includefiles
export HOME=/
setpriv --reuid xymon --regid xymon --clear-groups /usr/lib/xymon/server/bin/xymonlaunch --no-daemon --config=/etc/xymon/tasks.cfg --env=/etc/xymon/xymonserver.cfg &
for column in lost pop3 wrong; do
    until /usr/lib/xymon/client/bin/xymon "$XYMONSERVERS" "xymondlog mail.example.org.$column" | grep -A20 '^mail.example.org|'; do sleep 0.2; done
done
wait`,
		`(?s)mail\.example\.org\|pop3\|green\|.*\nPOP3 OK - 5 messages, 2560 octets [^|]*\n`,
		`(?s)mail\.example\.org\|lost\|yellow\|.*\nPOP3 UNKNOWN - password: cannot read [^|]*\n.*mail\.example\.org\|wrong\|red\|.*\nPOP3 CRITICAL - login: probe was refused [^|]*\n`},
	"monit": {"alerts", `
sed -e 's/every 5 cycles//' "$examples/monit/pop3x" >pop3x
sed -e s/pop3-mail/pop3-wrong/ -e s/probe.password/wrong.password/ pop3x >wrong
cat >monitrc <<END
set daemon 1
set log /dev/stdout
set idfile $PWD/id
set statefile $PWD/state
set pidfile $PWD/pid
set httpd unixsocket $PWD/socket allow root:root
include $PWD/pop3x
include $PWD/wrong
END
chmod 600 monitrc
monit -I -c monitrc &
until monit -c monitrc status pop3-mail | grep -A9 'POP3 OK'; do sleep 0.2; done
wait`,
		`(?m)last output +POP3 OK - 5 messages, 2560 octets`,
		`'pop3-wrong' status failed \(2\) -- POP3 CRITICAL - login: probe was refused `},
	"collectd": {"alerts", `
install -D "$examples/collectd/pop3x" /usr/local/lib/collectd/pop3x
exec=$(grep -o 'Exec "nobody" .*' /usr/local/lib/collectd/pop3x)
chown nobody /etc/check_pop3x/*.password
chmod 600 /etc/check_pop3x/*.password
chmod 755 /usr/local/lib/collectd/pop3x
cat >collectd.conf <<END
Hostname monitor
Interval 1
TypesDB "/usr/share/collectd/types.db"
PIDFile "$PWD/pid"
LoadPlugin logfile
LoadPlugin exec
LoadPlugin csv
<Plugin logfile>
  LogLevel info
  File STDOUT
</Plugin>
<Plugin csv>
  DataDir STDOUT
</Plugin>
<Plugin exec>
  $exec
  $(echo "$exec" | sed -e 's/"mail"/"wrong"/' -e s/probe.password/wrong.password/)
</Plugin>
END
exec collectd -f -C collectd.conf`,
		`(?m)PUTVAL monitor/pop3x-mail/gauge-messages interval=1\.000 [0-9.]+:5\.0+$`,
		`(?s)Notification: severity = FAILURE, host = monitor, plugin = pop3x, plugin_instance = wrong, message = POP3 CRITICAL - login: probe was refused .*PUTVAL monitor/pop3x-wrong/gauge-state interval=1\.000 [0-9.]+:2\.0+\n`},
}

// TestOthers has Debian's programs run the examples for them, with a right and a wrong password.
func TestOthers(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	for program, one := range others {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			m := mail.machine(map[string]string{"/etc/check_pop3x/probe.password": secret + "\n", "/etc/check_pop3x/wrong.password": "wrong\n"})
			m.Tree = one.tree
			examples := "examples=/usr/share/doc/" + name + "/examples\n"
			s, err := m.Start(program, "sh", "-ec", "chmod 600 /etc/check_pop3x/*.password\n"+examples+strings.TrimSpace(one.start))
			if err != nil {
				t.Fatal(err)
			}
			endsWith(t, program, s)
			awaitSaid(t, s, one.good)
			awaitSaid(t, s, one.bad)
		})
	}
}

func awaitSaid(t *testing.T, s *debian.Sandbox, pattern string) {
	t.Helper()
	wanted := regexp.MustCompile(pattern)
	if err := s.Await(func() bool { return wanted.MatchString(s.Logged()) }); err != nil {
		t.Errorf("never said %s: %v", pattern, err)
	}
}

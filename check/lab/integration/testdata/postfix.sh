#!/bin/sh
# Postfix, which takes mail for pop3.test and puts it into the Maildirs of a POP3 server, or hands it on.
set -e
{{if .Clock}}
export LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 FAKETIME={{.Clock}}
{{end}}
cat >/etc/postfix/main.cf <<END
compatibility_level = 3.6
myhostname = {{.Name}}
inet_interfaces = {{.Host}}
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
smtputf8_enable = no
{{if .Next}}
relay_domains = pop3.test
relay_transport = smtp:[{{.Host}}]:{{.Next}}
{{else}}
virtual_mailbox_domains = pop3.test
{{end}}
virtual_mailbox_base = {{.Mail}}
virtual_mailbox_maps = texthash:$PWD/recipients
virtual_uid_maps = static:50010
virtual_gid_maps = static:50010
virtual_alias_maps = texthash:$PWD/aliases
transport_maps = texthash:$PWD/transports
{{if .SASL}}
smtpd_tls_cert_file = $PWD/server.pem
smtpd_tls_key_file = $PWD/server.key
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{{.SASL}}
grey = check_recipient_access texthash:$PWD/grey
submit = permit_sasl_authenticated, reject_unauth_destination
{{end}}
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C LD_PRELOAD FAKETIME
{{if .LMTP}}
virtual_transport = lmtp:inet:127.0.0.1:{{.LMTP}}
{{end}}
END
cat >/etc/postfix/master.cf <<END
{{.Port}} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
pickup unix n - n 60 1 pickup
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
END
{{if .SASL}}
cat >>/etc/postfix/master.cf <<END
{{.Submission}} inet n - n - - smtpd
  -o smtpd_tls_security_level=may -o smtpd_tls_auth_only=yes -o smtpd_sasl_auth_enable=yes -o mynetworks=192.0.2.1
  -o smtpd_recipient_restrictions=\$grey,\$submit -o smtpd_relay_restrictions=\$submit
{{.Submissions}} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes -o mynetworks=192.0.2.1
  -o smtpd_recipient_restrictions=\$submit -o smtpd_relay_restrictions=\$submit
tlsmgr unix - - n 1000? 1 tlsmgr
END
{{end}}
{{if .Grey}}
mkdir -p /var/lib/postgrey
chown postfix /var/lib/postgrey
postgrey --inet=127.0.0.1:{{.Grey}} --delay=1 --user=postfix --group=postfix --daemonize
postconf -e 'smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:{{.Grey}}'
{{end}}
chown postfix /var/lib/postfix
postfix check
exec /usr/lib/postfix/sbin/master -s

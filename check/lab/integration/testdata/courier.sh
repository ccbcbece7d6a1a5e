#!/bin/sh
# Courier as the tests want it, without its start scripts: they run the same programs, but in the background.
set -e
install -d -o root -g courier -m 775 /run/courier
install -d -o courier -g courier -m 750 /run/courier/authdaemon
install -m 600 userdb /etc/courier/userdb
while IFS=: read -r user password; do
    userdb "$user" set hmac-md5pw="$(echo "$password" | userdbpw -hmac-md5)"
done <users
makeuserdb
sed -i 's/^authmodulelist=.*/authmodulelist=authuserdb/' /etc/courier/authdaemonrc

set -a
. /etc/courier/authdaemonrc
. /etc/courier/pop3d
. /etc/courier/pop3d-ssl
POP3AUTH="PLAIN LOGIN"
POP3AUTH_TLS="PLAIN LOGIN"
POP3_TLS_REQUIRED={{if .RequireTLS}}1{{else}}0{{end}}
TLS_CERTFILE={{.Dir}}/both.pem
TLS_DHPARAMS=
TLS_CACHEFILE=
{{if .Versed -}}
POP3AUTH="PLAIN LOGIN CRAM-MD5"
POP3AUTH_TLS="PLAIN LOGIN CRAM-MD5"
TLS_TRUSTCERTS={{.CA}}
TLS_VERIFYPEER=PEER
TLS_EXTERNAL=CN
{{- end}}
{{.Extra}}

lib=/usr/lib/courier
"$lib/courier-authlib/authdaemond" &
until [ -S /run/courier/authdaemon/socket ]; do sleep 0.01; done

listen="couriertcpd -address={{.Host}} -maxprocs=100 -maxperip={{.PerAddress}} -nodnslookup -noidentlookup"
serve="$lib/courier/courierpop3login $lib/courier/courierpop3d Maildir"
$listen {{.Ports.Plain}} $serve &
POP3_TLS=1 POP3_STARTTLS=NO POP3_TLS_REQUIRED=0 $listen {{.Ports.TLS}} "$COURIERTLS" -server -tcpd -user=courier $serve &
wait

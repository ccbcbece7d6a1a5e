#!/bin/sh
# machine.sh ROOT COMMAND...: makes of the sandbox a machine with the package that is installed below ROOT, its own
# hosts, the roots that it trusts besides the system's, and files that its administrator has changed.
set -eu
cp -a "$1/usr" "$1/etc" /
shift
cp hosts /etc/hosts
cat roots.pem >>/etc/ssl/certs/ca-certificates.crt
cp -r files/. /
chgrp -R nagios /etc/icinga2 /etc/nagios /etc/nagios4 /etc/nagios-plugins
chmod -R g+rX /etc/icinga2 /etc/nagios /etc/nagios4 /etc/nagios-plugins
exec "$@"

#!/bin/sh
# icinga2.sh NAME [OPTION...]: icinga2 daemon as the node of that name, with Debian's configuration.
set -eu
name=$1
shift
for place in run/icinga2 run/icinga2/cmd var/lib/icinga2 var/lib/icinga2/certs var/cache/icinga2 var/log/icinga2; do
    install -d -o nagios -g nagios "/$place"
done
chown -R nagios:nagios /var/lib/icinga2 /etc/icinga2
cd /
exec icinga2 daemon --define "NodeName=$name" "$@"
